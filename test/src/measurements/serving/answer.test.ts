import { expect, test } from "vitest";
import { answerFindings } from "../../../../src/measurements/serving/answer.ts";
import { answered, unreadable } from "./answered.ts";

test.each([
  ["yes", ["yes", "no"]],
  ["anything", undefined],
  [1, ["0", "1"]],
  [1.0, ["0.0", "1.0"]],
  [0, undefined],
  [1, [0, 1]],
  ["1", [0, 1]],
  [true, [0, 1]],
  [true, ["False", "True"]],
  [1, [false, true]],
  [false, ["true", "false"]],
  [{ label: "yes", score: 0.9 }, ["yes", "no"]],
])("%j is a prediction of the classes %j", (prediction, classes) => {
  expect(answerFindings(answered([prediction]), classes)).toEqual([]);
});

test.each([
  [answered([null]), undefined, "empty"],
  [answered([""]), undefined, "empty"],
  [answered(["maybe"]), ["yes", "no"], 'the prediction "maybe" is not one of gates.schema.classes (yes, no)'],
  [answered([0]), ["", "1"], "is not one of"],
  [answered([{ a: 1 }]), ["yes"], 'the prediction {"a":1} is not one of'],
  [unreadable("the answer is not JSON"), undefined, "the answer is not JSON"],
])("%j, classes %j: a finding", (answer, classes, finding) => {
  expect(answerFindings(answer, classes)).toEqual([expect.stringContaining(finding)]);
});
