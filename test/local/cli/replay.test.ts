import { expect, test } from "vitest";
import { replayWords } from "../../../local/cli/commands/replay.ts";

test("the folder stands for --report, and all else is as with the function", () => {
  expect(replayWords(["report/", "--data=data"], false)).toEqual(["replay", "--report=report/", "--data=data"]);
  expect(replayWords(["--report=report/"], false)).toEqual(["replay", "--report=report/"]);
});

test("a person gets a shell, unless another command is asked for", () => {
  expect(replayWords(["report/"], true)).toEqual(["replayed", "--report=report/", "container", "terminal"]);
  expect(replayWords(["report/", "--command=ls"], true)).toEqual(["replay", "--report=report/", "--command=ls"]);
  expect(replayWords(["report/", "--command", "ls"], true)).toEqual(["replay", "--report=report/", "--command", "ls"]);
});
