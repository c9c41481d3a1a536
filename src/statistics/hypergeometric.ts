import { binomialProbability } from "./binomial.ts";

/** A share of one group of rows beside that of another: how many of how many. */
export interface Counted {
  readonly hits: number;
  readonly rows: number;
}

/**
 * Fisher's exact test, one-sided (1935): how likely the first of two groups has so many of all hits or more, were hits as likely in
 * both. The work is some multiple of the root of the rows.
 */
export function moreHits(first: Counted, second: Counted): number {
  const rows = first.rows + second.rows;
  const hits = first.hits + second.hits;
  const [least, most] = [Math.max(0, hits - second.rows), Math.min(first.rows, hits)];
  if (first.hits <= least) return 1;
  const mean = (first.rows * hits) / rows;
  // Sums the smaller tail, whose terms decrease from the first one on.
  return first.hits > mean ? tail(first.hits, most, 1) : Math.max(0, 1 - tail(first.hits - 1, least, -1));

  function tail(from: number, to: number, step: 1 | -1): number {
    let term = probability(from);
    let sum = 0;
    for (let at = from; step * (to - at) >= 0; at += step) {
      const next = sum + term;
      if (next === sum) break;
      sum = next;
      term *=
        step === 1
          ? ((first.rows - at) * (hits - at)) / ((at + 1) * (second.rows - hits + at + 1))
          : (at * (second.rows - hits + at)) / ((first.rows - at + 1) * (hits - at + 1));
    }
    return Math.min(1, sum);
  }

  /** By three binomial probabilities, which lose no digits of large numbers: C. Loader (2000). */
  function probability(at: number): number {
    const share = hits / rows;
    return (
      (binomialProbability(at, first.rows, share) * binomialProbability(hits - at, second.rows, share)) /
      binomialProbability(hits, rows, share)
    );
  }
}
