/** The error of Stirling's formula, ln n! - ln(√(2πn) (n/e)ⁿ), for multiples of one half from 1/2. */
export const stirlingError = (n: number): number => (n < SERIES_FROM ? (SMALL[2 * n] as number) : stirlingSeries(n));

const SERIES_FROM = 16;

function stirlingSeries(n: number): number {
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** Indexed by 2n. Factorials up to 15! are exact numbers. The value at 0 is never used. */
const SMALL = Float64Array.from({ length: 2 * SERIES_FROM }, (_, twice) => {
  const n = twice / 2;
  // (-1/2)! is √π.
  let factorial = Number.isInteger(n) ? 1 : Math.sqrt(Math.PI);
  for (let factor = n; factor > 0; factor--) factorial *= factor;
  return n === 0 ? 0 : Math.log(factorial) - 0.5 * Math.log(2 * Math.PI * n) - n * Math.log(n) + n;
});

/**
 * The probability of exactly `k` successes in `n` trials, by the saddle-point expansion, which loses no digits at large
 * `n`: C. Loader, Fast and accurate computation of binomial probabilities (2000).
 */
export function binomialProbability(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  const error = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  const exponent = error - deviance(k, n * p) - deviance(n - k, n * (1 - p));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/** x ln(x / mean) + mean - x of two numbers above 0, without cancellation when the two are close. */
export function deviance(x: number, mean: number): number {
  const difference = x - mean;
  const ratio = difference / (x + mean);
  if (Math.abs(ratio) >= 0.1) return x * Math.log(x / mean) - difference;
  let sum = difference * ratio;
  let term = 2 * x * ratio;
  for (let odd = 3; ; odd += 2) {
    term *= ratio * ratio;
    const next = sum + term / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/** The probability of at most `k` successes in `n` trials. The work is some multiple of √n. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  if (p <= 0) return 1;
  if (p >= 1) return 0;
  // Sums the smaller tail, whose terms decrease from the first one on.
  return k < n * p ? lowerTail(k, n, p) : 1 - lowerTail(n - k - 1, n, 1 - p);
}

function lowerTail(k: number, n: number, p: number): number {
  const odds = (1 - p) / p;
  let term = binomialProbability(k, n, p);
  let sum = 0;
  for (let at = k; at >= 0; at--) {
    const next = sum + term;
    if (next === sum) return sum;
    sum = next;
    term *= (at / (n - at + 1)) * odds;
  }
  return Math.min(1, sum);
}
