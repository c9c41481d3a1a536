import { stirlingError } from "./binomial.ts";

/** Uniform in [0, 1), a multiple of 2^-32. The same seed gives the same numbers on every machine. */
export type Random = () => number;

/**
 * sfc32, Chris Doty-Humphrey's "small fast chaotic" generator of PractRand (2010): 128 bits of state, a period of at least
 * 2^32 and about 2^127 on average.
 * @param seed any integer; it is taken modulo 2^53
 */
export function randomOf(seed: number): Random {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) * 2 ** -32;
  };
  // The first numbers are dropped, since seeds that differ in one bit start in similar states.
  for (let round = 0; round < 15; round++) next();
  return next;
}

/**
 * Draws the number of successes in `n` trials with probability `p`, exactly up to the generator's 32 bits: by inversion
 * when few of either kind are expected, otherwise by transformed rejection (algorithm BTRS of W. Hörmann, The
 * generation of binomial random variates, Journal of Statistical Computation and Simulation 46, 1993).
 */
export function binomial(n: number, p: number, random: Random): number {
  if (p > 0.5) return n - binomial(n, 1 - p, random);
  if (n <= 0 || p <= 0) return 0;
  return n * p < 10 ? byInversion(n, p, random) : byRejection(n, p, random);
}

function byInversion(n: number, p: number, random: Random): number {
  const odds = p / (1 - p);
  const start = Math.exp(n * Math.log1p(-p));
  // Beyond ten standard deviations the sum holds only rounding errors.
  const most = Math.min(n, Math.ceil(n * p + 10 * Math.sqrt(n * p + 1)));
  for (;;) {
    let left = random();
    let mass = start;
    let k = 0;
    while (left >= mass && k <= most) {
      left -= mass;
      k++;
      mass *= ((n - k + 1) / k) * odds;
    }
    if (k <= most) return k;
  }
}

function byRejection(n: number, p: number, random: Random): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const center = n * p + 0.5;
  const surelyUnder = 0.92 - 4.2 / b;
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const edge = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / edge + b) * u + center);
    if (edge >= 0.07 && v <= surelyUnder) return k;
    if (k < 0 || k > n) continue;
    const odds = p / (1 - p);
    const alpha = (2.83 + 5.1 / b) * deviation;
    const mode = Math.floor((n + 1) * p);
    const bound =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
      stirlingError(mode + 1) +
      stirlingError(n - mode + 1) -
      stirlingError(k + 1) -
      stirlingError(n - k + 1);
    if (Math.log((v * alpha) / (a / (edge * edge) + b)) <= bound) return k;
  }
}
