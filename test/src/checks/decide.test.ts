import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Check, Outcome } from "../../../src/checks/check.ts";
import { decidingCheck, missOf, nearestToLimit, statusOf, worstOutcome } from "../../../src/checks/decide.ts";

const check = (outcome: Outcome, changes: Partial<Check> = {}): Check => ({ what: outcome, outcome, ...changes });
const of = (...outcomes: Outcome[]): Check[] => outcomes.map((outcome) => check(outcome));

describe("the worst outcome is the status", () => {
  test.each<[Outcome[], string, string]>([
    [["kept", "kept"], "passed", "passed"],
    [["kept", "broken", "unsure", "missing"], "failed", "failed"],
    [["unsure", "kept"], "inconclusive", "inconclusive"],
    [["unsure", "missing"], "failed", "skipped"],
    [[], "failed", "skipped"],
  ])("%j is %s where the project asks for the gate, otherwise %s", (outcomes, demanded, otherwise) => {
    expect(statusOf(of(...outcomes), true)).toBe(demanded);
    expect(statusOf(of(...outcomes), false)).toBe(otherwise);
  });

  test("whatever their order", () => {
    const outcomes = fc.array(fc.constantFrom<Outcome>("kept", "broken", "unsure", "missing"));
    fc.assert(
      fc.property(outcomes, (all) => {
        expect(worstOutcome(of(...all.toReversed()))).toBe(worstOutcome(of(...all)));
        if (statusOf(of(...all), true) === "passed") expect(all.every((one) => one === "kept")).toBe(true);
      }),
    );
  });
});

describe("a miss", () => {
  test.each<[number, Check["limit"], number]>([
    [90, { max: 100 }, -0.1],
    [150, { max: 100 }, 0.5],
    [0.4, { min: 0.8 }, 0.5],
    [-3, { min: -2, max: 5 }, 0.5],
    [6, { min: 1, max: 5 }, 0.2],
    [1, { min: 1 }, 0],
    [3, { max: 0 }, 1],
    [-3, { max: 0 }, -1],
    [0, { max: 0 }, 0],
  ])("of %d by %j is %d of its limit", (value, limit = {}, miss) => {
    expect(missOf({ value, limit })).toBeCloseTo(miss, 12);
  });

  test("without a number or a limit is none", () => {
    expect(missOf({ limit: { max: 1 } })).toBe(-Infinity);
    expect(missOf({ value: 1 })).toBe(-Infinity);
    expect(missOf({ value: 1, limit: {} })).toBe(-Infinity);
  });
});

describe("the deciding check", () => {
  test("is the broken one with the largest miss, whatever its unit", () => {
    const latency = check("broken", { what: "latency", value: 110, limit: { max: 100 }, unit: "ms" });
    const memory = check("broken", { what: "memory", value: 300, limit: { max: 200 }, unit: "MB" });
    const kept = check("kept", { what: "noise", value: 9, limit: { max: 1 } });
    expect(decidingCheck([kept, latency, memory])?.what).toBe("memory");
    expect(decidingCheck([memory, latency, kept])?.what).toBe("memory");
  });

  test("is the first of those with an equal miss, and one with a number before one without", () => {
    const one = check("broken", { what: "one", value: 2, limit: { max: 1 } });
    expect(decidingCheck([check("broken"), one, { ...one, what: "two" }])?.what).toBe("one");
    expect(decidingCheck([check("broken", { what: "a" }), check("broken", { what: "b" })])?.what).toBe("a");
  });

  test("is otherwise the first that is missing, then the first that is unsure", () => {
    const [missing, unsure] = [check("missing", { what: "first" }), check("unsure", { what: "doubt" })];
    expect(decidingCheck([...of("kept"), unsure, missing, ...of("missing")])?.what).toBe("first");
    expect(decidingCheck([...of("kept"), unsure, ...of("unsure")])?.what).toBe("doubt");
    expect(decidingCheck(of("kept"))).toBeUndefined();
    expect(decidingCheck([])).toBeUndefined();
  });
});

test("the nearest to its limit is found by shares of the limits", () => {
  const far = check("kept", { what: "far", value: 0.9, limit: { min: 0.6 } });
  const near = check("kept", { what: "near", value: 99, limit: { max: 100 } });
  expect(nearestToLimit([far, check("kept"), near])?.what).toBe("near");
  expect(nearestToLimit([])).toBeUndefined();
});
