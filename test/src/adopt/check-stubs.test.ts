import { expect, test } from "vitest";
import { checkStubs } from "../../../src/adopt/check-stubs.ts";

const HEAD =
  '"""Evaluates.\n\nWritten by `ml-pipeline init`, and yours: `features` must give the model what training gave it.\n"""\n';

test("what init left to a person is said, with its line", () => {
  const text = `${HEAD}def features(rows):\n    # What train.py does to the columns belongs here as well.\n    return rows\n`;
  expect(checkStubs({ "src/evaluate.py": text })).toEqual([
    {
      kind: "guess",
      text: "src/evaluate.py, line 6, as init wrote it: What train.py does to the columns belongs here as well. Write it there, and remove the comment",
    },
  ]);
  const image = text.replace("does to the columns", "makes of a sample, such as of an image's pixels,");
  expect(checkStubs({ "src/evaluate.py": image })).toHaveLength(1);
  expect(checkStubs({ "src/evaluate.py": `${HEAD}# Which column is predicted: a, b?\nLABEL = ""\n` })).toHaveLength(1);
});

test("nothing is said once the comment is gone, nor of a program that somebody wrote", () => {
  expect(checkStubs({ "src/evaluate.py": `${HEAD}def features(rows):\n    return scaled(rows)\n` })).toEqual([]);
  expect(checkStubs({ "src/own.py": "# What they do belongs here as well.\n" })).toEqual([]);
});
