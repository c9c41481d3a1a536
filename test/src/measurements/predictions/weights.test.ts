import { describe, expect, test } from "vitest";
import { estimateRows } from "../../../../src/measurements/predictions/bootstrap.ts";
import { metricsOf } from "../../../../src/measurements/predictions/metrics.ts";
import { canonicalMetric, lowerIsBetter } from "../../../../src/measurements/predictions/names.ts";
import { planMeasurement } from "../../../../src/measurements/predictions/plan.ts";
import type { ClassRows } from "../../../../src/measurements/predictions/rows.ts";
import type { PredictionSummary } from "../../../../src/measurements/predictions/summary.ts";
import { effectiveRows } from "../../../../src/measurements/predictions/weights.ts";
import { featuresOf } from "../../../../src/measurements/worst-slices/plan.ts";
import { configOf, predictionSummary } from "../../support.ts";
import { cellPerRow } from "./cells.ts";

const file = (changes: Partial<PredictionSummary> = {}): PredictionSummary =>
  predictionSummary({
    ...{ rows: 100, columns: ["label", "prediction", "w", "price"], missing: {}, nonfinite: {} },
    ...{ numeric: { w: 100 }, extent: { w: { low: 0, high: 4 } }, ...changes },
  });
const planned = (...summaries: PredictionSummary[]) =>
  planMeasurement(
    summaries,
    summaries.map(() => "t"),
    configOf("").evaluation,
    {},
    { weight: "w" },
  );

describe("the column of weights", () => {
  test("is no feature", () => {
    const plan = planned(file(), file());
    if (typeof plan === "string") throw new Error(plan);
    expect(plan.weight).toBe("w");
    expect(featuresOf(plan, file()).map(({ name }) => name)).toEqual(["price"]);
  });

  test.each([
    [
      { columns: ["label", "prediction"] },
      "predictions.weight is w, and predictions.csv has no such column (it has label, prediction)",
    ],
    [
      { missing: { w: 1 } },
      "w is empty in some rows of predictions.csv, so that nobody can say how much they count (predictions.weight)",
    ],
    [{ numeric: { w: 99 } }, "w is not a number in some rows of predictions.csv (predictions.weight)"],
    [{ nonfinite: { w: 1 } }, "w is not a number in some rows of predictions.csv (predictions.weight)"],
    [
      { extent: { w: { low: -1, high: 4 } } },
      "w is -1 in a row of predictions.csv, and a weight is 0 or more (predictions.weight)",
    ],
    [
      { extent: { w: { low: 0, high: 0 } } },
      "w is 0 in all rows of predictions.csv, so that none counts (predictions.weight)",
    ],
  ])("or it is told why it is none, %#", (changes, said) => {
    expect(planned(file(), file(changes))).toBe(said);
  });
});

/** Of 40 rows the first quarter is right and counts three times. */
const rows: ClassRows = {
  ...cellPerRow({
    ...{ classes: ["no", "yes"], positive: 1, labels: Array.from({ length: 40 }, (_, at) => at % 2) },
    models: [{ predictions: Array.from({ length: 40 }, (_, at) => (at < 10 ? at % 2 : 1 - (at % 2))) }],
  }),
  weights: Float64Array.from({ length: 40 }, (_, at) => (at < 10 ? 3 : 1)),
};

test("a row counts as its weight, in resamples too", () => {
  expect(metricsOf(rows, 0).accuracy).toBe(0.5);
  expect(metricsOf({ ...rows, weights: undefined }, 0).accuracy).toBe(0.25);
  const { models } = estimateRows(rows, { resamples: 2000, confidence: 0.95, seed: 1, metrics: ["accuracy"] });
  expect(models[0]?.accuracy?.value).toBe(0.5);
  // The share of heavy rows has a deviation of 0.068 about 0.25, and accuracy is 3 s / (1 + 2 s) of it.
  expect(models[0]?.accuracy?.interval?.low).toBeCloseTo(0.3, 1);
  expect(models[0]?.accuracy?.interval?.high).toBeCloseTo(0.65, 1);
});

test("rows that do not count alike say as much as fewer that do", () => {
  expect(effectiveRows(rows)).toBe(60 ** 2 / (10 * 9 + 30));
  expect(effectiveRows({ ...rows, weights: undefined })).toBe(40);
  expect(effectiveRows({ ...rows, weights: new Float64Array(40).fill(0.7) })).toBeCloseTo(40, 9);
  expect(effectiveRows({ ...rows, weights: new Float64Array(40) })).toBe(0);
});

test("the label is among the first of the classes by score", () => {
  const places = Float64Array.of(1, 2, 3, 4);
  const of = (classes: readonly string[]) =>
    metricsOf(
      {
        ...{ task: "classification", classes, positive: undefined, counts: Float64Array.of(4, 3, 2, 1) },
        labels: Int32Array.of(0, 0, 0, 0),
        models: [{ predictions: Int32Array.of(0, 1, 1, 1), labelPlaces: places }],
      },
      0,
    );
  expect(of(["a", "b", "c", "d"])).toMatchObject({ accuracy: 0.4, top_2_accuracy: 0.7, top_3_accuracy: 0.9 });
  // All of three classes are among the first three.
  expect(Object.keys(of(["a", "b", "c"])).filter((name) => name.startsWith("top"))).toEqual(["top_2_accuracy"]);
  expect([canonicalMetric("Acc@5"), lowerIsBetter("top_3_acc")]).toEqual(["top_5_accuracy", false]);
});
