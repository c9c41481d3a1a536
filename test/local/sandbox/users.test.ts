import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Mode } from "../../../local/sandbox/enter.ts";
import { node } from "../store/support.ts";
import { temporaryRoot } from "./cache.ts";
import { runCommand } from "./engine.ts";
import { become, can, enter, nobody, type Person, withSubordinateIds } from "./people.ts";
import type { Outcome, Step } from "./scenarios/run.ts";

const folder = temporaryRoot(beforeAll, afterAll);

const steps: readonly Step[] = [
  { args: ["sh", "-c", "id -u; echo x > /etc/x; rm /etc/group; mkdir -p /a/b"], commit: "one" },
  { args: ["sh", "-c", "id -u; cat /etc/x; ls /etc"], layers: ["one"], user: "worker" },
];

async function runAs(person: Person, name: string, before: readonly string[] = []) {
  const home = join(folder.path, name);
  mkdirSync(home);
  chmodSync(home, 0o777);
  chmodSync(folder.path, 0o755);
  const command = [
    ...before,
    ...become(person, folder.path),
    node,
    enter,
    "run",
    join(home, "cache"),
    JSON.stringify(steps),
  ];
  return runCommand<{ mode: Mode; result: { outcomes: readonly Outcome[] } }>(command);
}

describe.skipIf(!can(nobody))("an ordinary user without subordinate ids", () => {
  it("runs containers in which every user is root", { timeout: 30_000 }, async () => {
    const { mode, result } = await runAs(nobody, "plain");
    expect(mode).toEqual({ user: true, ids: "single", proc: true });
    expect(result.outcomes.map((one) => one.stdout)).toEqual(["0\n", expect.stringMatching(/^0\nx\n/)]);
    expect(result.outcomes[1]?.stdout).not.toContain("group");
  });

  it("runs them where no /proc can be mounted", { timeout: 30_000 }, async () => {
    const cover = 'mount -t tmpfs none /proc/fs && exec "$@"';
    const { mode, result } = await runAs(nobody, "covered", ["unshare", "--mount", "sh", "-c", cover, "sh"]);
    expect(mode).toEqual({ user: true, ids: "single", proc: false });
    expect(result.outcomes.map((one) => one.exitCode)).toEqual([0, 0]);
  });
});

const person = withSubordinateIds();

describe.skipIf(!person || !can(person))("an ordinary user with subordinate ids", () => {
  it("runs containers with users of their own", { timeout: 30_000 }, async () => {
    const { mode, result } = await runAs(person ?? nobody, "mapped");
    expect(mode).toEqual({ user: true, ids: "all", proc: true });
    expect(result.outcomes.map((one) => one.stdout)).toEqual(["0\n", expect.stringMatching(/^1000\nx\n/)]);
  });
});
