import type { Estimate } from "../statistics/estimate.ts";

/** What is to be done: nothing; look at the data, which look broken or cannot be judged; or train again. */
export type Action = "nothing" | "look" | "retrain";

/** What a column is to the model. */
export type Role = "feature" | "label" | "prediction" | "score";

export type TestName =
  | "Kolmogorov–Smirnov"
  | "chi-square"
  | "missing values"
  | "length of texts"
  | "words of texts"
  | "unseen words";

/** One test of one column, before all tests are looked at together. */
export interface ColumnTest {
  readonly column: string;
  readonly role: Role;
  readonly kind: "number" | "category" | "text" | "skipped";
  readonly test: TestName;
  /** The largest difference of probabilities that it is about, from 0 to 1. */
  readonly effect: number;
  readonly p: number;
  /** Values of each side. */
  readonly reference: number;
  readonly current: number;
  /** What differs most, in words; empty where nothing is to be said. */
  readonly note: string;
  /** The population stability index; of numbers over ten equal parts of the reference. Shown, not deciding. */
  readonly stability?: number;
  /** Wasserstein's distance in standard deviations of the reference. Shown, not deciding. */
  readonly wasserstein?: number;
  /** For its picture. */
  readonly shares?: Shares;
}

/** Shares of the rows of both sides, by equal bins between two ends, or by categories. */
export interface Shares {
  readonly low?: number;
  readonly high?: number;
  readonly categories?: readonly string[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** The same after all tests are looked at together. */
export interface DriftTest extends ColumnTest {
  /** Benjamini and Hochberg's, over all tests that are not inconclusive; absent of those. */
  readonly adjustedP?: number;
  readonly outcome: "drifted" | "alike" | "inconclusive";
}

/** What a person reads of a test. */
export type TestLine = Pick<DriftTest, "column" | "role" | "test" | "effect" | "adjustedP" | "outcome">;

/** A metric of the live predictions whose labels are known beside that of the accepted model. */
export interface MetricReading {
  readonly metric: string;
  readonly accepted?: Estimate;
  readonly live?: Estimate;
  /** Labelled rows of the log. */
  readonly labelled: number;
  /** How much worse the live one is, in units of the metric; and in standard errors, where there is noise. */
  readonly drop?: number;
  readonly z?: number;
  readonly tolerance: number;
  readonly outcome: "decayed" | "kept" | "inconclusive";
  /** Why it is inconclusive. */
  readonly note: string;
}

/** What `drift` found; part of `report.json`. */
export interface DriftReadings {
  readonly action: Action;
  /** What is to be done and why, in a sentence. */
  readonly message: string;
  /** Rows of each side. */
  readonly rows: { readonly reference: number; readonly current: number; readonly live?: number };
  /** Columns that are on one side alone, or of another type. */
  readonly faults: readonly { readonly column: string; readonly fault: string }[];
  /** Columns of which just the missing values are compared, and why. */
  readonly skipped: readonly { readonly column: string; readonly reason: string }[];
  /** The worst first. */
  readonly tests: readonly DriftTest[];
  readonly metric?: MetricReading;
  readonly limits: { readonly alpha: number; readonly minSamples: number; readonly minEffect: number };
}
