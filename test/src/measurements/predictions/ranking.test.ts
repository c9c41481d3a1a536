import { describe, expect, test } from "vitest";
import { canonicalMetric, lowerIsBetter, needOf } from "../../../../src/measurements/predictions/names.ts";
import { planMeasurement } from "../../../../src/measurements/predictions/plan.ts";
import { RANKING_METRICS } from "../../../../src/measurements/predictions/ranking.ts";
import type { PredictionSummary } from "../../../../src/measurements/predictions/summary.ts";
import { featuresOf } from "../../../../src/measurements/worst-slices/plan.ts";
import { configOf, predictionSummary } from "../../support.ts";

const numbers = (changes: Partial<PredictionSummary> = {}): PredictionSummary =>
  predictionSummary({
    ...{ task: "regression", columns: ["label", "prediction", "query", "price"], missing: {}, nonfinite: {} },
    ...{ numeric: { label: 100, prediction: 100 }, extent: { label: { low: 0, high: 4 } } },
    ...changes,
  });
const planned = (...summaries: PredictionSummary[]) =>
  planMeasurement(
    summaries,
    summaries.map(() => "t"),
    configOf("").evaluation,
    {},
    { group: "query" },
  );
const classes = (...names: string[]): Partial<PredictionSummary> => {
  const answers = names.map((answer) => ({ answer, rows: 1 }));
  return { task: "classification", labels: answers, answers };
};

describe("rows are ranked within the groups of a column", () => {
  test("which is no feature", () => {
    const plan = planned(numbers(), numbers());
    if (typeof plan === "string") throw new Error(plan);
    expect(plan.group).toBe("query");
    expect(featuresOf(plan, numbers()).map(({ name }) => name)).toEqual(["price"]);
  });

  test.each([
    [
      [numbers(), numbers({ file: "old.csv", columns: ["label", "prediction"] })],
      "predictions.group is query, and old.csv has no such column (it has label, prediction)",
    ],
    [
      [numbers({ missing: { query: 2 } })],
      "query is empty in some rows of predictions.csv, so that nobody can say in which group they are ranked (predictions.group)",
    ],
    [
      [numbers({ extent: { label: { low: -1, high: 4 } } })],
      "label is -1 in a row of predictions.csv, and where rows are ranked (predictions.group) it says how relevant a row is: 0 or more",
    ],
    [
      [numbers(classes("0", "1"))],
      "predictions.group ranks the rows of two classes by a column score, and predictions.csv has none that is a number in every row (predictions.score)",
    ],
    [
      [numbers(classes("0", "1", "2"))],
      'predictions.group ranks rows by numbers, and the answers are taken for 3 classes; set evaluation.task = "regression" for labels that are grades',
    ],
  ])("or it is told why they cannot be, %#", (summaries, said) => {
    expect(planned(...summaries)).toBe(said);
  });
});

test("metrics of rankings are known by name, and need groups", () => {
  for (const name of RANKING_METRICS)
    expect([name, canonicalMetric(name), lowerIsBetter(name), needOf(name)]).toEqual([name, name, false, "group"]);
  expect(canonicalMetric("NDCG_at_10")).toBe("ndcg@10");
});
