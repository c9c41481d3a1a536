import { expect, test } from "vitest";
import { scriptFile } from "../../../../src/project/commands/script-file.ts";

const files = ["src/train.py", "code/fit/__main__.py", "src/own/train.py"];

test.each<[string, readonly string[], string | undefined, string | undefined]>([
  ["a module", ["python3", "-m", "src.train", "--data", "{data}"], undefined, "src/train.py"],
  ["a package in the folder of the command", ["python3", "-m", "fit"], "code", "code/fit/__main__.py"],
  ["a package of the layout with src", ["python", "-m", "own.train"], undefined, "src/own/train.py"],
  ["a path", ["python3", "./src/train.py"], undefined, "src/train.py"],
  ["a program of its own", ["fit-model", "{data}"], undefined, undefined],
])("%s", (_name, args, folder, expected) => {
  expect(scriptFile({ args, ...(folder === undefined ? {} : { folder }) }, files)).toBe(expected);
});
