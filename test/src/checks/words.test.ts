import { describe, expect, test } from "vitest";
import type { Check } from "../../../src/checks/check.ts";
import { findings, messageOf } from "../../../src/checks/findings.ts";
import { decidingNumber } from "../../../src/checks/headline.ts";
import { sentence } from "../../../src/checks/sentence.ts";

const accuracy: Check = {
  ...{ what: "accuracy", value: 0.8722, interval: { low: 0.867, high: 0.877 }, limit: { min: 0.85 }, outcome: "kept" },
};
const group = (sex: string, value: number, changes: Partial<Check> = {}): Check => ({
  ...{ what: "f1", group: { sex }, value, limit: { min: 0.8 }, outcome: value < 0.8 ? "broken" : "kept" },
  reason: { code: "metric-of-group", rows: 1200 },
  ...changes,
});
const unexpected = (instance: string, outcome: Check["outcome"] = "broken"): Check => ({
  ...{ what: "a case", outcome },
  reason: { code: "unexpected-answer", kind: "edges", name: "line 1", instance, expected: '"no"', given: '"yes"' },
});

describe("one check as a sentence", () => {
  test("without a reason has its value, its interval and its limit", () => {
    expect(sentence(accuracy, "passed")).toBe("accuracy 0.8722 [0.867, 0.877] (at least 0.85)");
    expect(sentence({ what: "bias", value: 0.1, limit: { min: -0.2, max: 0.2 }, outcome: "kept" }, "passed")).toBe(
      "bias 0.1 (at least -0.2, at most 0.2)",
    );
    expect(sentence({ what: "rows", value: 3, outcome: "kept" }, "passed")).toBe("rows 3");
    const time = { what: "start", value: 12.34, unit: "ms", limit: { max: 20 }, outcome: "kept" } as const;
    expect(sentence(time, "passed")).toBe("start 12.3 ms (at most 20 ms)");
  });

  test("is never rounded onto the limit that it is beyond", () => {
    expect(sentence({ ...accuracy, value: 0.8499999, outcome: "broken" }, "failed")).toContain("0.8499999");
    const memory: Check = {
      ...{ what: "memory", unit: "MB", value: 100.2, limit: { max: 100 }, outcome: "broken" },
      reason: { code: "memory" },
    };
    expect(sentence(memory, "failed")).toBe("100.2 MB of memory (at most 100)");
    expect(sentence({ ...memory, value: 187.4 }, "failed")).toBe("187 MB of memory (at most 100)");
  });

  test("begins with its group", () => {
    const [value, limit] = [0.7, { min: 0.8 }];
    expect(sentence({ what: "f1", group: { sex: "F", race: "B" }, value, limit, outcome: "broken" }, "failed")).toBe(
      "sex=F, race=B: f1 0.7 (at least 0.8)",
    );
  });

  test("with a reason of a later version shows its numbers", () => {
    const later: Check = JSON.parse(JSON.stringify({ ...accuracy, reason: { code: "of a later version", more: 1 } }));
    expect(sentence(later, "passed")).toBe("accuracy 0.8722 [0.867, 0.877] (at least 0.85)");
    expect(sentence({ ...JSON.parse('{"reason":{"code":"toString"}}'), what: "x", outcome: "broken" }, "failed")).toBe(
      "x is broken",
    );
  });

  test("that cannot be decided says so, unless the gate is skipped", () => {
    const missing: Check = { what: "shadow", outcome: "missing", reason: { code: "not-measured", why: "no requests" } };
    expect(messageOf("failed", [missing])).toBe("cannot be decided: no requests");
    expect(messageOf("skipped", [missing])).toBe("no requests");
  });
});

describe("a gate's findings", () => {
  const f1: Check = { what: "f1", value: 0.5, limit: { min: 0.8 }, outcome: "broken" };

  test("are all checks when they are kept, and otherwise those that are not", () => {
    expect(messageOf("passed", [accuracy, { ...accuracy, what: "auc" }])).toMatch(/^accuracy [^;]+; auc [^;]+$/);
    const missing: Check = { what: "auc", outcome: "missing", reason: { code: "metric-not-measured" } };
    expect(findings("failed", [accuracy, f1, missing, { ...accuracy, outcome: "unsure" }])).toEqual([
      "f1 0.5 (at least 0.8)",
      "auc is not among the measured metrics",
    ]);
    expect(
      findings(
        "inconclusive",
        [f1, accuracy].map((one, at) => ({ ...one, outcome: at ? "unsure" : "kept" })),
      ),
    ).toEqual([sentence(accuracy, "inconclusive")]);
  });

  test("of many groups that kept their limits are their number and the nearest, beside what is always shown", () => {
    const small: Check = { what: "x", value: 3, outcome: "kept", reason: { code: "groups-too-small", minimum: 50 } };
    expect(findings("passed", [group("M", 0.9), group("F", 0.81), small])).toEqual([
      "2 groups",
      "nearest to its limit: sex=F: f1 0.81 (at least 0.8), 1,200 rows",
      "3 groups under 50 rows not judged",
    ]);
    expect(findings("failed", [group("M", 0.9), group("F", 0.7), small])).toEqual([
      "sex=F: f1 0.7 (at least 0.8), 1,200 rows",
      "3 groups under 50 rows not judged",
    ]);
  });

  test("between the same groups share their frame", () => {
    const reason = { code: "between-groups", columns: ["sex"], favorable: "yes" } as const;
    const measure = (what: string): Check => ({ what, value: 0.9, limit: { min: 0.8 }, outcome: "kept", reason });
    expect(messageOf("passed", [measure("disparate_impact"), measure("other_ratio")])).toBe(
      "sex: disparate impact 0.9 (at least 0.8), other ratio 0.9 (at least 0.8)",
    );
    const of = (sex: string, what: string) => group(sex, 0.7, { what });
    expect(findings("failed", [of("F", "f1"), of("F", "recall")])).toHaveLength(2);
  });

  test("are separate, whatever their text", () => {
    expect(findings("failed", [unexpected('"a; b; c"'), unexpected('"d"')])).toEqual([
      'edges, line 1: expected "no", got "yes" for "a; b; c"',
      'edges, line 1: expected "no", got "yes" for "d"',
    ]);
  });

  test("name the first few cases, and count the others", () => {
    const many = Array.from({ length: 8 }, (_, index) => unexpected(String(index)));
    const told = findings("failed", many);
    expect(told).toHaveLength(6);
    expect(told.at(-1)).toBe("and 3 more in the report");
  });
});

describe("the deciding number", () => {
  test("has its unit, its limit and the baseline's value", () => {
    const latency: Check = {
      ...{ what: "95th percentile of one request", value: 412.4, unit: "ms", limit: { max: 100 }, baseline: 40 },
      ...{ outcome: "broken", reason: { code: "one-request" } },
    };
    expect(decidingNumber([latency])).toEqual({
      figure: "412.4 ms",
      name: "95th percentile of one request",
      against: ["at most 100 ms", "baseline 40.0 ms"],
    });
    const share: Check = { what: "answers", value: 0.5, unit: "share", limit: { min: 0.95 }, outcome: "broken" };
    expect(decidingNumber([share])).toEqual({ figure: "50 %", name: "answers", against: ["at least 95 %"] });
  });

  test("of a group names it, and counts the groups beyond their limits", () => {
    expect(decidingNumber([group("M", 0.75), group("F", 0.7), group("X", 0.9)])).toEqual({
      figure: "0.7",
      name: "f1 of sex=F",
      against: ["at least 0.8", "2 of 3 groups beyond"],
    });
  });

  test("is left out when the deciding check has none, or was kept", () => {
    expect(decidingNumber([unexpected("1")])).toBeUndefined();
    expect(decidingNumber([{ what: "x", outcome: "missing", reason: { code: "not-configured" } }])).toBeUndefined();
    expect(decidingNumber([accuracy])).toBeUndefined();
    expect(decidingNumber([])).toBeUndefined();
  });
});
