import { deviance, stirlingError } from "./binomial.ts";

/**
 * The probability that a chi-square variable exceeds `x`: the regularized incomplete gamma function Q(df/2, x/2),
 * accurate in the far tail. It is computed by a series near zero and by a continued fraction (modified Lentz) beyond:
 * W. Press et al., Numerical Recipes, 3rd edition, 6.2. The work is some multiple of √df.
 * @param df a whole number from 1
 */
export function chiSquareTail(x: number, df: number): number {
  if (!(x > 0)) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const [shape, at] = [df / 2, x / 2];
  return at < shape + 1 ? 1 - density(shape, at) * series(shape, at) : density(shape, at) * fraction(shape, at);
}

/** at^shape e^-at / Γ(shape), by the saddle-point expansion (C. Loader, 2000), in which no large numbers cancel. */
const density = (shape: number, at: number): number =>
  Math.sqrt(shape / (2 * Math.PI)) * Math.exp(-deviance(shape, at) - stirlingError(shape));

/** P / density: the sum of atⁿ Γ(shape) / Γ(shape + 1 + n). */
function series(shape: number, at: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; ; n++) {
    term *= at / (shape + n);
    const next = sum + term;
    if (next === sum) return sum;
    sum = next;
  }
}

/** Q / density, the even part of 1/(at + (1 - shape)/(1 + 1/(at + ...))). */
function fraction(shape: number, at: number): number {
  let denominator = at + 1 - shape;
  let above = Number.POSITIVE_INFINITY;
  let below = 1 / denominator;
  let value = below;
  for (let n = 1; ; n++) {
    const numerator = n * (shape - n);
    denominator += 2;
    below = 1 / (denominator + numerator * below);
    above = denominator + numerator / above;
    const change = above * below;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) return value;
  }
}
