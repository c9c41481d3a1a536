import { deviance } from "./binomial.ts";
import { sharesOf } from "./shares.ts";

/**
 * The Jensen-Shannon distance of two counts of the same cells, with logarithms to the base of 2: from 0 to 1, a metric (D.
 * Endres and J. Schindelin, IEEE Transactions on Information Theory 49, 2003). Undefined where one of the two has no rows.
 */
export function jensenShannon(reference: ArrayLike<number>, current: ArrayLike<number>): number | undefined {
  const [before, now] = [sharesOf(reference), sharesOf(current)];
  if (before === undefined || now === undefined) return undefined;
  const divergence = before.reduce((sum, share, cell) => {
    const other = now[cell] as number;
    const middle = (share + other) / 2;
    return sum + divergenceOf(share, middle) + divergenceOf(other, middle);
  }, 0);
  return Math.min(1, Math.sqrt(divergence / (2 * Math.LN2)));
}

/** p ln(p/m) and m - p, which cancel over both: summed so, no term is negative and close distributions keep their digits. */
const divergenceOf = (share: number, middle: number): number => (share > 0 ? deviance(share, middle) : middle);
