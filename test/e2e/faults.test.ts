import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProgram } from "../../local/sandbox/programs.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/** What ends containers from outside, as a machine does that is out of memory, or keeps them from starting. */
describe("a fault of the machine", () => {
  let project: TestProject;
  /** Programs that are found before the host's own. */
  let programs: string;
  /** What the processes of this project's server have in their arguments. */
  let marks: readonly string[];

  beforeEach(async () => {
    project = await tinyProject();
    const port = 20_000 + Math.floor(Math.random() * 9999);
    marks = [`"port":${port}`, "serve_measured"];
    // A server that was measured before would not be started.
    await project.edit("src/serve.py", "import json\n", `import json  # ${randomUUID()}\n`);
    await project.edit(
      "pyproject.toml",
      "[tool.ml-pipeline.data]",
      `[tool.ml-pipeline.serve]\nport = ${port}\n\n[tool.ml-pipeline.data]`,
    );
    programs = await mkdtemp(join(tmpdir(), "ml-pipeline-programs-"));
  });
  afterEach(async () => {
    await project.remove();
    await rm(programs, { recursive: true, force: true });
  });

  const model = (): string => join(project.out, "model");
  const train = (env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    mlPipeline(["train", `--source=${project.source}`, `--data=${project.data}`, "export", `--path=${model()}`], env);
  const verdict = async (): Promise<unknown> =>
    JSON.parse(await readFile(join(model(), "ml-pipeline.json"), "utf8")).validation;

  /** Puts a program in the place of `mount` that does something first in the container of the server, if `trigger` is there. */
  const inTheWay = async (trigger: string, what: string): Promise<Readonly<Record<string, string>>> => {
    await mkdir(programs, { recursive: true });
    // Numbers of processes are those of the engine's /proc here, so the container's first process is looked up in it.
    const script = `#!/bin/sh
while read -r key value; do if [ "$key" = PPid: ]; then parent=$value; fi; done </proc/self/status
if [ -e ${trigger} ] && grep -q container.sh "/proc/$parent/cmdline" && grep -q serve_measured "/proc/$parent/cmdline"; then
  ${what}
fi
exec ${findProgram("mount")} "$@"
`;
    await writeFile(join(programs, "mount"), script);
    await chmod(join(programs, "mount"), 0o755);
    await writeFile(trigger, "");
    return { PATH: `${programs}:${process.env.PATH}` };
  };

  const processes = (): readonly { readonly pid: number; readonly args: string }[] =>
    execFileSync("ps", ["-ewwo", "pid,args"], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map((line) => ({ pid: Number.parseInt(line, 10), args: line.trim().replace(/^\d+ /, "") }))
      .filter(({ args }) => marks.every((mark) => args.includes(mark)));

  /** Kills the first process of the server that looks so, when it is time, and gives how the call ended. */
  const killDuring = async (call: Promise<Ended>, which: RegExp, isTime = () => true): Promise<Ended> => {
    let ended = false;
    const over = call.finally(() => {
      ended = true;
    });
    for (let killed = false; !killed; await sleep(10)) {
      if (ended) throw new Error(`the call ended before: ${(await call).stderr}`);
      const found = isTime() ? processes().find(({ args }) => which.test(args)) : undefined;
      if (found) killed = process.kill(found.pid, "SIGKILL");
    }
    return over;
  };

  const expectFault = (ended: Ended, cause: string | RegExp): void => {
    const said = ended.stdout + ended.stderr;
    expect(ended.exitCode, said).not.toBe(0);
    expect(said).toMatch(/The engine failed during gates, so nothing was judged: .*The sandbox could not be set up: /);
    expect(said).toMatch(cause);
    expect(said).not.toMatch(/sigprocmask|^\s+at .*\.(ts|js):\d+/m);
    expect(existsSync(model())).toBe(false);
  };

  it("that keeps a container from being set up ends the call with its cause, and says nothing of the model", async () => {
    const trigger = join(programs, "trigger");
    const env = await inTheWay(trigger, 'echo "mount: no luck today" >&2; exit 1');
    expectFault(await train(env), "mount: no luck today");
    rmSync(trigger);
    const again = await train(env);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await verdict()).toMatchObject({ verdict: "passed" });
  }, 300_000);

  it("that kills a container while it is set up is told in one line", async () => {
    const trigger = join(programs, "trigger");
    const env = await inTheWay(trigger, `touch ${trigger}.reached; sleep 60`);
    const reached = () => existsSync(`${trigger}.reached`);
    const ended = await killDuring(train(env), /^\S*sh .*container\.sh /, reached);
    expectFault(ended, "its first process was killed, most likely because the machine is out of memory");
  }, 300_000);

  it("that kills a server is not believed by the next call", async () => {
    const ended = await killDuring(train(), /^python3 /);
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(await verdict()).toMatchObject({ verdict: "failed" });
    const again = await train();
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await verdict()).toMatchObject({ verdict: "passed" });
  }, 300_000);
});
