/** The smallest number that something holds of, as far as it was looked for. */
export interface Smallest {
  /** Absent where it does not even hold of the greatest. */
  readonly holds?: number;
  /** The greatest that was tried and that it does not hold of; 0 where there is none. */
  readonly below: number;
}

/** How much greater than the greatest one that fails the smallest one that holds may be. */
export const SMALLEST_PRECISION = 1.1;

/**
 * Looks for the smallest whole number from 1 on that something holds of, which holds of all greater ones as well: by bisection of its
 * logarithm, until what holds is at most a tenth above what does not.
 *
 * @param most the greatest number that is tried
 */
export async function smallestThat(
  most: number,
  isTrueOf: (value: number) => boolean | Promise<boolean>,
): Promise<Smallest> {
  if (most < 1 || !(await isTrueOf(most))) return { below: Math.max(0, most) };
  let [low, high] = [0, most];
  while (high - low > 1 && high > SMALLEST_PRECISION * low) {
    const middle = Math.max(low + 1, Math.floor(Math.sqrt(Math.max(1, low) * high)));
    if (await isTrueOf(middle)) high = middle;
    else low = middle;
  }
  return { holds: high, below: low };
}
