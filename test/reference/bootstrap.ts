import { readFileSync } from "node:fs";
import { estimateRows } from "../../src/measurements/predictions/bootstrap.ts";
import { calibrationErrorInterval } from "../../src/measurements/predictions/calibration.ts";
import { fairnessOf } from "../../src/measurements/predictions/fairness.ts";
import { metricsOf } from "../../src/measurements/predictions/metrics.ts";
import type { Estimate } from "../../src/statistics/estimate.ts";
import { randomOf } from "../../src/statistics/random.ts";
import { cellPerRow, merged, numberCells, quantileCells } from "../src/measurements/predictions/cells.ts";
import type { Compared } from "./compared.ts";
import { groupsOf } from "./fairness.ts";
import { reference } from "./python.ts";

const CONFIDENCE = 0.95;
const ROWS = 240;

interface Case {
  readonly task: "classification" | "regression" | "quantiles" | "fairness";
  /** As `bootstrap.py` takes them. */
  readonly columns: readonly (readonly number[])[];
  readonly ours: (options: { resamples: number; confidence: number; seed: number }) => Record<string, Estimate>;
}

const SCRIPT = readFileSync(new URL("bootstrap.py", import.meta.url), "utf8");

/**
 * The largest difference of two bootstraps' interval ends, as a share of the interval's width: four standard deviations of
 * what drawing the resamples at random adds to both, and a step of the metrics that have steps.
 *
 * An end is a quantile of the resamples: of a normal distribution its standard deviation is √(q(1 - q)/resamples) through the
 * density there, with q = 0.025 that is 2.67 of the distribution's, or 0.68 of the interval's width, through √resamples.
 */
const toleranceOf = (resamples: number): number => 4 * Math.SQRT2 * (0.68 / Math.sqrt(resamples)) + STEP;

/** One row of `ROWS` is about that share of the width of an interval of a share. */
const STEP = 0.04;

/** Interval ends of random predictions' metrics and of the differences of two models. */
export async function compareIntervals(seeds: readonly number[], resamples: number): Promise<Compared[]> {
  const cases = seeds.flatMap((seed) =>
    [classifiers, numbers, quantiles, groups].map((make) => ({
      ...make(seed),
      options: { resamples, confidence: CONFIDENCE, seed },
    })),
  );
  const answers = (await reference(
    SCRIPT,
    cases.map(({ task, columns, options }) => ({ task, columns, ...options })),
  )) as Record<string, [number, number]>[];
  return cases.flatMap(({ ours, options }, at) => {
    const estimates = ours(options);
    return Object.entries(answers[at] ?? {}).flatMap(([name, [low, high]]) => {
      const interval = estimates[name]?.interval;
      const compared = { what: `interval of ${name}`, input: `seed ${options.seed}`, scale: high - low };
      const tolerance = toleranceOf(resamples);
      return [
        { ...compared, ours: interval?.low ?? null, theirs: low, tolerance },
        { ...compared, ours: interval?.high ?? null, theirs: high, tolerance },
      ];
    });
  });
}

function withDifferences({ models, differences = {} }: ReturnType<typeof estimateRows>): Record<string, Estimate> {
  const named = Object.entries(differences).map(([name, one]) => [`${name} difference`, one] as const);
  return { ...models[0], ...Object.fromEntries(named) };
}

function classifiers(seed: number): Case {
  const random = randomOf(seed);
  const labels = Array.from({ length: ROWS }, () => Number(random() < 0.4));
  const models = [0.65, 0.75].map((noise) => {
    const scores = labels.map((label) => {
      const score = label * (1 - noise) + noise * random();
      return Math.round(score * 100) / 100;
    });
    return { scores, predictions: scores.map((score) => Number(score > 0.5)) };
  });
  const rows = merged(cellPerRow({ classes: ["no", "yes"], positive: 1, labels, models }));
  return {
    task: "classification",
    columns: [labels, ...models.flatMap(({ predictions, scores }) => [predictions, scores])],
    ours: (options) => {
      const interval = calibrationErrorInterval(rows, 0, options);
      const error = { value: metricsOf(rows, 0).calibration_error ?? Number.NaN, interval };
      return { ...withDifferences(estimateRows(rows, options)), calibration_error: error };
    },
  };
}

function numbers(seed: number): Case {
  const random = randomOf(100 + seed);
  const labels = Array.from({ length: ROWS }, () => 10 * random());
  const predictions = [2, 3].map((error) => labels.map((label) => label + error * (random() - random())));
  return {
    task: "regression",
    columns: [labels, ...predictions],
    ours: (options) => withDifferences(estimateRows(numberCells(labels, predictions), options)),
  };
}

function quantiles(seed: number): Case {
  const random = randomOf(300 + seed);
  const labels = Array.from({ length: ROWS }, () => 10 * random());
  const models = [1, 1.3].map((width): [number[], number[]] => [
    labels.map((label) => label + width * (random() - 0.9)),
    labels.map((label) => label + width * (random() - 0.2)),
  ]);
  return {
    task: "quantiles",
    columns: [labels, ...models.flat()],
    ours: (options) => withDifferences(estimateRows(quantileCells(labels, models), options)),
  };
}

function groups(seed: number): Case {
  const random = randomOf(200 + seed);
  const groupOf = Array.from({ length: 2 * ROWS }, () => Math.floor(3 * random()));
  const labels = groupOf.map(() => Number(random() < 0.5));
  const predictions = labels.map((label, row) =>
    Number(random() < (label === 1 ? 0.8 : 0.3) - 0.12 * (groupOf[row] as number)),
  );
  const rows = { input: "", classes: ["no", "yes"], favorable: 1, labels, predictions, groups: groupOf };
  return {
    task: "fairness",
    columns: [labels, predictions, groupOf],
    ours: (options) => fairnessOf(groupsOf(rows), 1, options)[0]?.measures ?? {},
  };
}
