import { describe, expect, test } from "vitest";
import { metricsOf } from "../../../../src/measurements/predictions/metrics.ts";
import { planMeasurement } from "../../../../src/measurements/predictions/plan.ts";
import { quantilesOf } from "../../../../src/measurements/predictions/quantiles.ts";
import { renamedPairs } from "../../../../src/measurements/predictions/rename.ts";
import type { PredictionSummary } from "../../../../src/measurements/predictions/summary.ts";
import { featuresOf } from "../../../../src/measurements/worst-slices/plan.ts";
import { configOf, predictionSummary } from "../../support.ts";
import { quantileCells } from "./cells.ts";

/** A file of four rows, all columns of which are numbers. */
const file = (columns: readonly string[], changes: Partial<PredictionSummary> = {}): PredictionSummary => {
  const all = ["label", "prediction", ...columns];
  return predictionSummary({
    ...{ task: "regression", rows: 4, columns: all, missing: {}, nonfinite: {} },
    numeric: Object.fromEntries(all.map((name) => [name, 4])),
    ...changes,
  });
};

const columnsOf = (setting: string | undefined, ...summaries: PredictionSummary[]) => {
  const found = quantilesOf(setting, summaries);
  return typeof found === "string"
    ? found
    : found.map((columns) => columns.map(({ level, column }) => [level, column]));
};

describe("the columns of quantiles", () => {
  test("are in their order, whether the number is a share or per cent", () => {
    const names = ["prediction_q97.5", "prediction_q.5", "prediction_q0.10", "prediction_q05", "prediction_quality"];
    expect(columnsOf(undefined, file(names))).toEqual([
      [
        [0.05, "prediction_q05"],
        [0.1, "prediction_q0.10"],
        [0.5, "prediction_q.5"],
        [0.975, "prediction_q97.5"],
      ],
    ]);
  });

  test("are none where there are no such columns and nobody names them", () => {
    expect(columnsOf(undefined, file([]), file(["prediction_q10"]))).toEqual([[], []]);
  });

  test("have the names that the setting says", () => {
    expect(columnsOf("{quantile}", file(["0.9", "0.1", "mean"]))).toEqual([
      [
        [0.1, "0.1"],
        [0.9, "0.9"],
      ],
    ]);
    expect(columnsOf("q(.{quantile})", file(["q(.0.5)", "qx(.0.5)", "q(.0.5", "q(xx0.5)"]))).toEqual([
      [[0.5, "q(.0.5)"]],
    ]);
  });

  test("of the baseline are those of the same quantiles, or none", () => {
    const ours = file(["prediction_q10", "prediction_q90"]);
    const [, theirs] = columnsOf(undefined, ours, file(["prediction_q.9", "prediction_q50", "prediction_q.1"])) ?? [];
    expect(theirs).toEqual([
      [0.1, "prediction_q.1"],
      [0.9, "prediction_q.9"],
    ]);
    expect(columnsOf("prediction_q{quantile}", ours, file(["prediction_q10"]))[1]).toEqual([]);
  });

  test.each([
    [
      "p{quantile}",
      file(["prediction_q10"]),
      "predictions.quantiles is p{quantile}, and predictions.csv has no such column (it has label, prediction, prediction_q10)",
    ],
    [
      undefined,
      file(["prediction_q100", "prediction_q10"]),
      "prediction_q100 of predictions.csv names no quantile: a number between 0 and 1 (0.1), or in per cent from 1 to 99 (10), is expected where predictions.quantiles has {quantile} (prediction_q{quantile})",
    ],
    [undefined, file(["prediction_q0"]), "prediction_q0 of predictions.csv names no quantile"],
    [
      undefined,
      file(["prediction_q10", "prediction_q0.1"]),
      "prediction_q10 and prediction_q0.1 of predictions.csv are the same quantile (0.1)",
    ],
    [
      undefined,
      file(["prediction_q10"], { missing: { prediction_q10: 1 } }),
      "prediction_q10 is empty in some rows of predictions.csv",
    ],
    [
      undefined,
      file(["prediction_q10"], { numeric: { label: 4, prediction: 4, prediction_q10: 3 } }),
      "prediction_q10 is not a number in some rows of predictions.csv",
    ],
    [
      undefined,
      file(["prediction_q10"], { nonfinite: { prediction_q10: 1 } }),
      "prediction_q10 is not a number in some rows of predictions.csv",
    ],
  ])("are told when they cannot be read: %s, %#", (setting, summary, said) => {
    expect(columnsOf(setting, summary)).toContain(said);
  });

  test("are no features, and one that is taken for the answer stays one", () => {
    const summary = file(["prediction_q10", "size"]);
    const plan = planMeasurement([summary], ["t"], configOf("").evaluation, {});
    if (typeof plan === "string") throw new Error(plan);
    expect(featuresOf(plan, summary).map(({ name }) => name)).toEqual(["size"]);
    expect(
      renamedPairs(["label", "prediction_q50", "x"], { prediction: "prediction_q50" }).map(({ name, from }) => [
        name,
        from,
      ]),
    ).toEqual([["prediction", "prediction_q50"], ...["label", "prediction_q50", "x"].map((name) => [name, name])]);
  });

  test("are for numbers", () => {
    const classes = predictionSummary({ columns: ["label", "prediction", "q10"] });
    expect(planMeasurement([classes], ["t"], configOf("").evaluation, {}, { quantiles: "q{quantile}" })).toBe(
      'predictions.quantiles is set, and the answers are taken for classes; set evaluation.task = "regression" for a model of numbers',
    );
  });
});

test("a name without its place for the quantile is refused", () => {
  const toml = (value: string) => `[predictions]\nquantiles = "${value}"`;
  expect(configOf(toml("{quantile}")).predictions.quantiles).toBe("{quantile}");
  for (const wrong of ["q10", "{quantile}_{quantile}"])
    expect(() => configOf(toml(wrong))).toThrow('expected a name such as "prediction_q{quantile}"');
});

describe("metrics of quantiles", () => {
  test("are those of a textbook", () => {
    // Below the interval, at its ends, within it, and one whose quantiles cross.
    const rows = quantileCells(
      [0, 1, 5, 9, 4],
      [
        [
          [1, 1, 1, 1, 5],
          [9, 9, 9, 9, 3],
        ],
      ],
    );
    const { pinball, ...others } = metricsOf(rows, 0);
    const losses = [(0.9 + 0.9) / 2, (0 + 0.8) / 2, (0.4 + 0.4) / 2, (0.8 + 0) / 2, (0.9 + 0.9) / 2];
    expect(pinball).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 5, 12);
    expect(others).toEqual({ coverage: 0.6, coverage_error: expect.closeTo(0.2, 12), quantile_crossing: 0.2 });
  });

  test("of one quantile are its loss alone", () => {
    const none = Float64Array.of(Number.NaN, Number.NaN);
    const model = { pinball: Float64Array.of(1, 2), covered: none, crossing: none };
    expect(metricsOf({ task: "quantiles", counts: Float64Array.of(1, 3), nominal: 0, models: [model] }, 0)).toEqual({
      pinball: 1.75,
    });
  });
});
