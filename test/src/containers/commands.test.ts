import { execFileSync } from "node:child_process";
import type { Container } from "@dagger.io/dagger";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shellWords } from "../../../src/containers/command-words.ts";
import { type Command, runCommands } from "../../../src/containers/commands.ts";
import { failureOf } from "../../../src/containers/exit-code.ts";
import { DEFAULT_LIMITS, stageLimits } from "../../../src/containers/limits.ts";
import { programPath } from "../../../src/containers/programs.ts";

const SINCE = 1_000_000;
const BEFORE = SINCE / 1000 - 10;
const AFTER = SINCE / 1000 + 10;

const result = (name: string, exitCode: number, endedAt: number) => ({
  name,
  args: ["python3", name],
  exitCode,
  startedAt: endedAt - 2,
  endedAt,
  peakMemoryBytes: 5,
  tail: `${name} says`,
});

class FakeExecError extends Error {
  readonly stdout = "";
  readonly cmd: string[];
  readonly exitCode: number;
  readonly stderr: string;
  constructor(cmd: string[], exitCode: number, stderr: string) {
    super("exit code");
    this.cmd = cmd;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** What an exec in the fake container comes to: the helper's results, its own exit code, or an error of the engine. */
type Answer = readonly ReturnType<typeof result>[] | number | ((args: string[]) => Error);

/** A container whose first exec answers as said, and whose later ones take the following answers. */
function fakeContainer(...answers: Answer[]) {
  const execs: { args: string[]; env: Record<string, string> }[] = [];
  const make = (env: Record<string, string>, args: string[] | undefined, answer: Answer | undefined): Container => {
    const fake = {
      withEnvVariable: (name: string, value: string) => make({ ...env, [name]: value }, args, answer),
      withVolatileVariable: (name: string, value: string) => make({ ...env, [name]: value }, args, answer),
      withMountedDirectory: () => make(env, args, answer),
      withExec: (given: string[]) => {
        execs.push({ args: given, env });
        return make(env, given, answers[execs.length - 1]);
      },
      directory: (path: string) => ({ path }),
      exitCode: async () => {
        if (typeof answer === "function") throw answer(args ?? []);
        return typeof answer === "number" ? answer : 0;
      },
      stderr: async () => "Killed",
      file: () => ({ contents: async () => JSON.stringify({ commands: answer, hashes: { "/models": HASH } }) }),
    };
    return fake as unknown as Container;
  };
  return { container: make({}, undefined, undefined), execs };
}

const HASH = { sha256: "0123", files: 1, bytes: 2, kinds: [] };

const commands: Command[] = [
  { name: "ruff", args: ["python3", "-m", "ruff", "check"], env: { A: "1" }, shown: "ruff check" },
  { name: "mypy", args: ["python3", "-m", "mypy"] },
];

describe("runCommands", () => {
  test("runs all commands in one exec and reports the result of each", async () => {
    const { container, execs } = fakeContainer([result("ruff", 0, AFTER), result("mypy", 1, AFTER)]);
    const run = await runCommands(container, commands, { since: SINCE, folders: ["/models"], hash: ["/models"] });
    expect(run).toMatchObject({ ok: false, cached: false, hashes: { "/models": HASH } });
    expect(run.commands.map(({ command, exitCode, seconds, tail }) => [command, exitCode, seconds, tail])).toEqual([
      ["ruff check", 0, 2, "ruff says"],
      ["python3 mypy", 1, 2, "mypy says"],
    ]);
    expect(execs).toHaveLength(1);
    expect(JSON.parse(execs[0]?.args[2] ?? "")).toEqual({
      results: "/tmp/ml-pipeline",
      stopAtFailure: false,
      listFiles: false,
      folders: ["/models"],
      hash: ["/models"],
      limits: stageLimits(DEFAULT_LIMITS, "stage-seconds"),
      commands: [
        { name: "ruff", args: ["python3", "-m", "ruff", "check"], env: { A: "1" } },
        { name: "mypy", args: ["python3", "-m", "mypy"] },
      ],
    });
  });

  test("holds the commands against the project's limits, and a query against its own as well", async () => {
    const { container, execs } = fakeContainer([result("train", 0, AFTER), result("ask", 0, AFTER)]);
    const limits = {
      ...DEFAULT_LIMITS,
      ...{ "train-seconds": 7, "query-seconds": 3, "output-megabytes": 2, "memory-gigabytes": 1.5, processes: 4 },
    };
    const query: Command = { name: "ask", args: ["ask"], time: "query-seconds" };
    await runCommands(container, [{ name: "train", args: ["train"] }, query], {
      ...{ since: SINCE, limits, time: "train-seconds" },
    });
    expect(JSON.parse(execs[0]?.args[2] ?? "")).toMatchObject({
      limits: {
        time: { seconds: 7, setting: "limits.train-seconds" },
        outputBytes: 2e6,
        memoryBytes: 1.5e9,
        processes: 4,
      },
      commands: [{ name: "train" }, { name: "ask", time: { seconds: 3, setting: "limits.query-seconds" } }],
    });
    // The engine has the kernel hold the whole container to them, the pipeline's own program included.
    expect(execs[0]?.env).toEqual({ ML_PIPELINE_TASKS: "40", ML_PIPELINE_MEMORY_BYTES: "1532000000" });
  });

  test("says why a command was stopped; a stopped query is no finding", async () => {
    const stopped = "stopped after 3 s, the limit of limits.query-seconds";
    const stop = { ...result("ask", 124, AFTER), stopped };
    const run = await runCommands(fakeContainer([stop]).container, [{ name: "ask", args: ["ask"] }], { since: SINCE });
    expect(run).toMatchObject({ ok: false, commands: [{ stopped, exitCode: 124 }] });
    const query: Command = { name: "ask", args: ["ask"], purpose: "query the tables (data)", time: "query-seconds" };
    await expect(runCommands(fakeContainer([stop]).container, [query], { since: SINCE })).rejects.toThrow(
      `${stopped}, trying to query the tables (data)`,
    );
  });

  test("a program of the pipeline is told by its purpose, or by its name where it has none", async () => {
    const path = programPath("find_lines.py");
    const failed = { ...result("lines", 1, AFTER), args: ["python3", path, "{}"] };
    const told = async (command: Partial<Command>) => {
      const { container } = fakeContainer([failed]);
      const [one] = (await runCommands(container, [{ name: "lines", args: failed.args, ...command }], { since: SINCE }))
        .commands;
      return one === undefined ? "" : failureOf(one);
    };
    expect(await told({ purpose: "find the lines" })).toBe("exit code 1, trying to find the lines");
    expect(await told({})).toBe("exit code 1, trying to find lines");
    expect(await told({ shown: "ruff check src/" })).toBe("ruff check src/: exit code 1");
  });

  test("a command that ended before this run came from the cache", async () => {
    const { container, execs } = fakeContainer([result("ruff", 0, BEFORE), result("mypy", 0, BEFORE)]);
    expect(await runCommands(container, commands, { since: SINCE })).toMatchObject({ ok: true, cached: true });
    expect(execs).toHaveLength(1);
  });

  test("a cached failure runs again, and the second result counts", async () => {
    const { container, execs } = fakeContainer(
      [result("ruff", 0, BEFORE), result("mypy", 1, BEFORE)],
      [result("ruff", 0, AFTER), result("mypy", 0, AFTER)],
    );
    expect(await runCommands(container, commands, { since: SINCE })).toMatchObject({ ok: true, cached: false });
    expect(execs.map(({ env }) => env.ML_PIPELINE_ATTEMPT)).toEqual([undefined, String(SINCE)]);
  });

  test.each([
    ["is believed, where it only warns", 1, [undefined]],
    ["runs again with it, where it was killed", 137, [undefined, String(SINCE)]],
  ])("a cached failure %s", async (_what, exitCode, attempts) => {
    const { container, execs } = fakeContainer(
      [result("ruff", 0, BEFORE), result("mypy", exitCode, BEFORE)],
      [result("ruff", 0, AFTER), result("mypy", 1, AFTER)],
    );
    const warning = commands.map((one) => ({ ...one, onlyWarns: one.name === "mypy" }));
    expect(await runCommands(container, warning, { since: SINCE })).toMatchObject({ ok: false });
    expect(execs.map(({ env }) => env.ML_PIPELINE_ATTEMPT)).toEqual(attempts);
  });

  test("a fresh failure does not run again", async () => {
    const { container, execs } = fakeContainer([result("ruff", 1, AFTER), result("mypy", 0, AFTER)]);
    expect((await runCommands(container, commands, { since: SINCE })).ok).toBe(false);
    expect(execs).toHaveLength(1);
  });

  test("commands that were skipped after a failure are not a success", async () => {
    const { container } = fakeContainer([result("ruff", 0, AFTER)]);
    expect((await runCommands(container, commands, { since: SINCE, stopAtFailure: true })).ok).toBe(false);
  });

  test("a killed program is a result with its exit code", async () => {
    const { container } = fakeContainer((args) => new FakeExecError(args, 137, "Killed"));
    const run = await runCommands(container, commands, { since: SINCE });
    expect(run).toMatchObject({ ok: false, cached: false });
    expect(run.commands).toMatchObject([{ name: "ruff", command: "ruff check", exitCode: 137, tail: "Killed" }]);
  });

  test("the same where the engine gives the exit code instead of an error", async () => {
    const { container } = fakeContainer(137);
    expect((await runCommands(container, commands, { since: SINCE })).commands).toMatchObject([
      { exitCode: 137, tail: "Killed" },
    ]);
  });

  test("a failed installation in an earlier exec is an error", async () => {
    const error = new FakeExecError(["/opt/uv", "pip", "install"], 2, "no such package");
    const { container } = fakeContainer(() => error);
    await expect(runCommands(container, commands, { since: SINCE })).rejects.toThrow(
      "no such package (exit code 2), trying to run /opt/uv pip install",
    );
  });

  test("an engine that fails is an error", async () => {
    const { container } = fakeContainer(() => new Error("connection lost"));
    await expect(runCommands(container, commands, { since: SINCE })).rejects.toThrow("connection lost");
  });

  test("no commands, only hashes: nothing to run again", async () => {
    const { container, execs } = fakeContainer([]);
    expect(await runCommands(container, [], { since: SINCE, hash: ["/in"] })).toMatchObject({ ok: true });
    expect(execs).toHaveLength(1);
  });
});

describe("shellWords", () => {
  test.each([
    [["python", "-m", "src.train", "--epochs", "10"], "python -m src.train --epochs 10"],
    [["echo", ""], "echo ''"],
    [["echo", "it's"], "echo 'it'\\''s'"],
    [["cat", '$(touch x) "ü.csv'], "cat '$(touch x) \"ü.csv'"],
    [["pip", "install", "numpy<2"], "pip install 'numpy<2'"],
  ])("%j", (args, text) => {
    expect(shellWords(args)).toBe(text);
  });

  test("a shell reads back what was written", () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom(..."'\"$`\\<>|&;~#*? ü\n\ta1") }), { minLength: 1 });
    fc.assert(
      fc.property(words, (args) => {
        const text = execFileSync("sh", ["-c", `printf '%s\\0' ${shellWords(args)}`], { encoding: "utf8" });
        expect(text.split("\0").slice(0, -1)).toEqual(args);
      }),
      { numRuns: 50 },
    );
  });
});
