import { type Estimate, holding, type Interval } from "../../statistics/estimate.ts";
import { middle } from "../../statistics/quantile.ts";
import { randomOf } from "../../statistics/random.ts";
import { resampler } from "../../statistics/resample.ts";
import { SCORE_METRICS } from "./classification.ts";
import type { Evaluator } from "./evaluator.ts";
import { evaluatorOf } from "./metrics.ts";
import type { ClassRows, PredictionRows } from "./rows.ts";

export interface BootstrapOptions {
  readonly resamples: number;
  /** The confidence level of the intervals, for example 0.95. */
  readonly confidence: number;
  /** The same seed gives the same intervals. */
  readonly seed: number;
  /** Names of the metrics to estimate; all when absent. Without the score metrics it is much faster. */
  readonly metrics?: readonly string[];
}

export interface RowsEstimate {
  /** By metric, in the order of the rows' models. */
  readonly models: readonly Readonly<Record<string, Estimate>>[];
  /** Candidate minus baseline, of the metrics that both have; absent without a baseline. */
  readonly differences?: Readonly<Record<string, Difference>>;
}

export interface Difference extends Estimate {
  /** The resamples' differences, in ascending order. */
  readonly resampled: Float64Array;
}

/**
 * Metrics of the observed rows, with percentile intervals of the bootstrap (B. Efron and R. Tibshirani, An introduction
 * to the bootstrap, 1993, chapter 13). Both models are evaluated on the same rows of a resample, so the interval of a
 * difference is that of a paired comparison.
 *
 * An interval always holds the observed value: where resampling is biased, it is widened as far as that.
 *
 * Resamples that leave a metric undefined are ignored for that metric; it has no interval when half of them or more do.
 */
export function estimateRows(rows: PredictionRows, options: BootstrapOptions): RowsEstimate {
  const { resamples, confidence, seed } = options;
  const wanted = options.metrics === undefined ? undefined : new Set(options.metrics);
  const scoreless = wanted !== undefined && ![...wanted].some((name) => SCORE_METRICS.has(name));
  const cells = rows.task === "classification" && scoreless ? withoutScores(rows) : rows;
  const tables = cells.models.map((_model, index) => new Table(evaluatorOf(cells, index, wanted), resamples));

  if (tables.some(({ names }) => names.length > 0)) {
    const draw = resampler(cells.counts, randomOf(seed));
    for (const table of tables) table.observe(cells.counts);
    const counts = new Float64Array(cells.counts.length);
    for (let resample = 0; resample < resamples; resample++) {
      draw(counts);
      for (const table of tables) table.add(counts, resample);
    }
  }
  const [candidate, baseline] = tables;
  return {
    models: tables.map((table) => table.estimates(confidence)),
    ...(candidate === undefined || baseline === undefined
      ? {}
      : { differences: differencesOf(candidate, baseline, confidence) }),
  };
}

/** The estimates of several kinds of metrics of the same models together. */
export function estimateParts(parts: readonly PredictionRows[], options: BootstrapOptions): RowsEstimate {
  const [first = { models: [] }, ...others] = parts.map((rows) => estimateRows(rows, options));
  return others.reduce(
    (all, one): RowsEstimate => ({
      models: all.models.map((metrics, index) => ({ ...metrics, ...one.models[index] })),
      ...(all.differences === undefined ? {} : { differences: { ...all.differences, ...one.differences } }),
    }),
    first,
  );
}

/** One model's metrics in each resample: a column for each metric. */
class Table {
  readonly names: readonly string[];
  readonly observed: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly #evaluator: Evaluator;
  readonly #values: Float64Array;

  constructor(evaluator: Evaluator, resamples: number) {
    this.#evaluator = evaluator;
    this.names = evaluator.names;
    this.observed = new Float64Array(this.names.length);
    this.#values = new Float64Array(this.names.length);
    this.columns = this.names.map(() => new Float64Array(resamples));
  }

  observe(counts: Float64Array): void {
    this.#evaluator.evaluate(counts, this.observed);
  }

  add(counts: Float64Array, resample: number): void {
    this.#evaluator.evaluate(counts, this.#values);
    for (let at = 0; at < this.columns.length; at++) {
      (this.columns[at] as Float64Array)[resample] = this.#values[at] as number;
    }
  }

  estimates(confidence: number): Record<string, Estimate> {
    return Object.fromEntries(
      this.names.flatMap((name, at) => {
        const value = this.observed[at] as number;
        if (Number.isNaN(value)) return [];
        const drawn = defined(this.columns[at] as Float64Array);
        const interval = intervalOf(drawn, this.columns[at]?.length, confidence, value);
        return [[name, { value, ...(interval === undefined ? {} : { interval }) }]];
      }),
    );
  }
}

function differencesOf(candidate: Table, baseline: Table, confidence: number): Record<string, Difference> {
  return Object.fromEntries(
    candidate.names.flatMap((name, ours) => {
      const theirs = baseline.names.indexOf(name);
      const value = (candidate.observed[ours] as number) - (baseline.observed[theirs] ?? Number.NaN);
      if (Number.isNaN(value)) return [];
      const their = baseline.columns[theirs] as Float64Array;
      const column = (candidate.columns[ours] as Float64Array).map((our, at) => our - (their[at] as number));
      const resampled = defined(column);
      const interval = intervalOf(resampled, column.length, confidence, value);
      return [[name, { value, ...(interval === undefined ? {} : { interval }), resampled }]];
    }),
  );
}

const defined = (values: Float64Array): Float64Array => values.filter((value) => !Number.isNaN(value)).sort();

const intervalOf = (sorted: Float64Array, resamples = 0, confidence: number, value: number): Interval | undefined =>
  sorted.length * 2 <= resamples ? undefined : holding(middle(sorted, confidence), value);

/** Merges cells that differ only in their scores; the rows of one weigh the same. */
function withoutScores({ counts, labels, models, weights, ...rest }: ClassRows): ClassRows {
  const cells = new Map<string, number>();
  const merged: number[] = [];
  const first: number[] = [];
  counts.forEach((count, cell) => {
    const key = [labels[cell], weights?.[cell], ...models.map((model) => model.predictions[cell])].join();
    const known = cells.get(key);
    if (known === undefined) {
      cells.set(key, merged.length);
      merged.push(count);
      first.push(cell);
    } else merged[known] = (merged[known] as number) + count;
  });
  return {
    ...rest,
    counts: Float64Array.from(merged),
    labels: Int32Array.from(first, (cell) => labels[cell] as number),
    weights: weights === undefined ? undefined : Float64Array.from(first, (cell) => weights[cell] as number),
    models: models.map(({ predictions }) => ({
      predictions: Int32Array.from(first, (cell) => predictions[cell] as number),
    })),
  };
}
