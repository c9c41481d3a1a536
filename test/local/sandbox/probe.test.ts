import { describe, expect, it } from "vitest";
import { probe } from "../../../local/sandbox/enter.ts";
import { explainLimits, explainRefusal, type HostFacts } from "../../../local/sandbox/probe.ts";

const facts = (files: Readonly<Record<string, string>>, more: Partial<HostFacts> = {}): HostFacts => ({
  read: (path) => files[path],
  isRoot: false,
  hasUidmap: true,
  refusal: "unshare: unshare failed: Operation not permitted",
  manyIdsRefusal: "",
  user: "ada",
  ...more,
});

describe("what a host forbids", () => {
  it.each([
    ["kernel/unprivileged_userns_clone", "0\n", "sudo sysctl -w kernel.unprivileged_userns_clone=1"],
    ["user/max_user_namespaces", "0\n", "sudo sysctl -w user.max_user_namespaces=15000"],
    [
      "kernel/apparmor_restrict_unprivileged_userns",
      "1\n",
      "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ],
  ])("%s: %j", (path, content, remedy) => {
    const finding = explainRefusal(facts({ [`/proc/sys/${path}`]: content }));
    expect(finding.remedy).toBe(remedy);
    expect(finding.problem).toContain(path.replace("/", "."));
  });

  it("is not explained by settings that allow it", () => {
    const allowed = { "/proc/sys/user/max_user_namespaces": "15000\n", "/proc/self/status": "Seccomp:\t2\n" };
    expect(explainRefusal(facts(allowed)).problem).toContain("seccomp");
    expect(explainRefusal(facts({}, { isRoot: true })).problem).toContain("container without privileges");
    expect(explainRefusal(facts({})).problem).toContain("Operation not permitted");
  });

  it("may leave a container with one user", () => {
    const mode = { user: true, ids: "single", proc: true } as const;
    expect(explainLimits(mode, facts({}, { hasUidmap: false }))?.problem).toContain("uidmap is not installed");
    expect(explainLimits(mode, facts({}))?.remedy).toContain("--add-subgids 100000-165535 ada");
    expect(explainLimits(mode, facts({}, { isRoot: true }))?.remedy).toContain("--add-subuids 1-65535");
    const old = { manyIdsRefusal: "unshare: unrecognized option '--map-auto'" };
    expect(explainLimits(mode, facts({}, old))?.problem).toContain("older than util-linux 2.38");
    expect(explainLimits({ ...mode, ids: "all" }, facts({}))).toBeUndefined();
  });

  it("is explained, or a mode is found", () => {
    const { mode, finding } = probe();
    expect(mode ?? finding).toBeDefined();
  });
});
