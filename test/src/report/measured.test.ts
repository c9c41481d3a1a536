import { describe, expect, test } from "vitest";
import {
  byMetric,
  metricRows,
  reportedMeasurements,
  reportedMetrics,
  withoutClasses,
} from "../../../src/report/measured.ts";
import { censusLoad, censusResults } from "./runs.ts";

const computed = (values: Record<string, number>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
const metrics = (values: Record<string, number>, claimed: Record<string, number> = {}) => ({
  computed: computed(values),
  claimed,
  claimedBy: "src.evaluate" as const,
});

describe("what a report keeps", () => {
  test("is undefined when nothing was measured", () => {
    expect(reportedMeasurements({})).toBeUndefined();
    expect(reportedMetrics({})).toEqual({});
    expect(metricRows({})).toEqual([]);
  });

  test("are at most 500 samples of a series, from its beginning to its end", () => {
    const samples = Array.from({ length: 20_000 }, (_, index) => index + 0.123456);
    const { single } = censusLoad.candidate;
    const load = { candidate: { ...censusLoad.candidate, single: { ...single, samples } } };
    const kept = reportedMeasurements({ load })?.load?.candidate.single.samples ?? [];
    expect(kept).toHaveLength(500);
    expect(kept[0]).toBe(0.123);
    expect(kept.at(-1)).toBeGreaterThan(19_900);
    expect(reportedMeasurements({ load: censusLoad })?.load?.candidate.single.samples).toHaveLength(400);
    expect(reportedMeasurements({ load })?.load?.baseline).toBeUndefined();
  });

  test("has no NaN", () => {
    const predictions = { ...censusResults(true), candidate: { metrics: { r2: { value: Number.NaN } } } };
    expect(reportedMeasurements({ predictions })?.predictions?.candidate.metrics).toEqual({});
    expect(reportedMetrics({ metrics: metrics({ r2: Number.NaN, mae: 2 }) }).candidate).toEqual({ mae: 2 });
  });
});

describe("metrics", () => {
  test("are the computed ones, then those that are only claimed", () => {
    const reported = reportedMetrics({ metrics: metrics({ roc_auc: 0.9 }, { auc: 0.8, profit: 3 }) });
    expect(reported.candidate).toEqual({ roc_auc: 0.9, profit: 3 });
    expect(reported.measuredBy).toBe("src.evaluate");
    expect(reported.baseline).toBeUndefined();
  });

  test("stand beside the baseline's, with the paired difference where there is one", () => {
    const interval = { low: -0.01, high: 0.03 };
    const reported = reportedMetrics({
      comparison: {
        candidate: metrics({ accuracy: 0.9, f1: 0.5, only: 1 }),
        baseline: metrics({ accuracy: 0.89, f1: 0.6 }),
        pairs: { rows: 9, differences: { accuracy: { value: 0.01, interval } } },
        confidence: 0.9,
      },
    });
    const rows = metricRows(reported);
    expect(rows.map(({ name, difference }) => [name, difference?.value])).toEqual([
      ["accuracy", 0.01],
      ["f1", -0.09999999999999998],
      ["only", undefined],
    ]);
    expect(rows[0]?.difference?.interval).toEqual(interval);
    expect(reported.intervals?.confidence).toBe(0.9);
  });

  test("have the names that people use", () => {
    expect(byMetric({ roc_auc: 1 }, "auc")).toBe(1);
    expect(byMetric({ auc: 2, roc_auc: 1 }, "auc")).toBe(2);
    expect(byMetric({}, "toString")).toBeUndefined();
    expect(byMetric(undefined, "auc")).toBeUndefined();
  });
});

describe("metrics of single classes", () => {
  const rowsOf = (...names: string[]) => names.map((name) => ({ name, candidate: { value: 1 } }));

  test("are a table of their own from three classes on", () => {
    const names = ["a", "b]", "c"].flatMap((one) => [`precision[${one}]`, `recall[${one}]`]);
    const { whole, byClass } = withoutClasses(rowsOf("accuracy", ...names.slice(0, -1), "mean_cost"));
    expect(whole.map(({ name }) => name)).toEqual(["accuracy", "mean_cost"]);
    expect(byClass?.names).toEqual(["precision", "recall"]);
    expect(byClass?.classes.map(({ name, rows }) => [name, ...rows.map((row) => row?.name)])).toEqual([
      ["a", "precision[a]", "recall[a]"],
      ["b]", "precision[b]]", "recall[b]]"],
      ["c", "precision[c]", undefined],
    ]);
  });

  test("are among the others for two", () => {
    const rows = rowsOf("accuracy", "recall[no]", "recall[yes]");
    expect(withoutClasses(rows)).toEqual({ whole: rows, byClass: undefined });
  });
});
