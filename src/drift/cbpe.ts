import { classNamed } from "../measurements/predictions/class-names.ts";
import { evaluatorOf } from "../measurements/predictions/metrics.ts";
import type { CalibrationBin } from "../measurements/predictions/results.ts";
import type { ClassRows } from "../measurements/predictions/rows.ts";
import { CALIBRATION_BINS, scoreBin } from "../measurements/predictions/score-bins.ts";
import { beta } from "../statistics/beta.ts";
import { type Estimate, holding } from "../statistics/estimate.ts";
import { middle } from "../statistics/quantile.ts";
import { binomial, randomOf } from "../statistics/random.ts";

/** Live predictions with the same answer and nearly the same score. */
export interface ScoredCell {
  readonly prediction: string;
  /** The mean of the cell's rows: the probability of the positive class. */
  readonly score: number;
  readonly rows: number;
}

/** What is known of the accepted model's scores on the reference. */
export interface Calibrated {
  /** The names of the two classes, and which of them the score is the probability of. */
  readonly classes: readonly string[];
  readonly positive: string;
  readonly calibration: readonly CalibrationBin[];
}

export interface EstimateOptions {
  readonly confidence: number;
  /** How many sets of labels an interval is computed from. */
  readonly resamples: number;
  /** The same seed gives the same intervals. */
  readonly seed: number;
}

/**
 * Estimates the metrics of predictions whose labels are not known yet (confidence-based performance estimation): a row with
 * score p is of the positive class with probability p, corrected by how far scores of its bin were from what came true on the
 * reference.
 *
 * The value is that of the expected counts. The interval is for the metric that the labels of these rows would give: it is
 * drawn over what a bin's rows on the reference leave open of its correction, and over the labels. A bin without rows on the
 * reference is as open as if a single row had been seen there.
 *
 * What changed in how the label depends on the data cannot be seen in scores.
 */
export function estimateMetrics(
  cells: readonly ScoredCell[],
  { classes, positive, calibration }: Calibrated,
  { confidence, resamples, seed }: EstimateOptions,
): Record<string, Estimate> {
  const evaluator = evaluatorOf(withBothLabels(cells, classes, positive), 0);
  const bins = correctionsOf(cells, calibration);
  const counts = new Float64Array(2 * cells.length);
  const evaluated = (positives: (cell: ScoredCell, at: number) => number): Float64Array => {
    cells.forEach((cell, at) => {
      const count = positives(cell, at);
      counts[2 * at] = count;
      counts[2 * at + 1] = cell.rows - count;
    });
    const values = new Float64Array(evaluator.names.length);
    evaluator.evaluate(counts, values);
    return values;
  };
  const values = evaluated((cell) => cell.rows * corrected(cell, bins, meanShare));
  const random = randomOf(seed);
  const drawn = Array.from({ length: resamples }, () => {
    const shares = bins.map((bin) => beta(bin.positives, bin.rows - bin.positives, random));
    return evaluated((cell) =>
      binomial(
        cell.rows,
        corrected(cell, bins, (_, at) => shares[at] as number),
        random,
      ),
    );
  });
  return Object.fromEntries(
    evaluator.names.flatMap((name, at) => {
      const value = values[at] as number;
      if (Number.isNaN(value)) return [];
      const column = drawn.map((one) => one[at] as number).filter((one) => !Number.isNaN(one));
      if (column.length * 2 <= resamples) return [[name, { value }]];
      return [[name, { value, interval: holding(middle(Float64Array.from(column).sort(), confidence), value) }]];
    }),
  );
}

/** Each cell twice, first with the positive label. Only the metrics that need no more than the order of scores are computed. */
function withBothLabels(cells: readonly ScoredCell[], known: readonly string[], positive: string): ClassRows {
  const named = (prediction: string): string => classNamed(known, prediction) ?? prediction;
  const classes = [...new Set([...known, ...cells.map(({ prediction }) => named(prediction))])];
  const positiveAt = classes.indexOf(positive);
  const twice = cells.flatMap((cell) => [cell, cell]);
  return {
    ...{ task: "classification", classes, positive: positiveAt },
    counts: new Float64Array(twice.length),
    labels: Int32Array.from(twice, (_, at) => (at % 2 === 0 ? positiveAt : 1 - positiveAt)),
    models: [
      {
        predictions: Int32Array.from(twice, ({ prediction }) => classes.indexOf(named(prediction))),
        scores: Float64Array.from(twice, ({ score }) => score),
      },
    ],
  };
}

/** What the reference says of one bin of scores: its rows and those of the positive class, and the mean score there. */
interface Correction {
  readonly rows: number;
  readonly positives: number;
  readonly score: number;
}

/** One row beside those of the reference, of which the score is right, keeps a bin of few rows near its scores. */
function correctionsOf(cells: readonly ScoredCell[], calibration: readonly CalibrationBin[]): readonly Correction[] {
  return Array.from({ length: CALIBRATION_BINS }, (_, at) => {
    const seen = calibration.find(({ score }) => scoreBin(score, CALIBRATION_BINS) === at);
    const score = seen?.score ?? meanScore(cells.filter((cell) => scoreBin(cell.score, CALIBRATION_BINS) === at));
    const believed = Math.min(1 - LEAST, Math.max(LEAST, score));
    const rows = seen?.rows ?? 0;
    return { rows: rows + 1, positives: (seen?.observed ?? 0) * rows + believed, score };
  });
}

/** Scores of 0 and 1 are not certain. */
const LEAST = 1e-6;

function meanScore(cells: readonly ScoredCell[]): number {
  const rows = cells.reduce((sum, cell) => sum + cell.rows, 0);
  return rows === 0 ? 0.5 : cells.reduce((sum, cell) => sum + cell.rows * cell.score, 0) / rows;
}

const meanShare = ({ positives, rows }: Correction): number => positives / rows;

/** The probability that a row of the cell is of the positive class. */
function corrected(
  { score }: ScoredCell,
  bins: readonly Correction[],
  shareOf: (bin: Correction, at: number) => number,
): number {
  const at = scoreBin(score, CALIBRATION_BINS);
  const bin = bins[at] as Correction;
  return Math.min(1, Math.max(0, score + shareOf(bin, at) - bin.score));
}
