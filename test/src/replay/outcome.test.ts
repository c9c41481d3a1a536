import { expect, test } from "vitest";
import { type EndedStage, outcomeOf } from "../../../src/replay/outcome.ts";

const stage = (changes: Partial<EndedStage> = {}): EndedStage => ({
  ...{ status: "failed", message: "pytest: exit code 1", commands: [] },
  ...changes,
});

const command = (name: string, exitCode: number): EndedStage["commands"][number] => ({ name, exitCode, command: name });

test("the same commands with the same exit codes failed the same way, whatever they said", () => {
  const before = stage({ commands: [command("ruff", 1), command("mypy", 0)] });
  const now = stage({ message: "something else", commands: [command("ruff", 1), command("mypy", 0)] });
  expect(outcomeOf(before, now)).toBe("same");
});

test("another command, or another exit code, is another way", () => {
  const before = stage({ commands: [command("train", 1)] });
  expect(outcomeOf(before, stage({ commands: [command("train", 137)] }))).toBe("otherwise");
  expect(outcomeOf(before, stage({ commands: [command("evaluate", 1)] }))).toBe("otherwise");
  expect(outcomeOf(before, stage({ commands: [] }))).toBe("otherwise");
});

test("where no command failed the words decide, without their numbers and without that they only warn", () => {
  const before = stage({ message: "failed, and only warns (stages.warn): latency failed: p95 12.5 ms beyond 10 ms" });
  expect(outcomeOf(before, stage({ message: "latency failed: p95 14 ms beyond 10 ms" }))).toBe("same");
  expect(outcomeOf(before, stage({ message: "metrics failed: p95 14 ms beyond 10 ms" }))).toBe("otherwise");
});

test("a stage that passes, or that an earlier one keeps from running, did not fail the same way", () => {
  expect(outcomeOf(stage(), stage({ status: "passed" }))).toBe("passed");
  expect(outcomeOf(stage(), stage({ status: "skipped" }))).toBe("otherwise");
});
