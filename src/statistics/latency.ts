import { binomialCdf } from "./binomial.ts";
import type { Estimate, Interval } from "./estimate.ts";
import { middle, quantile } from "./quantile.ts";
import { type Random, randomOf } from "./random.ts";

/**
 * Quantiles of times in the unit of the samples. A quantile has no interval when that would reach beyond the samples.
 */
export interface LatencyQuantiles {
  readonly p50: Estimate;
  readonly p95: Estimate;
  /** Absent under a hundred samples. */
  readonly p99?: Estimate;
}

const P99_FROM = 100;

export function latencyQuantiles(samples: readonly number[], confidence: number): LatencyQuantiles {
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number): Estimate => {
    const interval = quantileInterval(sorted, share, confidence);
    return { value: quantile(sorted, share), ...(interval === undefined ? {} : { interval }) };
  };
  return { p50: at(0.5), p95: at(0.95), ...(sorted.length < P99_FROM ? {} : { p99: at(0.99) }) };
}

/**
 * A distribution-free interval for a quantile. Its ends are two of the sorted values, since the number of samples below
 * the true quantile is binomial (Hahn and Meeker, Statistical Intervals, 1991). It covers with at least the confidence
 * if the samples are independent. Undefined with too few samples, such as under 72 for the 95th percentile at 95 %.
 */
export function quantileInterval(sorted: ArrayLike<number>, share: number, confidence: number): Interval | undefined {
  const tail = (1 - confidence) / 2;
  const low = sorted[leastWith(sorted.length, share, tail) - 1];
  const high = sorted[leastWith(sorted.length, share, 1 - tail)];
  return low === undefined || high === undefined ? undefined : { low, high };
}

/** The least number of samples below the quantile whose cumulated probability is at least `probability`. */
function leastWith(samples: number, share: number, probability: number): number {
  let low = 0;
  let high = samples;
  while (low < high) {
    const at = Math.floor((low + high) / 2);
    if (binomialCdf(at, samples, share) >= probability) high = at;
    else low = at + 1;
  }
  return low;
}

/**
 * How many of so many requests may be over a limit when the share that is under it shall be proven: with one more, a service
 * whose quantile is at the limit would do as well too often (as MLPerf's load generator decides). -1 when there are too few
 * requests to prove anything.
 */
export function mostOver(requests: number, share: number, confidence: number): number {
  let low = -1;
  let high = requests;
  while (low < high) {
    const at = Math.ceil((low + high) / 2);
    // The margin keeps a rounding error of the confidence from deciding.
    if (binomialCdf(at, requests, 1 - share) <= 1 - confidence + 1e-12) low = at;
    else high = at - 1;
  }
  return low;
}

/** Candidate divided by baseline, and candidate minus baseline in the unit of the samples. */
export interface QuantileComparison {
  readonly ratio: number;
  readonly ratioInterval: Interval;
  readonly difference: number;
  readonly differenceInterval: Interval;
}

export interface CompareOptions {
  readonly resamples: number;
  readonly confidence: number;
  readonly seed: number;
}

/**
 * Compares two services whose requests were sent in turn: the i-th samples of both were measured right after one another.
 *
 * Blocks of consecutive pairs are resampled (moving blocks, H. Künsch, Annals of Statistics 17, 1989, of ∛n pairs): a
 * machine's other work comes in bursts, so neighbours are alike, and drawing single pairs would give intervals that are
 * too narrow. A pair stays together, so a burst that slows both does not widen the interval.
 * @throws RangeError when the two differ in length, or are empty
 */
export function compareLatency(
  candidate: readonly number[],
  baseline: readonly number[],
  { resamples, confidence, seed }: CompareOptions,
): { readonly p50: QuantileComparison; readonly p95: QuantileComparison } {
  if (candidate.length !== baseline.length || candidate.length === 0) {
    throw new RangeError(`latencies in pairs expected: ${candidate.length} and ${baseline.length}`);
  }
  const ours = new Ranked(candidate);
  const theirs = new Ranked(baseline);
  const draw = blocks(candidate.length, randomOf(seed));
  const counts = new Uint32Array(candidate.length).fill(1);
  const observed = SHARES.map((share) => ({
    ours: ours.quantile(counts, share),
    theirs: theirs.quantile(counts, share),
  }));
  const resampled = SHARES.map(() => ({
    ratios: new Float64Array(resamples),
    differences: new Float64Array(resamples),
  }));
  for (let resample = 0; resample < resamples; resample++) {
    draw(counts);
    resampled.forEach(({ ratios, differences }, at) => {
      const share = SHARES[at] as number;
      const [our, their] = [ours.quantile(counts, share), theirs.quantile(counts, share)];
      ratios[resample] = our / their;
      differences[resample] = our - their;
    });
  }
  const [p50, p95] = resampled.map(({ ratios, differences }, at) => {
    const { ours, theirs } = observed[at] as { ours: number; theirs: number };
    return {
      ratio: ours / theirs,
      ratioInterval: middle(ratios.sort(), confidence),
      difference: ours - theirs,
      differenceInterval: middle(differences.sort(), confidence),
    };
  }) as [QuantileComparison, QuantileComparison];
  return { p50, p95 };
}

const SHARES = [0.5, 0.95];

/** Samples sorted once, so that the quantiles of resamples need no sorting. */
class Ranked {
  readonly #order: Int32Array;
  readonly #sorted: Float64Array;

  constructor(samples: readonly number[]) {
    this.#order = Int32Array.from(samples.keys()).sort((a, b) => (samples[a] as number) - (samples[b] as number));
    this.#sorted = Float64Array.from(this.#order, (at) => samples[at] as number);
  }

  /** The quantile of a resample in which each sample occurs as often as `counts` says. */
  quantile(counts: Uint32Array, share: number): number {
    const position = (this.#order.length - 1) * share;
    const below = Math.floor(position);
    let at = -1;
    let passed = 0;
    while (passed <= below) passed += counts[this.#order[++at] as number] as number;
    const low = this.#sorted[at] as number;
    if (position === below) return low;
    while (passed <= below + 1) passed += counts[this.#order[++at] as number] as number;
    return low + ((this.#sorted[at] as number) - low) * (position - below);
  }
}

/** Fills the counts of a resample of `length` indices in blocks; the last block is cut off. */
function blocks(length: number, random: Random): (counts: Uint32Array) => void {
  const size = Math.ceil(Math.cbrt(length));
  return (counts) => {
    counts.fill(0);
    for (let drawn = 0; drawn < length; drawn += size) {
      const start = Math.floor(random() * (length - size + 1));
      const end = start + Math.min(size, length - drawn);
      for (let at = start; at < end; at++) counts[at] = (counts[at] as number) + 1;
    }
  };
}
