import { sharesOf } from "./shares.ts";

/** Smaller shares are raised to this one, since a single empty cell would make the index infinite. */
export const MIN_SHARE = 1e-4;

/**
 * The population stability index of two counts of the same cells, the sum of (q - p) ln(q/p) over their shares:
 * Jeffreys' divergence (N. Siddiqi, Credit Risk Scorecards, 2006). Undefined when one of the two has no rows.
 */
export function populationStability(reference: ArrayLike<number>, current: ArrayLike<number>): number | undefined {
  const [before, now] = [sharesOf(reference), sharesOf(current)];
  if (before === undefined || now === undefined) return undefined;
  return before.reduce((sum, share, cell) => {
    const p = Math.max(MIN_SHARE, share);
    const q = Math.max(MIN_SHARE, now[cell] as number);
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}
