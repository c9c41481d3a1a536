import { describe, expect, test } from "vitest";
import { calibrationOf } from "../../../../src/measurements/predictions/calibration.ts";
import { scoreColumns } from "../../../../src/measurements/predictions/class-scores.ts";
import { metricsOf } from "../../../../src/measurements/predictions/metrics.ts";
import { planMeasurement } from "../../../../src/measurements/predictions/plan.ts";
import type { PredictionSummary } from "../../../../src/measurements/predictions/summary.ts";
import { toRows } from "../../../../src/measurements/predictions/tables.ts";
import { configOf, predictionSummary } from "../../support.ts";
import { plan } from "./plans.ts";

const written = (...names: string[]) => names.map((name) => ({ name, spellings: [] as string[] }));
const file = (...columns: string[]) => ({ file: "predictions.csv", columns });

describe("the columns of scores", () => {
  test("are those of a name with the class in it, however the file writes the class", () => {
    const classes = [{ name: "1", spellings: ["1.0"] }, ...written("2")];
    expect(scoreColumns("p_{class}!", classes, file("p_2!", "p_1.0!"))).toEqual(["p_1.0!", "p_2!"]);
  });

  test("are score_CLASS where nothing is said, and none where one of them is not there", () => {
    expect(scoreColumns(undefined, written("a", "b"), file("score_b", "score_a"))).toEqual(["score_a", "score_b"]);
    expect(scoreColumns(undefined, written("a", "b"), file("score_b"))).toEqual([]);
  });

  test("are those of a list, in the order of the classes", () => {
    expect(scoreColumns(["x", "y"], written("9", "10"), file("y", "x"))).toEqual(["x", "y"]);
  });

  test.each([
    [
      "p_{class}",
      ["p_a"],
      "predictions.scores is p_{class}, and predictions.csv has no such column for b (it has p_a)",
    ],
    [["x", "z"], ["x", "y"], "predictions.scores names z, and predictions.csv has x, y"],
    [
      ["x", "y", "z"],
      ["x", "y", "z"],
      "predictions.scores has 3 columns, and there are 2 classes (a, b); gates.schema.classes",
    ],
  ])("are told when they are not there: %j of %j", (setting, columns, said) => {
    expect(scoreColumns(setting, written("a", "b"), file(...columns))).toContain(said);
  });
});

describe("a plan", () => {
  const answers = (...names: string[]) => names.map((answer) => ({ answer, rows: 1 }));
  const summary = (names: readonly string[], extent: PredictionSummary["extent"]): PredictionSummary =>
    predictionSummary({
      ...{ rows: 4, labels: answers(...names), answers: answers(...names) },
      columns: ["label", "prediction", ...Object.keys(extent)],
      numeric: Object.fromEntries(Object.keys(extent).map((name) => [name, 4])),
      extent,
    });
  const planned = (one: PredictionSummary, scores?: string | string[]) => {
    const found = planMeasurement([one], ["t"], configOf("").evaluation, {}, { scores });
    return typeof found === "string" ? found : found.models.map(({ score, scores: columns }) => [score, columns]);
  };
  const share = { low: 0, high: 1 };

  test("has a column for each of more than two classes", () => {
    const three = summary(["a", "b", "c"], { score_a: share, score_b: share, score_c: share });
    expect(planned(three)).toEqual([["probability", ["score_a", "score_b", "score_c"]]]);
  });

  test("has ranks alone where a score is no share", () => {
    const three = summary(["a", "b", "c"], { p_a: share, p_b: { low: -3, high: 2 }, p_c: share });
    expect(planned(three, "p_{class}")).toEqual([["any", ["p_a", "p_b", "p_c"]]]);
  });

  test("of two classes takes the column of the positive one", () => {
    expect(planned(summary(["no", "yes"], { p_no: share, p_yes: share }), ["p_no", "p_yes"])).toEqual([
      ["probability", ["p_yes"]],
    ]);
    expect(planned(summary(["no", "yes"], { score: share, score_yes: share }))).toEqual([["probability", ["score"]]]);
  });

  test("says why a setting cannot be followed", () => {
    expect(planned(summary(["a", "b", "c"], { p_a: share }), "p_{class}")).toContain("no such column for b, c");
  });
});

describe("scores of more than two classes", () => {
  const three = plan({ classes: ["a", "b", "c"], positive: undefined });
  const cells = {
    rows: [2, 1, 1],
    label: [0, 1, 2],
    prediction: [0, 1, 1],
    bin: [0, 1, 2],
    score: [0.9, 0.6, 0.7],
    log_loss: [0.1, 0.5, 2.3],
    area: [1, 1, 0.5],
  };
  const rowsOf = (changes: Partial<Record<keyof typeof cells, number[]>> = {}) =>
    toRows(
      Object.fromEntries(Object.entries({ ...cells, ...changes }).map(([name, of]) => [name, Float64Array.from(of)])),
      three,
      1,
    );

  test("give the mean area, the log loss, and how often an answer of a score is right", () => {
    const metrics = metricsOf(rowsOf(), 0);
    expect(metrics).toMatchObject({ roc_auc: 0.875, log_loss: 0.75 });
    expect(metrics.calibration_error).toBeCloseTo((2 * 0.1 + 0.4 + 0.7) / 4, 12);
    expect(Object.keys(metrics)).not.toContain("pr_auc");
  });

  test("are calibrated by the answer's score", () => {
    const rows = rowsOf();
    if (rows.task !== "classification") throw new Error("no classes");
    expect(calibrationOf(rows, 0, 0.95).map(({ score, observed }) => [score, observed])).toEqual([
      [0.6, 1],
      [0.7, 0],
      [0.9, 1],
    ]);
  });

  test("that do not add up to 1 have ranks alone, and no area where a class has no rows", () => {
    const none = [Number.NaN, Number.NaN, Number.NaN];
    expect(Object.keys(metricsOf(rowsOf({ log_loss: none }), 0))).not.toContain("log_loss");
    expect(Object.keys(metricsOf(rowsOf({ log_loss: none }), 0))).not.toContain("calibration_error");
    expect(metricsOf(rowsOf({ log_loss: none }), 0).roc_auc).toBe(0.875);
    expect(Object.keys(metricsOf(rowsOf({ area: none }), 0))).not.toContain("roc_auc");
  });
});
