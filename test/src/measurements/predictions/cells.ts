import type {
  ClassAnswers,
  ClassRows,
  QuantileRows,
  RegressionRows,
} from "../../../../src/measurements/predictions/rows.ts";

/*
 * The cells that the measurement's SQL makes of a predictions file, made of rows that a test wrote down.
 */

/** A classifier's rows, one entry for each; labels and answers are indices into the classes. */
export interface LabelledRows {
  readonly classes: readonly string[];
  readonly positive: number | undefined;
  readonly labels: readonly number[];
  readonly models: readonly { readonly predictions: readonly number[]; readonly scores?: readonly number[] }[];
}

const EPSILON = Number.EPSILON;

/** Each row a cell of its own. Scores beyond 0 and 1 are ranked only, as in the measurement. */
export function cellPerRow({ classes, positive, labels, models }: LabelledRows): ClassRows {
  return {
    task: "classification",
    classes,
    positive,
    counts: new Float64Array(labels.length).fill(1),
    labels: Int32Array.from(labels),
    models: models.map(({ predictions, scores }): ClassAnswers => {
      const answers = { predictions: Int32Array.from(predictions) };
      if (scores === undefined) return answers;
      if (scores.some((score) => score < 0 || score > 1)) return { ...answers, scores: Float64Array.from(scores) };
      const isPositive = (row: number): boolean => labels[row] === positive;
      return {
        ...answers,
        scores: Float64Array.from(scores),
        logLosses: Float64Array.from(scores, (score, row) => {
          const clipped = Math.max(Math.min(score, 1 - EPSILON), EPSILON);
          return -Math.log(isPositive(row) ? clipped : 1 - clipped);
        }),
        squaredErrors: Float64Array.from(scores, (score, row) => (score - (isPositive(row) ? 1 : 0)) ** 2),
      };
    }),
  };
}

/** The same rows with equal ones counted together. */
export function merged(rows: ClassRows): ClassRows {
  const cells = new Map<string, number>();
  const first: number[] = [];
  const counts: number[] = [];
  rows.counts.forEach((count, row) => {
    const key = [
      rows.labels[row],
      ...rows.models.flatMap(({ predictions, scores }) => [predictions[row], scores?.[row]]),
    ].join();
    const cell = cells.get(key) ?? cells.size;
    if (cell === cells.size) {
      cells.set(key, cell);
      first.push(row);
    }
    counts[cell] = (counts[cell] ?? 0) + count;
  });
  const picked = (values: Float64Array): Float64Array => Float64Array.from(first, (row) => values[row] as number);
  const pickedIndices = (values: Int32Array): Int32Array => Int32Array.from(first, (row) => values[row] as number);
  return {
    ...rows,
    counts: Float64Array.from(counts),
    labels: pickedIndices(rows.labels),
    models: rows.models.map(({ predictions, scores, logLosses, squaredErrors }) => ({
      predictions: pickedIndices(predictions),
      ...(scores === undefined ? {} : { scores: picked(scores) }),
      ...(logLosses === undefined ? {} : { logLosses: picked(logLosses) }),
      ...(squaredErrors === undefined ? {} : { squaredErrors: picked(squaredErrors) }),
    })),
  };
}

/**
 * The rows of regression models.
 * @param cellOf which cell each row is put into, numbered from 0; each row its own when left out
 */
export function numberCells(
  labels: readonly number[],
  predictions: readonly (readonly number[])[],
  cellOf: readonly number[] = [...labels.keys()],
): RegressionRows {
  const counts = new Float64Array(Math.max(-1, ...cellOf) + 1);
  for (const cell of cellOf) counts[cell] = (counts[cell] as number) + 1;
  const means = (ofRow: (row: number) => number): Float64Array => {
    const sums = new Float64Array(counts.length);
    cellOf.forEach((cell, row) => {
      sums[cell] = (sums[cell] as number) + ofRow(row);
    });
    return sums.map((sum, cell) => sum / (counts[cell] as number));
  };
  const label = (row: number): number => labels[row] as number;
  return {
    task: "regression",
    counts,
    labels: means(label),
    squaredLabels: means((row) => label(row) ** 2),
    models: predictions.map((answers) => {
      const error = (row: number): number => (answers[row] as number) - label(row);
      return {
        absoluteErrors: means((row) => Math.abs(error(row))),
        squaredErrors: means((row) => error(row) ** 2),
        relativeErrors: means((row) =>
          label(row) === 0 ? Number.NaN : Math.abs(error(row)) / Math.max(Math.abs(label(row)), EPSILON),
        ),
      };
    }),
  };
}

/** Rows of the quantiles 0.1 and 0.9, one cell for each. */
export function quantileCells(
  labels: readonly number[],
  models: readonly (readonly [low: readonly number[], high: readonly number[]])[],
): QuantileRows {
  const ofRows = (number: (label: number, row: number) => number): Float64Array => Float64Array.from(labels, number);
  const loss = (level: number, error: number): number => Math.max(level * error, (level - 1) * error);
  return {
    task: "quantiles",
    counts: new Float64Array(labels.length).fill(1),
    nominal: 0.8,
    models: models.map(([low, high]) => {
      const [lowOf, highOf] = [low, high].map((values) => (row: number) => values[row] as number) as [
        (row: number) => number,
        (row: number) => number,
      ];
      return {
        pinball: ofRows((label, row) => (loss(0.1, label - lowOf(row)) + loss(0.9, label - highOf(row))) / 2),
        covered: ofRows((label, row) => Number(lowOf(row) <= label && label <= highOf(row))),
        crossing: ofRows((_, row) => Number(lowOf(row) > highOf(row))),
      };
    }),
  };
}
