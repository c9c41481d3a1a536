import { normalQuantile } from "./normal.ts";
import type { Random } from "./random.ts";

/**
 * Draws a share from a beta distribution, as the ratio of two gamma variates. With `a` successes and `b` failures, of
 * which a fraction may be what was believed before, it is what is known of their true share.
 *
 * @param a more than 0
 * @param b more than 0
 */
export function beta(a: number, b: number, random: Random): number {
  const [first, second] = [gamma(a, random), gamma(b, random)];
  // Of shapes near 0 both may be rounded to 0: such a share is 1 or 0, as often as the mean says.
  if (first + second === 0) return random() < a / (a + b) ? 1 : 0;
  return first / (first + second);
}

/**
 * G. Marsaglia and W. Tsang, A simple method for generating gamma variables (ACM Transactions on Mathematical Software 26,
 * 2000); below a shape of 1 a variate of the next shape is scaled by a power of a uniform one.
 */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * open(random) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalQuantile(open(random));
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(open(random)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Uniform in (0, 1). */
const open = (random: Random): number => random() + 2 ** -33;
