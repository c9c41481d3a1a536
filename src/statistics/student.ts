import { stirlingError } from "./binomial.ts";
import type { Estimate } from "./estimate.ts";
import { mean } from "./mean.ts";

/** What is known of a sample of numbers. */
export interface Moments {
  readonly rows: number;
  readonly sum: number;
  readonly squares: number;
}

export const meanOf = ({ rows, sum }: Moments): number => sum / rows;

/** The variance of the numbers that a sample was drawn from; 0 of a single one. */
export const varianceOf = ({ rows, sum, squares }: Moments): number =>
  rows < 2 ? 0 : Math.max(0, squares - (sum * sum) / rows) / (rows - 1);

/**
 * The probability that Student's t exceeds `t`: half of the regularized incomplete beta function I(df / (df + t²); df/2, 1/2), by its
 * continued fraction (W. Press et al., Numerical Recipes, 3rd edition, 6.4).
 * @param df a whole number from 1
 */
export function studentTail(t: number, df: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  const half = incompleteBeta(df / (df + t * t), (t * t) / (df + t * t), df / 2, 0.5) / 2;
  return t > 0 ? half : 1 - half;
}

/** The t that is exceeded with this probability, of less than one half. */
export function studentQuantile(tail: number, df: number): number {
  let [low, high] = [0, 1];
  while (studentTail(high, df) > tail) high *= 2;
  for (let round = 0; round < 100 && high - low > 1e-12 * high; round++) {
    const middle = mean([low, high]);
    if (studentTail(middle, df) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** The mean of a sample with its interval. Without a second number nothing says how far it may be off. */
export function meanEstimate(sample: Moments, confidence: number): Estimate {
  const value = meanOf(sample);
  if (sample.rows < 2) return { value };
  const reach = studentQuantile((1 - confidence) / 2, sample.rows - 1) * Math.sqrt(varianceOf(sample) / sample.rows);
  return { value, interval: { low: value - reach, high: value + reach } };
}

/**
 * The difference of two means with its interval, and how likely the first is so much greater by chance: B. Welch, The generalization of
 * Student's problem (Biometrika 34, 1947), with its degrees of freedom rounded down.
 */
export function welch(first: Moments, second: Moments, confidence: number): Estimate & { readonly pValue: number } {
  const value = meanOf(first) - meanOf(second);
  const [a, b] = [varianceOf(first) / first.rows, varianceOf(second) / second.rows];
  if (first.rows < 2 || second.rows < 2) return { value, pValue: 1 };
  if (a + b === 0) return { value, interval: { low: value, high: value }, pValue: value > 0 ? 0 : 1 };
  const df = Math.max(1, Math.floor((a + b) ** 2 / (a ** 2 / (first.rows - 1) + b ** 2 / (second.rows - 1))));
  const error = Math.sqrt(a + b);
  const reach = studentQuantile((1 - confidence) / 2, df) * error;
  return { value, interval: { low: value - reach, high: value + reach }, pValue: studentTail(value / error, df) };
}

/** @param rest 1 - x, which may have more digits than the difference */
function incompleteBeta(x: number, rest: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log(rest) - logBeta(a, b));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(rest, b, a)) / b;
}

/** Of multiples of one half. */
const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

const logGamma = (a: number): number => 0.5 * Math.log((2 * Math.PI) / a) + a * (Math.log(a) - 1) + stirlingError(a);

/** The continued fraction of the incomplete beta function, by the modified method of Lentz. */
function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let above = 1;
  let below = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = below;
  for (let m = 1; m < 100_000; m++) {
    for (const step of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      below = 1 / away(1 + step * below);
      above = away(1 + step / above);
      value *= below * above;
    }
    if (Math.abs(below * above - 1) < 1e-15) return value;
  }
  return value;
}
