import { describe, expect, test } from "vitest";
import { estimateRows } from "../../../../src/measurements/predictions/bootstrap.ts";
import { metricsOf } from "../../../../src/measurements/predictions/metrics.ts";
import { randomOf } from "../../../../src/statistics/random.ts";
import { cellPerRow, merged, numberCells } from "./cells.ts";

const OPTIONS = { resamples: 500, confidence: 0.95, seed: 1 };

/** Two models on the same rows: the baseline is right about a fifth of the time less. */
function twoModels(rows: number, scores = true) {
  const [random, blur] = [randomOf(3), randomOf(4)];
  const labels = Array.from({ length: rows }, () => Number(random() < 0.4));
  const model = (right: number) => {
    const predictions = labels.map((label) => (random() < right ? label : 1 - label));
    return { predictions, ...(scores ? { scores: predictions.map((one) => (one + blur()) / 2) } : {}) };
  };
  return cellPerRow({ classes: ["no", "yes"], positive: 1, labels, models: [model(0.9), model(0.7)] });
}

describe("estimates", () => {
  const rows = twoModels(300);
  const { models, differences = {} } = estimateRows(rows, OPTIONS);

  test("are of the observed rows, and their intervals are around them", () => {
    for (const [index, model] of models.entries()) {
      const observed = metricsOf(rows, index);
      expect(Object.keys(model)).toEqual(Object.keys(observed));
      for (const [name, { value, interval }] of Object.entries(model)) {
        expect(value).toBe(observed[name]);
        expect(interval?.low).toBeLessThan(value);
        expect(interval?.high).toBeGreaterThan(value);
      }
    }
  });

  test("differences are candidate minus baseline", () => {
    const [candidate = {}, baseline = {}] = models;
    expect(Object.keys(differences)).toEqual(Object.keys(candidate));
    for (const [name, { value, interval, resampled }] of Object.entries(differences)) {
      expect(value).toBe((candidate[name]?.value ?? 0) - (baseline[name]?.value ?? 0));
      expect(resampled).toHaveLength(OPTIONS.resamples);
      expect(resampled).toEqual(resampled.toSorted());
      expect(interval?.low).toBeGreaterThanOrEqual(resampled[0] as number);
      expect(interval?.high).toBeLessThanOrEqual(resampled.at(-1) as number);
    }
  });

  test("the same seed gives the same ones, another gives others close by", () => {
    const again = estimateRows(rows, OPTIONS);
    expect(again).toEqual({ models, differences });
    const other = estimateRows(rows, { ...OPTIONS, seed: 2 }).models[0]?.accuracy;
    expect(other).not.toEqual(models[0]?.accuracy);
    expect(Math.abs((other?.interval?.low ?? 0) - (models[0]?.accuracy?.interval?.low ?? 1))).toBeLessThan(0.01);
  });
});

test("an interval holds its value, however biased the resampling is", () => {
  // Of thirty classes with two rows each, a resample misses some and repeats the errors of others.
  const labels = Array.from({ length: 60 }, (_, row) => row >> 1);
  const model = (wrong: number) => ({ predictions: labels.map((label, row) => (row < wrong ? 29 - label : label)) });
  const classes = Array.from({ length: 30 }, (_, index) => String(index).padStart(2, "0"));
  const rows = cellPerRow({ classes, positive: undefined, labels, models: [model(2), model(5)] });
  const { models, differences = {} } = estimateRows(rows, OPTIONS);
  for (const { value, interval } of [...models, differences].flatMap((one) => Object.values(one))) {
    if (interval === undefined) continue;
    expect(interval.low).toBeLessThanOrEqual(value);
    expect(interval.high).toBeGreaterThanOrEqual(value);
  }
});

test("a model compared with itself differs in no resample", () => {
  const rows = twoModels(100);
  const [model] = rows.models;
  if (model === undefined) throw new Error("no model");
  const { differences = {} } = estimateRows({ ...rows, models: [model, model] }, OPTIONS);
  for (const { value, interval } of Object.values(differences)) {
    expect({ value, interval }).toEqual({ value: 0, interval: { low: 0, high: 0 } });
  }
});

test("more rows have narrower intervals, less confidence too", () => {
  const width = (rows: number, confidence: number): number => {
    const { interval } = estimateRows(twoModels(rows), { ...OPTIONS, confidence }).differences?.accuracy ?? {};
    return (interval?.high ?? 0) - (interval?.low ?? 0);
  };
  expect(width(1600, 0.95)).toBeLessThan(0.7 * width(400, 0.95));
  expect(width(400, 0.8)).toBeLessThan(0.8 * width(400, 0.95));
});

describe("only some metrics", () => {
  test("without scores are those of cells without scores", () => {
    const metrics = ["accuracy", "f1"];
    const wanted = estimateRows(twoModels(300), { ...OPTIONS, metrics });
    expect(Object.keys(wanted.models[0] ?? {})).toEqual(metrics);
    expect(Object.keys(wanted.differences ?? {})).toEqual(metrics);
    expect(wanted).toEqual(estimateRows(merged(twoModels(300, false)), { ...OPTIONS, metrics }));
  });

  test("with scores are those of all of them", () => {
    const all = estimateRows(twoModels(200), OPTIONS);
    const wanted = estimateRows(twoModels(200), { ...OPTIONS, metrics: ["brier", "recall"] });
    expect(wanted.differences).toEqual({ recall: all.differences?.recall, brier: all.differences?.brier });
  });
});

test("a model alone has no differences", () => {
  const rows = twoModels(50);
  expect(estimateRows({ ...rows, models: rows.models.slice(0, 1) }, OPTIONS)).not.toHaveProperty("differences");
});

test("there are differences only in what both have", () => {
  const { models, ...rows } = twoModels(50);
  const [candidate, baseline] = models;
  if (candidate === undefined || baseline === undefined) throw new Error("no models");
  const { differences = {} } = estimateRows(
    { ...rows, models: [candidate, { predictions: baseline.predictions }] },
    OPTIONS,
  );
  expect(Object.keys(differences)).toContain("accuracy");
  expect(Object.keys(differences)).not.toContain("roc_auc");
});

describe("a metric that a resample leaves undefined", () => {
  const oneOf = (rows: number) =>
    cellPerRow({
      classes: ["no", "yes"],
      positive: 1,
      labels: Array.from({ length: rows }, (_, row) => Number(row === 0)),
      models: [
        {
          predictions: new Array<number>(rows).fill(0),
          scores: Array.from({ length: rows }, (_, row) => (rows - row) / rows),
        },
      ],
    });

  test("is left out of that resample", () => {
    // The only positive is missing from a share of 1/e of the resamples, and has the best score in the others.
    expect(estimateRows(oneOf(20), OPTIONS).models[0]?.roc_auc).toEqual({ value: 1, interval: { low: 1, high: 1 } });
  });

  test("has no interval when most resamples do", () => {
    // Half of the resamples of two rows have labels of one class, and these a few more.
    const { models } = estimateRows(oneOf(2), { ...OPTIONS, resamples: 501, seed: 5 });
    const shares = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (seed) => estimateRows(oneOf(2), { ...OPTIONS, seed }).models[0]?.roc_auc?.interval !== undefined,
    );
    expect(models[0]?.roc_auc?.value).toBe(1);
    expect(new Set(shares)).toEqual(new Set([true, false]));
  });
});

test("of numbers", () => {
  const labels = Array.from({ length: 200 }, (_, row) => 1 + (row % 10));
  const close = labels.map((label, row) => label + ((row % 3) - 1) / 2);
  const far = labels.map((label, row) => label + (row % 5) - 2);
  const { models, differences } = estimateRows(numberCells(labels, [close, far]), OPTIONS);
  expect(Object.keys(models[0] ?? {})).toEqual(["mae", "rmse", "r2", "mape"]);
  expect(differences?.mae?.interval?.high).toBeLessThan(0);
  expect(differences?.r2?.interval?.low).toBeGreaterThan(0);
});

test("cells of many rows vary as single rows do", () => {
  const rows = twoModels(400, false);
  const intervalOf = (cells: typeof rows) =>
    estimateRows(cells, { ...OPTIONS, resamples: 4000 }).differences?.accuracy?.interval;
  const [single, together] = [intervalOf(rows), intervalOf(merged(rows))];
  // The widths are 0.1; the ends of 4,000 resamples are known to 0.001 or so, and are whole multiples of 1/400.
  expect(Math.abs((single?.low ?? 0) - (together?.low ?? 1))).toBeLessThan(0.006);
  expect(Math.abs((single?.high ?? 0) - (together?.high ?? 1))).toBeLessThan(0.006);
});
