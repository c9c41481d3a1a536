import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { failedRun, type Outcome, outcomeOf, skipped, skippedStage, stage } from "../../../src/stages/stage.ts";
import { commandResult, commandsResult } from "../support.ts";

const execError = (cmd: string[], exitCode: number, stdout: string, stderr: string): Error =>
  Object.assign(new Error("exit code"), { cmd, exitCode, stdout, stderr });

const TRAIN = { name: "train", step: "Train" };
const LINT = { name: "lint", step: "Check" };

describe("a stage does not throw", () => {
  test("what passed has a report and a value", async () => {
    const made = await stage(TRAIN, async () => outcomeOf(commandsResult(commandResult()), "well", 42));
    expect(made).toMatchObject({ value: 42, evidence: {} });
    const { report } = made;
    expect(report).toMatchObject({
      name: "train",
      step: "Train",
      status: "passed",
      message: "well",
      output: "",
      cached: false,
    });
    expect(report.commands).toHaveLength(1);
    expect(report.seconds).toBeGreaterThanOrEqual(0);
  });

  test("a user's mistake fails it with its message", async () => {
    const made = await stage(TRAIN, async () => {
      throw new UserError("The project has no src/train.py.");
    });
    expect(made).not.toHaveProperty("value");
    expect(made.report).toMatchObject({ status: "failed", message: "The project has no src/train.py.", output: "" });
  });

  test("a failing exec fails it with the exit code decoded, the command, and the last lines", async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => `line ${index}`).join("\n");
    const { report } = await stage(LINT, async () => {
      throw execError(["uv", "pip", "install", "a b"], 137, lines, "killed\n");
    });
    expect(report.message).toBe(
      "exit code 137: killed by SIGKILL, most likely out of memory, trying to run uv pip install 'a b'",
    );
    expect(report.output.split("\n")).toHaveLength(2001);
    expect(report.output).toMatch(/^… 1,001 earlier lines\nline 1001\n[\s\S]*\nline 2999\nkilled$/);
  });

  test.each([
    ["text", "text"],
    [undefined, "undefined"],
  ])("whatever is thrown: %s", async (thrown, message) => {
    const { report } = await stage({ name: "x", step: "Check" }, async () => {
      throw thrown;
    });
    expect(report).toMatchObject({ status: "failed", message });
  });

  test("but for a fault of the engine, which is no finding about the project", async () => {
    const lost = Object.assign(new Error("unknown error via graphql", { cause: new Error("socket hang up") }), {
      code: "D101",
    });
    const work = stage(TRAIN, () => Promise.reject(lost));
    await expect(work).rejects.toThrow(
      /^The engine failed during train, .*: socket hang up\. Make the same call again/,
    );
  });

  test("a skipped one has not failed", async () => {
    expect((await stage({ name: "test e2e", step: "Try" }, async () => skipped("no tests"))).report).toMatchObject({
      status: "skipped",
      message: "no tests",
    });
    expect(skippedStage({ name: "gates", step: "Judge" }, "after train failed").report).toMatchObject({
      name: "gates",
      status: "skipped",
      seconds: 0,
    });
  });

  test("it is cached when all that it ran was, and it ran something", async () => {
    const cached = { ...commandsResult(commandResult()), cached: true };
    const fresh = commandsResult(commandResult());
    const made = async (...runs: (typeof fresh)[]) =>
      (await stage(LINT, async () => ({ status: "passed", message: "", value: 1, runs }))).report.cached;
    expect([await made(cached), await made(cached, fresh), await made()]).toEqual([true, false, false]);
  });
});

test("what failed has no value, whatever its work came to", async () => {
  // @ts-expect-error a value is what passed stages have
  const wrong: Outcome<number> = { status: "failed", message: "no", value: 1 };
  // @ts-expect-error a passed stage has a value
  const lacking: Outcome<number> = { status: "passed", message: "well" };
  expect(await stage(TRAIN, async () => wrong)).not.toHaveProperty("value");
  expect(lacking).not.toHaveProperty("value");
});

describe("the outcome of commands", () => {
  test("every failing one is told, with all of its output under its name", () => {
    const findings = Array.from({ length: 500 }, (_, index) => `src/a.py:${index}: F401`).join("\n");
    const run = commandsResult(
      commandResult({ command: "ruff check src/", exitCode: 1, tail: `${findings}\n` }),
      commandResult({ command: "black --check src/" }),
      commandResult({ command: "mypy src/", exitCode: 2, tail: "error: x" }),
    );
    expect(failedRun(run)).toMatchObject({
      status: "failed",
      message: "ruff check src/: exit code 1; mypy src/: error: x (exit code 2)",
      output: `$ ruff check src/\n${findings}\n$ mypy src/\nerror: x`,
    });
  });

  test("one alone needs no title", () => {
    const run = commandsResult(commandResult({ exitCode: 127, tail: "not found" }));
    expect(failedRun(run)).toMatchObject({
      message: "python -m src.train: exit code 127: command not found",
      output: "not found",
    });
  });
});
