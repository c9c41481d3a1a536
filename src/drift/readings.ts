import type { Estimate } from "../statistics/estimate.ts";
import type { ColumnFault, SkipCode } from "./columns.ts";

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

/** What differs most, by what it was in the reference and what it is now. */
export type Change = ChangeCode & { readonly before: number; readonly now: number };

export type ChangeCode =
  | { readonly code: "mean" }
  /** The share of the rows that the test is about. */
  | { readonly code: "share" }
  | { readonly code: "share-of-category"; readonly category: string }
  /** The shares of texts that have the word, or some word that is new. */
  | { readonly code: "share-with-word"; readonly word: string }
  | { readonly code: "share-with-unseen-words" };

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
  /** Absent where nothing changed. */
  readonly change?: Change;
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
export interface JudgedTest extends ColumnTest {
  /** Benjamini and Hochberg's, over all tests that are not inconclusive; absent of those. */
  readonly adjustedP?: number;
  /** Inconclusive with fewer values on one side than the limit. */
  readonly outcome: "drifted" | "alike" | "inconclusive";
}

export interface DriftTest extends JudgedTest {
  /** What differs most, in words; empty where nothing changed. */
  readonly note: string;
}

/** Why a metric is inconclusive. */
export type DecayReason =
  | { readonly code: "too-few-labels"; readonly labelled: number; readonly needed: number }
  | { readonly code: "no-interval" }
  | { readonly code: "not-computed"; readonly there: readonly string[] }
  /** As the measurement itself says it. */
  | { readonly code: "not-measured"; readonly text: string };

/** What a person reads of a test. */
export type TestLine = Pick<DriftTest, "column" | "role" | "test" | "effect" | "adjustedP" | "outcome">;

/** A metric of the live predictions whose labels are known beside that of the accepted model. */
export interface JudgedMetric {
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
  /** Of one that is inconclusive. */
  readonly reason?: DecayReason;
}

export interface MetricReading extends JudgedMetric {
  /** Why it is inconclusive, in words; empty where it is not. */
  readonly note: string;
}

/** A column of which just the missing values are compared. */
export interface SkippedColumn {
  readonly column: string;
  readonly code: SkipCode;
}

export interface SkippedReading extends SkippedColumn {
  /** Why, in words. */
  readonly reason: string;
}

/** When a test alarms. */
export interface Limits {
  /** Rate of false alarms among all alarms. */
  readonly alpha: number;
  readonly minSamples: number;
  /** The least difference of probabilities that matters: at ten million rows everything is significant. */
  readonly minEffect: number;
}

/** What was found, decided and not yet said. */
export interface DriftDecision {
  readonly action: Action;
  /** Rows of each side. */
  readonly rows: { readonly reference: number; readonly current: number; readonly live?: number };
  /** Columns that are on one side alone, or of another type. */
  readonly faults: readonly ColumnFault[];
  readonly skipped: readonly SkippedColumn[];
  /** The worst first. */
  readonly tests: readonly JudgedTest[];
  readonly metric?: JudgedMetric;
  readonly limits: Limits;
}

/** What `drift` found; part of `report.json`. */
export interface DriftReadings extends DriftDecision {
  /** What is to be done and why, in a sentence. */
  readonly message: string;
  /** Columns of which just the missing values are compared, and why. */
  readonly skipped: readonly SkippedReading[];
  /** The worst first. */
  readonly tests: readonly DriftTest[];
  readonly metric?: MetricReading;
}
