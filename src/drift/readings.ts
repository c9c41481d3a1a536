import type { Estimate } from "../statistics/estimate.ts";
import type { ColumnFault, SkipCode } from "./columns.ts";

/** What to do: nothing; look at the data, which seem broken or are too few to judge; or retrain. */
export type Action = "nothing" | "look" | "retrain";

/** The role of a column for the model. */
export type Role = "feature" | "label" | "prediction" | "score";

export type TestName =
  | "Kolmogorov–Smirnov"
  | "chi-square"
  | "missing values"
  | "length of texts"
  | "words of texts"
  | "unseen words";

/** The largest difference, with its value in the reference (`before`) and in the current data (`now`). */
export type Change = ChangeCode & { readonly before: number; readonly now: number };

export type ChangeCode =
  | { readonly code: "mean" }
  /** The share of rows that the test counts. */
  | { readonly code: "share" }
  | { readonly code: "share-of-category"; readonly category: string }
  /** The share of texts with this word, or with any word that the vocabulary lacks. */
  | { readonly code: "share-with-word"; readonly word: string }
  | { readonly code: "share-with-unseen-words" };

/** One test of one column, before the adjustment for the number of tests. */
export interface ColumnTest {
  readonly column: string;
  readonly role: Role;
  readonly kind: "number" | "category" | "text" | "skipped";
  readonly test: TestName;
  /** The largest difference between two probabilities, from 0 to 1. */
  readonly effect: number;
  readonly p: number;
  /** The number of values on each side. */
  readonly reference: number;
  readonly current: number;
  /** Absent if nothing changed. */
  readonly change?: Change;
  /** The population stability index, for numbers over deciles of the reference. For information only. */
  readonly stability?: number;
  /** The Wasserstein distance in standard deviations of the reference. For information only. */
  readonly wasserstein?: number;
  /** The distributions for the plot. */
  readonly shares?: Shares;
}

/** Shares of the rows on both sides, in bins of equal width between `low` and `high`, or in categories. */
export interface Shares {
  readonly low?: number;
  readonly high?: number;
  readonly categories?: readonly string[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** A test after the adjustment for the number of tests. */
export interface JudgedTest extends ColumnTest {
  /** The p-value adjusted by Benjamini and Hochberg over all conclusive tests; absent for an inconclusive one. */
  readonly adjustedP?: number;
  /** Inconclusive if one side has fewer values than the limit. */
  readonly outcome: "drifted" | "alike" | "inconclusive";
}

export interface DriftTest extends JudgedTest {
  /** The largest difference as text; empty if nothing changed. */
  readonly note: string;
}

/** Why a metric is inconclusive. */
export type DecayReason =
  | { readonly code: "too-few-labels"; readonly labelled: number; readonly needed: number }
  | { readonly code: "no-interval" }
  | { readonly code: "not-computed"; readonly there: readonly string[] }
  /** With the message of the measurement. */
  | { readonly code: "not-measured"; readonly text: string };

/** The part of a test that tables show. */
export type TestLine = Pick<DriftTest, "column" | "role" | "test" | "effect" | "adjustedP" | "outcome">;

/** A metric of live predictions beside that of the accepted model. */
interface ComparedMetric {
  readonly metric: string;
  readonly accepted?: Estimate;
  readonly live?: Estimate;
  /** How much worse the live metric is: `drop` in its units, `z` in standard errors, absent if those are 0. */
  readonly drop?: number;
  readonly z?: number;
  readonly tolerance: number;
}

/** A metric of the labelled live predictions compared with that of the accepted model. */
export interface JudgedMetric extends ComparedMetric {
  /** The number of labelled rows in the log. */
  readonly labelled: number;
  readonly outcome: "decayed" | "kept" | "inconclusive";
  /** Why it is inconclusive; absent otherwise. */
  readonly reason?: DecayReason;
}

export interface MetricReading extends JudgedMetric {
  /** Why it is inconclusive, as text; empty otherwise. */
  readonly note: string;
}

/** Why the metric of predictions without labels is not estimated. */
export type RefusalReason =
  | { readonly code: "too-few-predictions"; readonly there: number; readonly needed: number }
  | { readonly code: "too-few-reference-labels"; readonly there: number; readonly needed: number }
  | { readonly code: "not-two-classes" }
  | { readonly code: "no-probabilities"; readonly of: "accepted" | "live" }
  | { readonly code: "badly-calibrated"; readonly error: number; readonly limit: number }
  | { readonly code: "not-estimated"; readonly there: readonly string[] }
  | { readonly code: "no-interval" }
  /** With the message of the measurement. */
  | { readonly code: "not-measured"; readonly text: string };

/** The metric of live predictions without labels, as their scores let expect it, compared with that of the accepted model. */
export interface JudgedEstimate extends ComparedMetric {
  /** The number of live predictions with a score. */
  readonly predictions: number;
  /** How far the accepted model's scores are from the shares that came true on the reference, on average. */
  readonly calibrationError?: number;
  readonly outcome: "decayed" | "kept" | "refused";
  /** Why it is refused; absent otherwise. */
  readonly reason?: RefusalReason;
}

export interface EstimateReading extends JudgedEstimate {
  /** Why it is refused, as text; empty otherwise. */
  readonly note: string;
}

/** A column of which only the missing values are compared. */
export interface SkippedColumn {
  readonly column: string;
  readonly code: SkipCode;
}

export interface SkippedReading extends SkippedColumn {
  /** Why, as text. */
  readonly reason: string;
}

/** When a test reports drift. */
export interface Limits {
  /** The accepted rate of false alarms among all alarms. */
  readonly alpha: number;
  readonly minSamples: number;
  /** The least difference of probabilities that matters, since with ten million rows every difference is significant. */
  readonly minEffect: number;
}

/** The decision, without messages. */
export interface DriftDecision {
  readonly action: Action;
  /** The number of rows on each side. */
  readonly rows: { readonly reference: number; readonly current: number; readonly live?: number };
  /** Columns that only one side has, or whose type changed. */
  readonly faults: readonly ColumnFault[];
  readonly skipped: readonly SkippedColumn[];
  /** The worst first. */
  readonly tests: readonly JudgedTest[];
  readonly metric?: JudgedMetric;
  /** Where labels are missing or too few, and there are scores. */
  readonly estimate?: JudgedEstimate;
  readonly limits: Limits;
}

/** The result of `drift`; part of `report.json`. */
export interface DriftReadings extends DriftDecision {
  /** What to do and why, in a sentence. */
  readonly message: string;
  /** Columns of which only the missing values are compared, and why. */
  readonly skipped: readonly SkippedReading[];
  /** The worst first. */
  readonly tests: readonly DriftTest[];
  readonly metric?: MetricReading;
  readonly estimate?: EstimateReading;
}
