import { describe, expect, test } from "vitest";
import type { SkipCode } from "../../../src/drift/columns.ts";
import type {
  Change,
  DecayReason,
  DriftDecision,
  DriftTest,
  JudgedEstimate,
  JudgedMetric,
  RefusalReason,
} from "../../../src/drift/readings.ts";
import {
  changeText,
  estimateText,
  faultText,
  metricReasonText,
  metricText,
  nameOf,
  pText,
  refusalText,
  tableText,
  withMessages,
} from "../../../src/drift/words.ts";

const LIMITS = { alpha: 0.05, minSamples: 200, minEffect: 0.05 };

const drifted = (more: Partial<DriftTest> = {}): DriftTest => ({
  ...{ column: "x", role: "feature", kind: "number", test: "Kolmogorov–Smirnov", outcome: "drifted", note: "" },
  ...{ effect: 0.1, p: 1e-9, adjustedP: 1e-9, reference: 10_000, current: 10_000 },
  ...more,
});

const METRIC: JudgedMetric = {
  ...{ metric: "accuracy", accepted: { value: 0.9 }, live: { value: 0.8 }, labelled: 500 },
  ...{ drop: 0.1, z: 6.5, tolerance: 0.05, outcome: "decayed" },
};

const decided = (more: Partial<DriftDecision> = {}) =>
  withMessages({
    ...{ action: "nothing", faults: [], skipped: [], tests: [], limits: LIMITS },
    rows: { reference: 1, current: 1 },
    ...more,
  });

type Texts<Of extends { readonly code: string }> = {
  readonly [Code in Of["code"]]: readonly [Omit<Extract<Of, { readonly code: Code }>, "code">, string];
};

describe("what changed", () => {
  const shares = { before: 0.05, now: 0.35 };
  const said: Texts<Change> = {
    mean: [{ before: 38.512345, now: 1e12 }, "mean 38.51 → 1.00e+12"],
    share: [shares, "5 % → 35 %"],
    "share-of-category": [{ ...shares, category: "Female" }, "Female: 5 % → 35 %"],
    "share-with-word": [{ ...shares, word: "refund" }, "“refund”: 5 % → 35 %"],
    "share-with-unseen-words": [shares, "texts with one: 5 % → 35 %"],
  };

  test.each(Object.entries(said))("%s", (code, [change, text]) => {
    expect(changeText({ code, ...change } as Change)).toBe(text);
  });

  test("may be nothing", () => expect(changeText(undefined)).toBe(""));

  test("is the note of each test", () => {
    const change = { code: "mean", before: 1, now: 2 } as const;
    expect(decided({ tests: [drifted({ change }), drifted()] }).tests.map(({ note }) => note)).toEqual([
      "mean 1 → 2",
      "",
    ]);
  });
});

describe("a metric is inconclusive", () => {
  const said: Texts<DecayReason> = {
    "too-few-labels": [{ labelled: 1, needed: 200 }, "1 labelled row of 200 that are needed"],
    "no-interval": [{}, "it has no interval, so noise cannot be told from decay"],
    "not-computed": [
      { there: ["accuracy", "f1"] },
      "it is not computed from these predictions; there are accuracy, f1",
    ],
    "not-measured": [{ text: "predictions.csv has no rows" }, "predictions.csv has no rows"],
  };

  test.each(Object.entries(said))("%s", (code, [more, text]) => {
    const reason = { code, ...more } as DecayReason;
    expect(metricReasonText(reason)).toBe(text);
    const { metric } = decided({ metric: { ...METRIC, outcome: "inconclusive", reason } });
    expect(metric?.note).toBe(text);
    expect(metric && metricText(metric)).toBe(`accuracy is inconclusive: ${text}`);
  });
});

test("a metric that is kept, and one that decayed without noise", () => {
  const { z: _z, ...certain } = METRIC;
  const values = "live accuracy 0.8 of 500 labelled rows, accepted 0.9";
  expect(metricText({ ...METRIC, outcome: "kept", note: "" })).toBe(`${values}: kept, tolerance 0.05`);
  expect(metricText({ ...certain, note: "" })).toBe(`${values}: worse by 0.1, tolerance 0.05`);
});

describe("an estimate is refused", () => {
  const said: Texts<RefusalReason> = {
    "too-few-predictions": [{ there: 1, needed: 200 }, "1 prediction with a score of 200 that are needed"],
    "too-few-reference-labels": [{ there: 9, needed: 200 }, "9 labelled rows on the reference of 200 that are needed"],
    "not-two-classes": [{}, "a score tells it where there are two classes, a positive and a negative one"],
    "no-probabilities": [{ of: "live" }, "the log's scores are no probabilities"],
    "badly-calibrated": [
      { error: 0.1234, limit: 0.05 },
      "the accepted model's scores are off by 0.1234 on average on the reference, limit 0.05",
    ],
    "not-estimated": [{ there: ["accuracy", "f1"] }, "there are estimates of accuracy, f1"],
    "no-interval": [{}, "it has no interval, so noise cannot be told from decay"],
    "not-measured": [{ text: "predictions.csv has no rows" }, "predictions.csv has no rows"],
  };

  test.each(Object.entries(said))("%s", (code, [more, text]) => {
    const reason = { code, ...more } as RefusalReason;
    expect(refusalText(reason)).toBe(text);
    const judged = { metric: "f1", predictions: 9, tolerance: 0.05, outcome: "refused", reason } as const;
    const { estimate } = decided({ estimate: judged });
    expect(estimate && estimateText(estimate)).toBe(`f1 cannot be estimated: ${text}`);
  });
});

test("an estimate that is kept, and one that decayed, have their interval", () => {
  const judged: JudgedEstimate = {
    ...{ metric: "accuracy", accepted: { value: 0.9 }, live: { value: 0.8, interval: { low: 0.78, high: 0.82 } } },
    ...{ predictions: 3000, drop: 0.1, z: 6.5, tolerance: 0.05, outcome: "decayed" },
  };
  const values = "estimated accuracy 0.8 [0.78, 0.82] of 3,000 predictions by their scores, accepted 0.9";
  const { message } = decided({ action: "retrain", estimate: judged });
  expect(message).toBe(`Retrain: ${values}: worse by 0.1, tolerance 0.05, 6.5 standard errors`);
  const kept = { ...judged, outcome: "kept" as const, note: "" };
  expect(estimateText(kept)).toBe(`${values}: kept, tolerance 0.05`);
  expect(tableText({ tests: [], limits: LIMITS, estimate: kept })).toContain(values);
});

test("each reason to skip a column has a message", () => {
  const said: Readonly<Record<SkipCode, string>> = {
    "names-rows": "it names the rows",
    "names-groups": "it names the groups that rows are ranked within (predictions.group)",
    "weighs-rows": "it says how much a row counts (predictions.weight)",
    nested: "its values are nested",
    "no-values": "it has no values",
    "point-in-time": "it is a point in time, and later data has later ones",
    "value-of-each-row": "nearly every row has a value of its own",
    "number-of-each-row": "nearly every row has a whole number of its own",
  };
  const codes = Object.keys(said) as SkipCode[];
  const { skipped } = decided({ skipped: codes.map((code) => ({ column: "x", code })) });
  expect(skipped.map(({ reason }) => reason)).toEqual(Object.values(said));
});

test("each fault of a column has a message", () => {
  const faults = (["gone", "new", "no longer numbers"] as const).map((fault) => ({ column: "x", fault }));
  expect(faults.map(faultText)).toEqual(["x is gone", "x is new", "x holds numbers no longer"]);
});

test("columns are named with their role", () => {
  expect(nameOf({ column: "label", role: "label" })).toBe("label");
  expect(nameOf({ column: "income", role: "label" })).toBe("label income");
});

test("p-values are short", () => {
  expect([undefined, 0, 3e-310, 1.234e-20, 0.0123456, 1].map(pText)).toEqual([
    "",
    "under 1e-300",
    "under 1e-300",
    "1.2e-20",
    "0.0123",
    "1",
  ]);
});

test("a long table is cut, and line breaks in names are replaced", () => {
  const tests = [drifted({ column: "a\nb" }), drifted({ column: "c", effect: 0.06 })];
  expect(tableText({ tests, limits: LIMITS }, 1).split("\n")).toEqual([
    "column  test                effect  limit  adjusted p",
    "a b     Kolmogorov–Smirnov  0.1     0.05   1.0e-9      drifted",
    "… 1 more in the report",
  ]);
});
