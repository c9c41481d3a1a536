import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { outcomeOf, skipped, skippedStage, stage } from "../../../src/stages/stage.ts";
import { commandResult, commandsResult } from "../support.ts";

const execError = (cmd: string[], exitCode: number, stdout: string, stderr: string): Error =>
  Object.assign(new Error("exit code"), { cmd, exitCode, stdout, stderr });

describe("a stage never throws", () => {
  test("what passed has a report and a value", async () => {
    const { report, value } = await stage("train", async () => outcomeOf(commandsResult(commandResult()), "well", 42));
    expect(value).toBe(42);
    expect(report).toMatchObject({ name: "train", status: "passed", message: "well", output: "", cached: false });
    expect(report.commands).toHaveLength(1);
    expect(report.seconds).toBeGreaterThanOrEqual(0);
  });

  test("a user's mistake fails it with its message", async () => {
    const made = await stage("train", async () => {
      throw new UserError("The project has no src/train.py.");
    });
    expect(made).not.toHaveProperty("value");
    expect(made.report).toMatchObject({ status: "failed", message: "The project has no src/train.py.", output: "" });
  });

  test("a failing exec fails it with the command, the exit code decoded, and the last lines", async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`).join("\n");
    const { report } = await stage("lint", async () => {
      throw execError(["uv", "pip", "install", "a b"], 137, lines, "killed\n");
    });
    expect(report.message).toBe("uv pip install 'a b': exit code 137: killed by SIGKILL, most likely out of memory");
    expect(report.output.split("\n")).toHaveLength(40);
    expect(report.output).toMatch(/line 99\nkilled$/);
  });

  test.each([
    ["text", "text"],
    [undefined, "undefined"],
  ])("whatever is thrown: %s", async (thrown, message) => {
    const { report } = await stage("x", async () => {
      throw thrown;
    });
    expect(report).toMatchObject({ status: "failed", message });
  });

  test("a skipped one has not failed", async () => {
    expect((await stage("test e2e", async () => skipped("no tests"))).report).toMatchObject({
      status: "skipped",
      message: "no tests",
    });
    expect(skippedStage("gates", "after train failed").report).toMatchObject({
      name: "gates",
      status: "skipped",
      seconds: 0,
    });
  });

  test("it is cached when all that it ran was, and it ran something", async () => {
    const cached = { ...commandsResult(commandResult()), cached: true };
    const fresh = commandsResult(commandResult());
    const made = async (...runs: (typeof fresh)[]) =>
      (await stage("x", async () => ({ status: "passed", message: "", runs }))).report.cached;
    expect([await made(cached), await made(cached, fresh), await made()]).toEqual([true, false, false]);
  });
});

describe("the outcome of commands", () => {
  test("every failing one is told, with its output under its name", () => {
    const run = commandsResult(
      commandResult({ command: "ruff check src/", exitCode: 1, tail: "F401\n" }),
      commandResult({ command: "black --check src/" }),
      commandResult({ command: "mypy src/", exitCode: 2, tail: "error: x" }),
    );
    expect(outcomeOf(run, "")).toMatchObject({
      status: "failed",
      message: "ruff check src/: exit code 1; mypy src/: exit code 2",
      output: "$ ruff check src/\nF401\n$ mypy src/\nerror: x",
    });
  });

  test("one alone needs no title", () => {
    const run = commandsResult(commandResult({ exitCode: 127, tail: "not found" }));
    expect(outcomeOf(run, "")).toMatchObject({
      message: "python -m src.train: exit code 127: command not found",
      output: "not found",
    });
  });
});
