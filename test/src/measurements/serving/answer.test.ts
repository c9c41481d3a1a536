import { expect, test } from "vitest";
import { answerFindings } from "../../../../src/measurements/serving/answer.ts";

test.each([
  ['{"predictions": ["yes"]}', ["yes", "no"]],
  ['{"predictions": ["anything"], "model": "v1"}', undefined],
  ['{"predictions": [1]}', ["0", "1"]],
  ['{"predictions": [1.0]}', ["0.0", "1.0"]],
  ['{"predictions": [0]}', undefined],
  ['{"predictions": [1]}', [0, 1]],
  ['{"predictions": ["1"]}', [0, 1]],
  ['{"predictions": [true]}', [0, 1]],
  ['{"predictions": [true]}', ["False", "True"]],
  ['{"predictions": [1]}', [false, true]],
  ['{"predictions": [false]}', ["true", "false"]],
])("%s is an answer", (text, classes) => {
  expect(answerFindings(text, classes)).toEqual([]);
});

test.each([
  ["", undefined, 'expected {"predictions": [...]}, got an empty answer'],
  ["<h1>Error</h1>", undefined, "got <h1>Error</h1>"],
  ["null", undefined, "got null"],
  ["[1]", undefined, "got [1]"],
  ['{"predictions": "yes"}', undefined, "expected"],
  ['{"predictions": [NaN]}', undefined, "got"],
  ['{"predictions": []}', undefined, "one instance was sent, 0 predictions came back"],
  ['{"predictions": [1, 2]}', undefined, "2 predictions came back"],
  ['{"predictions": [null]}', undefined, "empty"],
  ['{"predictions": [""]}', undefined, "empty"],
  ['{"predictions": [1e999]}', undefined, "not a finite number"],
  ['{"predictions": ["maybe"]}', ["yes", "no"], 'the prediction "maybe" is not one of gates.schema.classes (yes, no)'],
  ['{"predictions": [0]}', ["", "1"], "is not one of"],
  ['{"predictions": [{"a": 1}]}', ["yes"], 'the prediction {"a":1} is not one of'],
])("%s, classes %j: a finding", (text, classes, finding) => {
  expect(answerFindings(text, classes)).toEqual([expect.stringContaining(finding)]);
});

test("a long, wrong answer is cut", () => {
  expect(answerFindings("x".repeat(5000), undefined)[0]?.length).toBeLessThan(300);
});
