import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decidingCheck, statusOf } from "../../../../src/checks/decide.ts";
import { messageOf } from "../../../../src/checks/findings.ts";
import { readAnswer } from "../../../../src/containers/external/answer.ts";

const answer = (...checks: readonly object[]): string => JSON.stringify({ schemaVersion: 1, checks });
const profit = { name: "profit per order", value: 3, limit: 2, comparison: "at-least", unit: "times" };

/** What a gate makes of an answer: its status and its message. */
function judged(written: string): readonly [string, string] {
  const read = readAnswer(written);
  if (!("checks" in read)) return ["unusable", read.unusable];
  const status = statusOf(read.checks, true);
  return [status, messageOf(status, read.checks)];
}

describe("checks of a command from outside", () => {
  test("a number within its limit passes, at the limit as well", () => {
    expect(judged(answer(profit))).toEqual(["passed", "profit per order 3.00 × (at least 2 ×)"]);
    expect(judged(answer({ ...profit, value: 2 }))[0]).toBe("passed");
    expect(judged(answer({ ...profit, comparison: "at-most", limit: 3 }))[0]).toBe("passed");
  });

  test("a number beyond its limit fails, whatever is said of it", () => {
    const low = { ...profit, value: 1.5 };
    expect(judged(answer(low))).toEqual(["failed", "profit per order 1.50 × (at least 2 ×)"]);
    for (const [outcome, word] of [
      ["pass", "passed"],
      ["warn", "a warning"],
    ]) {
      const [status, message] = judged(answer({ ...low, outcome }));
      expect(status).toBe("failed");
      expect(message).toBe(
        `profit per order 1.50 × (at least 2 ×): the command calls it ${word}, and its own number is beyond its own limit`,
      );
    }
  });

  test("a number within its limit fails where the command says so", () => {
    const written = answer({ ...profit, outcome: "fail", message: "two orders are lost" });
    expect(judged(written)).toEqual(["failed", "profit per order 3.00 × (at least 2 ×): two orders are lost"]);
  });

  test("words alone do, and a warning is told of what passes", () => {
    const written = answer(
      { name: "licence", outcome: "pass" },
      { name: "card", outcome: "warn", message: "no owner\nis named" },
    );
    expect(judged(written)).toEqual(["passed", "licence; warning: card: no owner is named"]);
  });

  test("the number that misses most is the headline's", () => {
    const read = readAnswer(
      answer({ ...profit, value: 1.9 }, { ...profit, name: "margin", value: 1 }, { name: "card", outcome: "fail" }),
    );
    expect("checks" in read && decidingCheck(read.checks)?.what).toBe("margin");
  });

  test("groups make a name another one's", () => {
    const of = (place: string) => ({ ...profit, group: { place } });
    expect(judged(answer(of("north"), of("south")))[0]).toBe("passed");
    expect(judged(answer(of("north"), of("north")))).toEqual([
      "unusable",
      "gave two checks of one name: profit per order",
    ]);
  });
});

describe("what is no answer", () => {
  test.each([
    ["", "wrote nothing to its standard output"],
    ["\n \n", "wrote nothing to its standard output"],
    ["done\n", 'wrote what is no JSON object, or two values of one name: it begins with "done"'],
    [`loading…\n${answer(profit)}`, 'it begins with "loading… {'],
    [answer(profit).replace('"value":3', '"value":NaN'), "wrote what is no JSON object: NaN is none of its numbers"],
    [answer(profit).replace('"value":3', '"value":-Infinity'), "-Infinity is none of its numbers"],
    [answer(profit).replace('"value":3', '"value":1e999'), "JSON of another form at checks.0.value"],
    [answer(profit).replace('"value":3', '"value":3,"value":1'), "two values of one name"],
    [answer(profit).replace('"value":3', '"value":"3"'), "JSON of another form at checks.0.value"],
    [answer(profit).replace('"value":3', '"value":null'), "JSON of another form at checks.0.value"],
    ["[]", "JSON of another form"],
    ["null", "JSON of another form"],
    ['{"schemaVersion": 2, "checks": []}', "JSON of another form at schemaVersion"],
    [answer(), "JSON of another form at checks"],
    [answer({ name: "card" }), "nothing says what came out"],
    [answer({ name: "card", value: 3 }), "nothing says what came out"],
    [answer({ name: "card", value: 3, limit: 2, outcome: "pass" }), "limit and comparison go together"],
    [answer({ name: "card", value: 3, comparison: "at-most", outcome: "pass" }), "limit and comparison go together"],
    [answer({ name: "card", limit: 2, comparison: "at-most", outcome: "pass" }), "no value to hold against it"],
    [answer({ ...profit, comparison: "below" }), "JSON of another form at checks.0.comparison"],
    [answer({ ...profit, outcome: "passed" }), "JSON of another form at checks.0.outcome"],
    [answer({ ...profit, required: false }), "JSON of another form at checks.0"],
    [answer({ ...profit, name: "" }), "JSON of another form at checks.0.name"],
    [answer({ ...profit, name: "a\n::error::b" }), "letters that can be seen, in one line"],
    [answer({ ...profit, name: "a\u202Eb" }), "letters that can be seen, in one line"],
    [answer({ ...profit, name: "x".repeat(101) }), "JSON of another form at checks.0.name"],
    [answer({ ...profit, message: "x".repeat(1001) }), "JSON of another form at checks.0.message"],
    [`${"[".repeat(10_000)}${"]".repeat(10_000)}`, "wrote what is no JSON object"],
    [
      answer(...Array.from({ length: 1001 }, (_, n) => ({ ...profit, name: `n${n}` }))),
      "JSON of another form at checks",
    ],
  ])("%s", (written, says) => {
    const [status, message] = judged(written);
    expect(status).toBe("unusable");
    expect(message).toContain(says);
    expect(message.length).toBeLessThan(1200);
    expect(message).not.toMatch(/\n/);
  });

  test("no JSON value makes it throw, and none passes with a number beyond its limit", () => {
    fc.assert(
      fc.property(fc.json(), (written) => {
        readAnswer(written);
      }),
    );
    const checks = fc.record(
      {
        name: fc.string(),
        value: fc.double(),
        limit: fc.double(),
        comparison: fc.constantFrom("at-least", "at-most"),
        outcome: fc.constantFrom("pass", "warn", "fail"),
      },
      { requiredKeys: ["name", "value", "limit", "comparison"] },
    );
    fc.assert(
      fc.property(checks, (check) => {
        const { value, limit, comparison } = check;
        const within = comparison === "at-least" ? value >= limit : value <= limit;
        if (judged(answer(check))[0] === "passed") expect(within && Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
