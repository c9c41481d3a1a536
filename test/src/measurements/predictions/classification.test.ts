import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluatorOf, metricsOf } from "../../../../src/measurements/predictions/metrics.ts";
import { cellPerRow, merged } from "./cells.ts";

const BINARY = { classes: ["no", "yes"], positive: 1 };

describe("of a binary classifier", () => {
  // 3 hits, 1 miss, 2 false alarms, 4 right refusals.
  const rows = cellPerRow({
    ...BINARY,
    labels: [1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
    models: [{ predictions: [1, 1, 1, 0, 1, 1, 0, 0, 0, 0] }],
  });
  const metrics = metricsOf(rows, 0);

  test("the metrics of labels and answers", () => {
    expect(metrics.accuracy).toBeCloseTo(0.7, 12);
    expect(metrics.precision).toBeCloseTo(3 / 5, 12);
    expect(metrics.recall).toBeCloseTo(3 / 4, 12);
    expect(metrics.f1).toBeCloseTo(6 / 9, 12);
    expect(metrics.balanced_accuracy).toBeCloseTo((3 / 4 + 4 / 6) / 2, 12);
    expect(metrics.precision_macro).toBeCloseTo((3 / 5 + 4 / 5) / 2, 12);
    expect(metrics.recall_weighted).toBeCloseTo(0.7, 12);
    expect(metrics.precision_weighted).toBeCloseTo((4 * (3 / 5) + 6 * (4 / 5)) / 10, 12);
    expect(metrics["precision[no]"]).toBeCloseTo(4 / 5, 12);
  });

  test("without scores nothing that needs them", () => {
    expect(Object.keys(metrics)).not.toContain("roc_auc");
    expect(Object.keys(metrics)).not.toContain("log_loss");
  });
});

describe("scores", () => {
  const scored = (labels: number[], scores: number[]) =>
    metricsOf(cellPerRow({ ...BINARY, labels, models: [{ predictions: labels, scores }] }), 0);

  test("areas under the curves", () => {
    // Of the four pairs of a positive and a negative one is the wrong way round.
    const { roc_auc, pr_auc } = scored([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]);
    expect(roc_auc).toBeCloseTo(3 / 4, 12);
    expect(pr_auc).toBeCloseTo((1 + 2 / 3) / 2, 12);
  });

  test("equal ones count as half in order", () => {
    expect(scored([1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5])).toMatchObject({ roc_auc: 0.5, pr_auc: 0.5 });
  });

  test("as probabilities", () => {
    const { brier, log_loss, calibration_error } = scored([1, 0], [0.75, 0.25]);
    expect(brier).toBeCloseTo(1 / 16, 12);
    expect(log_loss).toBeCloseTo(-Math.log(0.75), 12);
    expect(calibration_error).toBeCloseTo(0.25, 12);
  });

  test("certain and wrong is bad, but finite", () => {
    expect(scored([1, 0], [0, 1]).log_loss).toBeCloseTo(-Math.log(Number.EPSILON), 9);
  });

  test("that are no probabilities are ranked only", () => {
    const metrics = scored([1, 0, 1], [3, -1, 2]);
    expect(metrics).toMatchObject({ roc_auc: 1, pr_auc: 1 });
    for (const name of ["log_loss", "brier", "calibration_error"]) expect(metrics).not.toHaveProperty(name);
  });

  test("with labels of one class leave the areas undefined that need two", () => {
    expect(scored([1, 1], [0.2, 0.3])).not.toHaveProperty("roc_auc");
    expect(scored([1, 1], [0.2, 0.3]).pr_auc).toBe(1);
    expect(scored([0, 0], [0.2, 0.3])).not.toHaveProperty("pr_auc");
  });
});

test("of three classes precision, recall and F1 are the macro means", () => {
  const rows = cellPerRow({
    classes: ["a", "b", "c"],
    positive: undefined,
    labels: [0, 0, 1, 1, 2],
    models: [{ predictions: [0, 1, 1, 1, 0] }],
  });
  const metrics = metricsOf(rows, 0);
  expect(metrics.precision).toBeCloseTo((1 / 2 + 2 / 3 + 0) / 3, 12);
  expect(metrics.recall).toBeCloseTo((1 / 2 + 1 + 0) / 3, 12);
  expect(metrics.f1).toBe(metrics.f1_macro);
  expect(metrics["f1[c]"]).toBe(0);
});

test("a declared class that is no label and no answer counts in no mean", () => {
  const of = (classes: string[]) =>
    metricsOf(cellPerRow({ classes, positive: undefined, labels: [0, 1, 1], models: [{ predictions: [0, 1, 0] }] }), 0);
  expect(of(["a", "b", "c"])).toMatchObject({ f1_macro: of(["a", "b"]).f1_macro, "f1[c]": 0 });
});

test("a class that is answered and no label counts in the macro recall, and not in the balanced accuracy", () => {
  const rows = cellPerRow({ ...BINARY, labels: [0, 0], models: [{ predictions: [0, 1] }] });
  expect(metricsOf(rows, 0)).toMatchObject({ recall_macro: 0.25, balanced_accuracy: 0.5 });
});

test("no rows have no metrics", () => {
  const rows = cellPerRow({ ...BINARY, labels: [], models: [{ predictions: [], scores: [] }] });
  expect(metricsOf(rows, 0)).toEqual({});
});

test("only wanted metrics are computed, in the evaluator's order", () => {
  const rows = cellPerRow({ ...BINARY, labels: [1, 0], models: [{ predictions: [1, 1], scores: [0.9, 0.6] }] });
  const evaluator = evaluatorOf(rows, 0, new Set(["brier", "accuracy", "unknown"]));
  expect(evaluator.names).toEqual(["accuracy", "brier"]);
  const values = new Float64Array(2);
  evaluator.evaluate(rows.counts, values);
  expect(values[0]).toBe(0.5);
  expect(values[1]).toBeCloseTo((0.01 + 0.36) / 2, 12);
});

const manyRows = fc.array(
  fc.record({
    label: fc.integer({ min: 0, max: 1 }),
    prediction: fc.integer({ min: 0, max: 1 }),
    score: fc.integer({ min: 0, max: 20 }).map((step) => step / 20),
  }),
  { minLength: 1, maxLength: 60 },
);
const rowsOf = (rows: { label: number; prediction: number; score: number }[]) =>
  cellPerRow({
    ...BINARY,
    labels: rows.map(({ label }) => label),
    models: [{ predictions: rows.map(({ prediction }) => prediction), scores: rows.map(({ score }) => score) }],
  });

describe("for all rows", () => {
  test("counting equal ones together changes nothing", () => {
    fc.assert(
      fc.property(manyRows, (rows) => {
        const each = metricsOf(rowsOf(rows), 0);
        const together = metricsOf(merged(rowsOf(rows)), 0);
        expect(Object.keys(together)).toEqual(Object.keys(each));
        for (const [name, value] of Object.entries(each)) expect(together[name]).toBeCloseTo(value, 10);
      }),
    );
  });

  test("their order changes nothing, and all but the log loss is from 0 to 1", () => {
    fc.assert(
      fc.property(manyRows, (rows) => {
        const metrics = metricsOf(rowsOf(rows), 0);
        const reversed = metricsOf(rowsOf([...rows].reverse()), 0);
        for (const [name, value] of Object.entries(metrics)) {
          expect(reversed[name]).toBeCloseTo(value, 10);
          expect(value).toBeGreaterThanOrEqual(0);
          if (name !== "log_loss") expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });

  test("negated scores turn the ROC area around", () => {
    fc.assert(
      fc.property(manyRows, (rows) => {
        const turned = rows.map((row) => ({ ...row, score: 1 - row.score }));
        const { roc_auc } = metricsOf(rowsOf(rows), 0);
        if (roc_auc !== undefined) expect(metricsOf(rowsOf(turned), 0).roc_auc).toBeCloseTo(1 - roc_auc, 10);
      }),
    );
  });
});
