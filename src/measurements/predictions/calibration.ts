import type { Interval } from "../../statistics/estimate.ts";
import { wilson } from "../../statistics/proportion.ts";
import { quantile } from "../../statistics/quantile.ts";
import { randomOf } from "../../statistics/random.ts";
import { resampler } from "../../statistics/resample.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import type { CalibrationBin, ModelResults } from "./results.ts";
import { type ClassRows, outcomesOf } from "./rows.ts";
import { CALIBRATION_BINS, scoreBin } from "./score-bins.ts";

const SCORE_BINS = 20;

/**
 * The observed share of the positive class (or of right answers, with more than two classes) in ten equal bins of the score,
 * each with its mean score and Wilson's interval of the share. Empty bins are left out.
 */
export function calibrationOf(rows: ClassRows, model: number, confidence: number): CalibrationBin[] {
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({
    rows: 0,
    weight: 0,
    squares: 0,
    positives: 0,
    scores: 0,
  }));
  eachScore(rows, model, (score, count, positive, weight) => {
    const bin = bins[scoreBin(score, CALIBRATION_BINS)];
    if (bin === undefined) return;
    bin.rows += count;
    bin.weight += count * weight;
    bin.squares += count * weight * weight;
    bin.scores += count * weight * score;
    if (positive) bin.positives += count * weight;
  });
  return bins
    .filter(({ weight }) => weight > 0)
    .map(({ rows: counted, weight, squares, positives, scores }) => ({
      score: scores / weight,
      observed: positives / weight,
      rows: counted,
      // Rows that do not count alike say as much as fewer that do: see `effectiveRows`.
      interval: wilson((positives * weight) / squares, (weight * weight) / squares, confidence),
    }));
}

/**
 * The interval of the calibration error, by the bootstrap.
 *
 * The error is a sum of distances, so the noise of every bin adds to it: a perfect score has one as well, the more the fewer rows
 * there are, and a resample has more of it than the rows. The percentile interval would lie above the true error. By the triangle
 * inequality the observed error is beyond the true one by at most the sum of what noise moved the gap of each bin by; how much
 * that is, the resamples' distances from the observed gaps show. So the lower end is the error without what noise may have
 * added, which is below the true error at least as often as asked for, and the upper end is that of the resamples.
 *
 * Rows of one bin and outcome are drawn as if they had the same score: their scores differ by less than a bin, and what comes
 * true by much more.
 */
export function calibrationErrorInterval(
  rows: ClassRows,
  model: number,
  { resamples, confidence, seed }: Omit<BootstrapOptions, "metrics">,
): Interval {
  const counts = new Float64Array(2 * CALIBRATION_BINS);
  const sums = new Float64Array(2 * CALIBRATION_BINS);
  eachScore(rows, model, (score, count, positive) => {
    const cell = 2 * scoreBin(score, CALIBRATION_BINS) + Number(positive);
    counts[cell] = (counts[cell] ?? 0) + count;
    sums[cell] = (sums[cell] ?? 0) + count * (score - Number(positive));
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const gaps = sums.map((sum, cell) => (counts[cell] === 0 ? 0 : sum / (counts[cell] as number) / total));
  const observed = gapsOfBins(counts, gaps);
  const error = distance(observed);
  const draw = resampler(counts, randomOf(seed));
  const drawn = new Float64Array(counts.length);
  const [errors, noises] = [new Float64Array(resamples), new Float64Array(resamples)];
  for (let resample = 0; resample < resamples; resample++) {
    draw(drawn);
    const resampled = gapsOfBins(drawn, gaps);
    errors[resample] = distance(resampled);
    noises[resample] = distance(resampled, observed);
  }
  const end = (1 + confidence) / 2;
  return {
    low: Math.max(0, error - quantile(noises.sort(), end)),
    high: Math.min(1, Math.max(error, quantile(errors.sort(), end))),
  };
}

/** The gap of each bin, weighted by its share of the rows, from its cells without and with the outcome. */
const gapsOfBins = (counts: Float64Array, gaps: Float64Array): Float64Array =>
  Float64Array.from({ length: CALIBRATION_BINS }, (_, bin) =>
    [2 * bin, 2 * bin + 1].reduce((sum, cell) => sum + (counts[cell] as number) * (gaps[cell] as number), 0),
  );

/** The sum of the distances of two lists of gaps, or of one from none. */
const distance = (gaps: Float64Array, from?: Float64Array): number =>
  gaps.reduce((sum, gap, bin) => sum + Math.abs(gap - (from?.[bin] ?? 0)), 0);

/** How many rows of the positive class, and how many others, have a score in each of twenty equal bins from 0 to 1. */
export function scoresOf(rows: ClassRows, model: number): NonNullable<ModelResults["scores"]> {
  const positive = new Array<number>(SCORE_BINS).fill(0);
  const negative = new Array<number>(SCORE_BINS).fill(0);
  eachScore(rows, model, (score, count, isPositive) => {
    const side = isPositive ? positive : negative;
    const bin = scoreBin(score, SCORE_BINS);
    side[bin] = (side[bin] ?? 0) + count;
  });
  return { positive, negative };
}

function eachScore(
  rows: ClassRows,
  model: number,
  visit: (score: number, count: number, positive: boolean, weight: number) => void,
): void {
  const scores = rows.models[model]?.scores;
  if (scores === undefined) throw new Error("calibration of a model without scores");
  const outcomes = outcomesOf(rows, model);
  rows.counts.forEach((count, cell) => {
    visit(scores[cell] as number, count, outcomes[cell] === 1, rows.weights?.[cell] ?? 1);
  });
}
