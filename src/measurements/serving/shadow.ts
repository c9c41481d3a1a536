import type { Estimate } from "../../statistics/estimate.ts";
import type { LatencyComparison } from "./load.ts";

/** The recorded requests, answered by production and by the candidate side by side. */
export interface ShadowReplay {
  readonly requests: number;
  /** Requests in the file, where not all of them were replayed. */
  readonly recorded?: number;
  /** Requests that both answered alike: equal predictions, or numbers within the tolerance of each other. */
  readonly agreed: number;
  /** Requests that production answered as it did the first time; all of them unless its answers are random. */
  readonly repeated: number;
  /**
   * The share that agrees, where a disagreement that production has with itself is not counted: one minus the difference of
   * the two shares, with the interval of this paired difference.
   */
  readonly agreement: Estimate;
  /** Requests that candidate or production failed to answer. */
  readonly errors: { readonly candidate: number; readonly production: number; readonly examples: readonly string[] };
  /** Of numeric predictions (or their `score`), candidate minus production; absent when there are none. */
  readonly scores?: {
    readonly meanDifference: number;
    readonly meanAbsoluteDifference: number;
    readonly largestDifference: number;
  };
  readonly latency: {
    readonly candidate: ReplayLatency;
    readonly production: ReplayLatency;
    readonly p50: LatencyComparison;
  };
  /** Requests a second as they were sent; `recorded` when the file says when each came. */
  readonly rate: number | "recorded" | "as fast as answered";
  /** The requests in which the two differ most, the largest difference first; at most ten. */
  readonly differing: readonly DifferingRequest[];
}

/** Milliseconds. */
export interface ReplayLatency {
  readonly p50: number;
  readonly p95: number;
}

export interface DifferingRequest {
  /** Its line in the file of requests, from 1. */
  readonly line: number;
  readonly instance: string;
  readonly production: string;
  readonly candidate: string;
  /** Absolute, where both are numbers. */
  readonly difference?: number;
}
