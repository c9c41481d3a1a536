import { binomialProbability } from "./binomial.ts";

/**
 * The probability that the distribution functions of two samples of `n` and `m` values from one distribution differ by
 * at least `distance` somewhere (Kolmogorov and Smirnov). Like SciPy's `ks_2samp(method="asymp")`, it uses the
 * one-sample statistic at nm/(n + m) for the two-sample one; ties make it too large, never too small.
 *
 * In the tail (distance² nm/(n + m) from 2.2, p under about 0.025) it is twice the one-sided probability by Smirnov's
 * exact sum, with a relative error of 2e-6. Before that it is Kolmogorov's limit with the correction of J. Vrbik,
 * Small-sample corrections to Kolmogorov-Smirnov test statistic (Pioneer Journal of Theoretical and Applied Statistics
 * 15, 2018): the measured relative error is 0.4 (n + m)/(nm) where nm/(n + m) is at least 20, and larger under that.
 */
export function kolmogorovTail(distance: number, n: number, m: number): number {
  const size = Math.max(1, halfToEven((n * m) / (n + m)));
  if (!(distance > 0)) return 1;
  if (distance >= 1) return 0;
  if (size * distance * distance >= TAIL_FROM) return Math.min(1, 2 * smirnovTail(distance, size));
  const root = Math.sqrt(size);
  const z = root * distance;
  return kolmogorovLimit(Math.max(0, z + 1 / (6 * root) + (z - 1) / (4 * size)));
}

const TAIL_FROM = 2.2;

/** Rounds as numpy does, which matters for two samples of the same odd length. */
function halfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/** Up to this many terms of Smirnov's sum, all are added. */
const MAX_TERMS = 2000;

/**
 * The probability that the empirical distribution function of `n` values is anywhere `distance` above the true one: the
 * sum over j of distance/p times the binomial probability of j in n at p = distance + j/n (N. Smirnov, 1944; Z.
 * Birnbaum and F. Tingey, Annals of Mathematical Statistics 22, 1951). Of very many terms, each `step`-th one stands
 * for its neighbours: the trapezoidal rule, which is accurate here because the terms follow a smooth bump that is flat
 * at both ends.
 */
function smirnovTail(distance: number, n: number): number {
  const last = Math.floor(n * (1 - distance));
  const step = Math.max(1, Math.ceil(last / MAX_TERMS));
  let sum = 0;
  for (let j = 0; j <= last; j += step) {
    const p = distance + j / n;
    sum += (distance / p) * binomialProbability(j, n, p);
  }
  return sum * step;
}

/**
 * The probability that the limit exceeds `z` (A. Kolmogorov, 1933), by the one of its two series that converges faster.
 */
function kolmogorovLimit(z: number): number {
  if (z < 0.04) return 1;
  let sum = 0;
  if (z < 1) {
    for (let odd = 1; odd <= 7; odd += 2) sum += Math.exp(-((odd * Math.PI) ** 2) / (8 * z * z));
    return 1 - (Math.sqrt(2 * Math.PI) / z) * sum;
  }
  for (let k = 1; k <= 5; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * z) ** 2);
  return sum;
}
