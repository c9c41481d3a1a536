import { binomialCdf } from "../../statistics/binomial.ts";
import type { ClassAnswers, ClassRows } from "./rows.ts";

/** The rows that only one of the two models predicts correctly. */
export interface McNemar {
  readonly onlyCandidate: number;
  readonly onlyBaseline: number;
  /** The exact probability of a split at least as uneven, if both models are equally often right. */
  readonly pValue: number;
}

/** @param rows of candidate and baseline */
export function mcnemar({ counts, labels, models }: ClassRows): McNemar {
  const [candidate, baseline] = models as readonly [ClassAnswers, ClassAnswers];
  let onlyCandidate = 0;
  let onlyBaseline = 0;
  counts.forEach((count, cell) => {
    const ours = candidate.predictions[cell] === labels[cell];
    const theirs = baseline.predictions[cell] === labels[cell];
    if (ours && !theirs) onlyCandidate += count;
    if (theirs && !ours) onlyBaseline += count;
  });
  return { onlyCandidate, onlyBaseline, pValue: mcnemarPValue(onlyCandidate, onlyBaseline) };
}

/**
 * The two-sided p-value by the binomial distribution (Q. McNemar 1947; exact, as statsmodels' `mcnemar(exact=True)`).
 * It is exact at any size: the terms of the tail are summed until they no longer change the sum, which takes a multiple
 * of √n of them.
 */
export function mcnemarPValue(onlyCandidate: number, onlyBaseline: number): number {
  const fewer = Math.min(onlyCandidate, onlyBaseline);
  return Math.min(1, 2 * binomialCdf(fewer, onlyCandidate + onlyBaseline, 0.5));
}
