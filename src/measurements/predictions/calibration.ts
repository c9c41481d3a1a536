import { wilson } from "../../statistics/proportion.ts";
import type { CalibrationBin, ModelResults } from "./results.ts";
import { type ClassRows, outcomesOf } from "./rows.ts";
import { scoreBin } from "./score-bins.ts";

/** Bins of equal width that a score is calibrated in. */
export const CALIBRATION_BINS = 10;
const SCORE_BINS = 20;

/**
 * The observed share of the positive class (or of right answers, with more than two classes) in ten equal bins of the score,
 * each with its mean score and Wilson's interval of the share. Empty bins are left out.
 */
export function calibrationOf(rows: ClassRows, model: number, confidence: number): CalibrationBin[] {
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ rows: 0, positives: 0, scores: 0 }));
  eachScore(rows, model, (score, count, positive) => {
    const bin = bins[scoreBin(score, CALIBRATION_BINS)];
    if (bin === undefined) return;
    bin.rows += count;
    bin.scores += count * score;
    if (positive) bin.positives += count;
  });
  return bins
    .filter((bin) => bin.rows > 0)
    .map((bin) => ({
      score: bin.scores / bin.rows,
      observed: bin.positives / bin.rows,
      rows: bin.rows,
      interval: wilson(bin.positives, bin.rows, confidence),
    }));
}

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
  visit: (score: number, count: number, positive: boolean) => void,
): void {
  const scores = rows.models[model]?.scores;
  if (scores === undefined) throw new Error("calibration of a model without scores");
  const outcomes = outcomesOf(rows, model);
  rows.counts.forEach((count, cell) => {
    visit(scores[cell] as number, count, outcomes[cell] === 1);
  });
}
