import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeCase, readCases } from "../../../../src/measurements/serving/case-files.ts";
import type { Answer } from "../../../../src/measurements/serving/predict.ts";
import { userError } from "../../support.ts";
import { answered, unreadable } from "./answered.ts";

const FILE = "tests/failure_modes/minorities.jsonl";
const answer = (prediction: unknown): Answer => answered([prediction]);
const judged = (expected: unknown, given: Answer) => {
  const [found] = readCases(FILE, JSON.stringify({ instance: { x: 1 }, expected, name: "n" }));
  if (found === undefined) throw new Error("no case");
  return judgeCase(found, given);
};

describe("a file of failure modes", () => {
  test("has a case a line, named by itself or by its line, of the kind that the file name gives", () => {
    const text = '{"instance": 1, "expected": "a", "name": "größer"}\n\n{"instance": 2, "expected": null}\n';
    expect(readCases(FILE, text).map(({ kind, name }) => [kind, name])).toEqual([
      ["minorities", "größer"],
      ["minorities", "line 3"],
    ]);
  });

  test.each([
    ["not json", "expected {"],
    ["[1]", "expected {"],
    ['{"instance": 1}', "expected {"],
    ['{"expected": 1}', "expected {"],
    ['{"instance": 1, "expected": {"status": "400"}}', 'expected.status is the number of an HTTP status, not "400"'],
    ['{"instance": 1, "expected": {"min": "0"}}', 'expected.min and expected.max are numbers, not "0"'],
  ])("%s is refused with its file and line", (line, text) => {
    const message = userError(() => readCases(FILE, `{"instance": 1, "expected": 1}\n${line}`));
    expect(message).toMatch(new RegExp(`^${FILE}, line 2: `));
    expect(message).toContain(text);
  });

  test("whatever is in it: cases, or a message that names the line", () => {
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((value) => `{"instance": 1, "expected": ${value}}`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        try {
          for (const one of readCases(FILE, lines.join("\n"))) judgeCase(one, answer("x"));
        } catch (error) {
          expect((error as Error).name).toBe("UserError");
          expect((error as Error).message).toMatch(/, line \d+: /);
        }
      }),
    );
  });
});

describe("an answer holds", () => {
  test.each([
    ["yes", answer("yes"), true],
    ["yes", answer("no"), false],
    [1, answer(1 + 1e-12), true],
    [1, answer(1.001), false],
    [1, answer("1"), true],
    ["1.0", answer(1), true],
    [1, answer(true), true],
    ["yes", answer("Yes"), false],
    [["1", 2], answer([1, "2.0"]), true],
    [{ label: "a", score: 0.5 }, answer({ score: 0.5, label: "a" }), true],
    [{ label: "a" }, answer({ label: "b" }), false],
    [{ min: 1, max: 2 }, answer(2), true],
    [{ min: 1, max: 2 }, answer(2.1), false],
    [{ min: 1 }, answer("2"), true],
    [{ min: 1 }, answer("two"), false],
    [{ min: 0 }, answer(""), false],
    [{ min: 0 }, answer(null), false],
    [{ status: 400 }, { status: 400, text: "too old", seconds: 0 }, true],
    [{ status: 400 }, answer("yes"), false],
    ["yes", { status: 500, text: "oops", seconds: 0 }, false],
    ["yes", { status: 0, text: "refused", seconds: 0 }, false],
    ["yes", unreadable("no JSON"), false],
  ])("%j against %j: %s", (expected, given, held) => {
    expect(judged(expected, given).held).toBe(held);
  });

  test("instance, expected and given are shown, and cut when they are long", () => {
    expect(judged({ max: 5 }, answer(6))).toMatchObject({ instance: '{"x":1}', expected: "at most 5", given: "6" });
    expect(judged({ status: 422 }, { status: 500, text: "oops", seconds: 0 })).toMatchObject({
      expected: "HTTP 422",
      given: "HTTP 500 oops",
    });
    expect(judged("yes", { status: 0, text: "connection refused", seconds: 0 }).given).toBe(
      "no answer (connection refused)",
    );
    expect(judged("yes", unreadable("2 predictions came back")).given).toBe("2 predictions came back");
    expect(judged("yes", answer("x".repeat(9999))).given.length).toBeLessThan(400);
  });
});
