import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findControlGroups } from "../../../local/sandbox/control-groups.ts";
import { putBack } from "../../support/variables.ts";
import { temporaryRoot } from "./cache.ts";
import { runScenario } from "./engine.ts";
import type { Outcome, Step } from "./scenarios/run.ts";

const folder = temporaryRoot(beforeAll, afterAll);

type Driver = "overlay" | "copy";

async function runWith(driver: Driver, ...steps: Step[]): Promise<Outcome[]> {
  process.env.ML_PIPELINE_LAYERS = driver;
  const cache = join(folder.path, driver);
  const { outcomes } = await runScenario<{ outcomes: Outcome[] }>("run", cache, JSON.stringify(steps));
  return outcomes;
}

const run = (...steps: Step[]): Promise<Outcome[]> => runWith("overlay", ...steps);

const shell = (script: string, more: Omit<Step, "args"> = {}): Step => ({ args: ["sh", "-c", script], ...more });

describe("run", () => {
  it("tells how a command ended", async () => {
    const outcomes = await run(
      shell("echo out; echo err >&2; exit 3"),
      shell("kill -9 $$"),
      shell("kill -TERM $$"),
      { args: ["no such\ncommand"] },
      { args: ["/etc/passwd"] },
      shell("cat", { stdin: "given\n" }),
      shell("cat"),
    );
    expect(outcomes.map((one) => one.exitCode)).toEqual([3, 137, 143, 127, 126, 0, 0]);
    expect(outcomes[0]).toMatchObject({ stdout: "out\n", stderr: "err\n" });
    expect(outcomes[1]?.stderr).toBe("");
    expect(outcomes[3]?.stderr).toBe("failed to execute no such\ncommand: No such file or directory\n");
    expect(outcomes[5]?.stdout).toBe("given\n");
    expect(outcomes[6]?.stdout).toBe("");
  });

  it("keeps the last megabyte of output and streams all of it", async () => {
    const [outcome] = await run(shell("yes 0123456789 | head -n 300000; echo end"));
    const stdout = outcome?.stdout ?? "";
    expect(stdout).toMatch(/^\[the first \d+ bytes are left out\]\n/);
    expect(stdout.endsWith("end\n")).toBe(true);
    expect(stdout.length).toBeLessThan((1 << 20) + 100);
  });

  it.runIf(findControlGroups() !== undefined)(
    "lets the kernel hold a container to its limits, and says so",
    async () => {
      const counts = "cat /run/ml-pipeline-limits/*; echo x > /run/ml-pipeline-limits/memory; ls /sys/fs/cgroup";
      const [memory, tasks, spared, free] = await run(
        shell(`head -c 200M /dev/zero | tail -c 150M | wc -c; ${counts}`, { bounds: { memoryBytes: 50e6 } }),
        shell("for i in 1 2 3 4 5 6 7 8 9 10; do sleep 9 & done", { bounds: { tasks: 8 } }),
        // What can be given back counts as free, so reading and writing files ends nobody.
        shell("head -c 150M /dev/zero > /big && cat /big | wc -c && rm /big", { bounds: { memoryBytes: 50e6 } }),
        shell("ls /run"),
      );
      expect(memory?.stdout).toMatch(/^0\n(.*\n)*oom_kill [1-9]/);
      expect(memory?.stderr).toContain("Read-only file system");
      expect(memory?.stderr).toContain(
        "The kernel ended a process of this container for the memory: limits.memory-gig",
      );
      expect(memory?.streamed).toContain("The kernel ended a process");
      expect(tasks?.stderr).toMatch(/cannot fork/i);
      expect(spared).toMatchObject({ exitCode: 0, stdout: `${150 * 2 ** 20}\n`, stderr: "" });
      expect(free?.stdout).not.toContain("limits");
      expect(free?.written).toEqual([]);
    },
  );

  it("shows no more of the host than necessary", async () => {
    process.env.HOST_SECRET = "leaked";
    const [env, proc, root, dev] = await run(
      shell("env", { env: { A: "b c\nd", EMPTY: "" } }),
      shell("ls /proc | head -n 3; cat /proc/self/status"),
      shell("ls -a /"),
      shell("echo x > /dev/null && head -c 4 /dev/urandom | wc -c && touch /dev/shm/a && ls /dev"),
    );
    expect(env?.stdout).toContain("A=b c\nd\n");
    expect(env?.stdout).toContain("EMPTY=\n");
    expect(env?.stdout).toContain("HOME=/root\n");
    expect(env?.stdout).not.toContain("leaked");
    expect(env?.stdout).not.toContain("ML_PIPELINE");
    expect(proc?.stdout).toContain("CapBnd:\t00000000800405fb");
    expect(root?.stdout?.split("\n").filter(Boolean).sort()).toEqual(
      [".", "..", "bin", "dev", "etc", "home", "lib", "lib64", "proc", "run", "sys", "tmp", "usr"].sort(),
    );
    expect(dev?.stdout).toContain("4\n");
  });

  it.each<Driver>(["overlay", "copy"])(
    "writes into a layer what the command wrote, and nothing else: %s",
    async (driver) => {
      const [nothing, first, second, third, fourth, fifth] = await runWith(
        driver,
        shell(":"),
        shell("mkdir /etc/conf && echo 1 > /etc/conf/a && rm /etc/group && echo x > '/tmp/$(touch x) \"ü.csv'", {
          commit: "one",
        }),
        shell("cat /etc/conf/a && ls /etc && rm -r /etc/conf && mkdir /etc/conf && echo 2 > /etc/conf/b", {
          layers: ["one"],
          commit: "two",
        }),
        shell(
          "ls /etc/conf /tmp; rm -r /etc/conf; echo file > /etc/conf; rm /tmp/*; mkdir -m 700 /tmp/d; ln -s d /tmp/l",
          {
            layers: ["one", "two"],
            commit: "three",
          },
        ),
        shell("cat /etc/conf; ls /tmp; stat -c %a /tmp/d; rm /etc/conf; mkdir /etc/conf", {
          layers: ["one", "two", "three"],
          commit: "four",
        }),
        shell("ls -d /etc/conf/; ls /etc/conf", { layers: ["one", "two", "three", "four"] }),
      );
      expect(nothing?.written).toEqual([]);
      expect(first?.written.map((path) => path.replace(".wh.", "")).sort()).toEqual(
        ["etc", "etc/conf", "etc/conf/a", "etc/group", "tmp", 'tmp/$(touch x) "ü.csv'].sort(),
      );
      expect(second?.stdout).toMatch(/^1\n/);
      expect(second?.stdout).not.toContain("group");
      expect(third?.stdout).toBe('/etc/conf:\nb\n\n/tmp:\n$(touch x) "ü.csv\n');
      expect(fourth).toMatchObject({ stdout: "file\nd\nl\n700\n", stderr: "" });
      expect(fifth).toMatchObject({ stdout: "/etc/conf/\n", stderr: "" });
    },
  );

  it("starts in the given folder as the given user", async () => {
    const who = "id -u; id -g; id -G; echo $HOME; echo ok > file || echo denied";
    const [named, numbers, group, place, unknown] = await run(
      shell(who, { user: "worker" }),
      shell(who, { user: "7:8" }),
      shell(who, { user: "worker:extra" }),
      shell("readlink /proc/self/cwd; touch here", { workdir: "/new/place" }),
      shell(":", { user: "nobody-here" }),
    );
    expect(named?.stdout).toBe("1000\n1000\n1000 1005\n/home/worker\ndenied\n");
    expect(numbers?.stdout).toBe("7\n8\n8\n/\ndenied\n");
    expect(group?.stdout).toContain("1000\n1005\n1005\n");
    expect(place).toMatchObject({ stdout: "/new/place\n", written: ["new", "new/place", "new/place/here"] });
    expect(unknown?.error).toBe('There is no user "nobody-here" in the container.');
  });

  it.each<Driver>(["overlay", "copy"])("mounts anything and removes the mount points again: %s", async (driver) => {
    const source = join(folder.path, `source of ${driver}`);
    const volume = join(folder.path, `volume: a,b ${driver}`);
    for (const path of [source, volume]) mkdirSync(path, { recursive: true });
    writeFileSync(join(source, "file"), "content");
    const bind = { kind: "bind", path: join(source, "file"), readOnly: true } as const;
    const [readOnly, writable, others, , linked] = await runWith(
      driver,
      shell("cat /mounted/file; touch /mounted/new", { folder: { path: source, writable: false } }),
      shell("echo more >> /mounted/file; touch /mounted/new", { folder: { path: source, writable: true } }),
      shell("echo kept > /cache/deep/x; touch /volatile/y; stat -c '%u %a' /run/secrets/s; cat /run/secrets/s /given", {
        mounts: [
          { kind: "tmpfs", target: "/volatile" },
          { ...bind, target: "/given" },
        ],
        volume,
        secret: { target: "/run/secrets/s", text: "hidden ", mode: 0o400, owner: "worker" },
      }),
      shell("mkdir /real && ln -s /real /link", { commit: "linked" }),
      shell("cat /real/in", { layers: ["linked"], mounts: [{ ...bind, target: "/link/in" }] }),
    );
    expect(readOnly).toMatchObject({ stdout: "content", exitCode: 1, written: [] });
    expect(writable?.written).toEqual(["file", "new"]);
    expect(others).toMatchObject({ stdout: "1000 400\nhidden content", exitCode: 0, written: [] });
    expect(readdirSync(volume)).toEqual(["x"]);
    expect(linked).toMatchObject({ stdout: "content", written: [] });
  });

  it("does not follow a container's links out of it", async () => {
    const secret = join(folder.path, "outside");
    mkdirSync(secret);
    const [, through] = await run(
      shell(`rm -r /home && ln -s ${secret} /home`, { commit: "links" }),
      shell("ls /home/made", { layers: ["links"], mounts: [{ kind: "tmpfs", target: "/home/made" }] }),
    );
    expect(through).toMatchObject({ exitCode: 0, written: [] });
    expect(readdirSync(secret)).toEqual([]);
  });

  it.each<Driver>(["overlay", "copy"])("trusts whom the host trusts, and leaves no trace of it: %s", async (driver) => {
    const certificate = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;
    const bundle = join(folder.path, "bundle.pem");
    writeFileSync(bundle, certificate("known") + certificate("company"));
    const before = { ...process.env };
    Object.assign(process.env, { SSL_CERT_FILE: bundle, https_proxy: "http://proxy:1" });
    const place = "/etc/ssl/certs/ca-certificates.crt";
    const [without, , with_, own, later] = await runWith(
      driver,
      shell('cat "$PIP_CERT"; echo $SSL_CERT_FILE $HTTPS_PROXY', { env: { SSL_CERT_FILE: "mine" } }),
      shell(`mkdir -p /etc/ssl/certs; printf '%s' "$0" > ${place}`.replace("$0", certificate("known")), {
        commit: "ca",
      }),
      shell('cat "$SSL_CERT_FILE"; echo $SSL_CERT_FILE', { layers: ["ca"] }),
      shell(`echo changed > ${place}.new; mv ${place}.new ${place}`, { layers: ["ca"], commit: "changed" }),
      shell(`head -n 1 ${place}`, { layers: ["ca", "changed"] }),
    );
    putBack(before);
    expect(without).toMatchObject({ written: [] });
    expect(without?.stdout).toContain("company\n-----END CERTIFICATE-----\nmine http://proxy:1\n");
    expect(with_).toMatchObject({ stdout: `${certificate("known")}${certificate("company")}${place}\n`, written: [] });
    expect(own?.written).toEqual(["etc", "etc/ssl", "etc/ssl/certs", place.slice(1)]);
    expect(later?.stdout).toBe("changed\n");
  });

  it("ends the whole tree when it is aborted", async () => {
    const outcomes = await run(
      shell("sleep 100 & sleep 100 & wait", { abortAfter: 300 }),
      // The abort comes before the command has begun.
      shell("sleep 100", { abortAfter: 1 }),
    );
    for (const outcome of outcomes) {
      expect(outcome.milliseconds).toBeLessThan(60_000);
      expect(outcome.error).toMatch("aborted due to timeout");
    }
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toMatch(/^sleep 100$/m);
  });

  it("lets a command undo something when the session is interrupted", async () => {
    const undoing = "trap 'echo undone; exit 7' TERM; echo begun; while :; do sleep 0.1; done";
    const [outcome] = await run(shell(undoing, { interruptAfter: "begun" }));
    expect(outcome).toMatchObject({ exitCode: 7, streamed: "begun\nundone\n" });
  });
});
