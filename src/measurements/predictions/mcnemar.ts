import { binomialCdf } from "../../statistics/binomial.ts";
import type { ClassAnswers, ClassRows } from "./rows.ts";

/** The rows that just one of the two models has right. */
export interface McNemar {
  readonly onlyCandidate: number;
  readonly onlyBaseline: number;
  /** How likely a split at least as uneven is, if both are right equally often; exact. */
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
 * Two-sided, by the binomial distribution (Q. McNemar 1947, in the exact form of statsmodels' `mcnemar(exact=True)`). No
 * approximation at any size: the tail's terms are summed until they no longer count, some multiple of √n of them.
 */
export function mcnemarPValue(onlyCandidate: number, onlyBaseline: number): number {
  const fewer = Math.min(onlyCandidate, onlyBaseline);
  return Math.min(1, 2 * binomialCdf(fewer, onlyCandidate + onlyBaseline, 0.5));
}
