import type { Interval } from "../../statistics/estimate.ts";

/** The load test of the served candidate, and of the baseline's image, measured request by request in turn. */
export interface LoadTest {
  readonly candidate: ServedLoad;
  readonly baseline?: ServedLoad;
  /** Single requests of the candidate against those of the baseline; absent without a baseline. */
  readonly comparison?: { readonly p50: LatencyComparison; readonly p95: LatencyComparison };
  /** The confidence level of the intervals, at which a limit is proven or not; absent in reports of earlier versions. */
  readonly confidence?: number;
}

/** Times in milliseconds, sizes in bytes. Warm-up requests are in none of the figures. */
export interface ServedLoad {
  readonly single: Latencies;
  /**
   * A whole batch in one request; `perSample` is the 95th percentile divided by the batch's size. Absent of a server that takes one row
   * a request.
   */
  readonly batch?: Latencies & { readonly size: number; readonly perSample: number };
  /** Answers a second with `users` concurrent clients, each sending its next request when it has its answer. */
  readonly throughput: { readonly users: number; readonly perSecond: number };
  /** The most memory that the server's processes held together (resident); absent when the kernel does not report it. */
  readonly peakMemoryBytes?: number;
  /** Seconds from the start of the process to the first healthy answer; absent when that was not seen. */
  readonly readySeconds?: number;
  /**
   * Requests that were not answered with 200 and as many predictions as instances; `examples` are the first few
   * reasons.
   */
  readonly errors: { readonly count: number; readonly examples: readonly string[] };
}

export interface Latencies {
  readonly p50: number;
  readonly p95: number;
  /** Absent under a hundred requests. */
  readonly p99?: number;
  /** The interval of the 95th percentile; absent with too few samples. */
  readonly interval?: Interval;
  /** Every measured request, in the order in which they were sent. */
  readonly samples: readonly number[];
}

/** Candidate divided by baseline, and candidate minus baseline in milliseconds. */
export interface LatencyComparison {
  readonly ratio: number;
  readonly ratioInterval: Interval;
  readonly difference: number;
  readonly differenceInterval: Interval;
}
