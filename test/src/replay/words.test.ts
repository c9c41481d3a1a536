import { expect, test } from "vitest";
import { type Replayed, replayedText, some } from "../../../src/replay/words.ts";

const replayed = (changes: Partial<Replayed> = {}): Replayed => ({
  ...{ stage: "train", outcome: "same", typed: "python3 -m src.train" },
  had: [
    { input: "source", isSame: true, text: "the checkout, which is what failed" },
    { input: "data", isSame: false, text: "cannot be had: give --data=DIR" },
    { input: "model", text: "nobody knows" },
  ],
  before: { status: "failed", message: "src.train: exit code 1", commands: [] },
  now: { status: "failed", message: "src.train:\nexit code 1", commands: [], output: "one\ntwo\n" },
  ...changes,
});

test("what was had and what was not is said before what came of it", () => {
  expect(replayedText(replayed())).toBe(
    [
      "train failed: src.train: exit code 1",
      "  ✓ source: the checkout, which is what failed",
      "  ✗ data: cannot be had: give --data=DIR",
      "  ? model: nobody knows",
      "Replayed: train failed the same way: src.train: exit code 1",
      "    one",
      "    two",
      "The command: python3 -m src.train",
    ].join("\n"),
  );
});

test("a stage that passes or fails otherwise is said to", () => {
  expect(replayedText(replayed({ outcome: "passed" }))).toContain("\nReplayed: train passed: ");
  expect(replayedText(replayed({ outcome: "otherwise" }))).toContain("\nReplayed: train failed in another way: ");
});

test("another command is told with its exit code and its output", () => {
  const text = replayedText(replayed({ other: { command: "ls", exitCode: 2, output: "no such file" } }));
  expect(text).toMatch(/\nls ended with exit code 2\n {4}no such file$/);
});

test("of a run that passed there is nothing to say", () => {
  expect(replayedText({ outcome: "nothing", had: [] })).toMatch(/^There is nothing to replay.*of this report\.$/);
  expect(replayedText({ outcome: "nothing", had: [], warned: ["lint"] })).toMatch(
    /of this report\. lint only warned: --stage="lint" replays it\.$/,
  );
});

test("of many clauses the first few are told", () => {
  expect(some(["a", "b"])).toBe("a; b");
  expect(some(["a", "b", "c"], 2)).toBe("a; b; 1 more");
});
