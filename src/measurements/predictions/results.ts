import type { Estimate, Interval } from "../../statistics/estimate.ts";

export type Task = "classification" | "regression";

/**
 * What was computed from the predictions of the candidate, and of the baseline on the same rows; part of `report.json`.
 */
export interface PredictionResults {
  readonly task: Task;
  readonly rows: number;
  /** Classification only: all labels and answers, in scikit-learn's order, and the positive class. */
  readonly classes?: readonly string[];
  readonly positive?: string;
  /** How many different labels the task was guessed from, where all are whole numbers and nobody configured it. */
  readonly guessedLabels?: number;
  /** Regression only: rows whose label is zero, which leave `mape` undefined. */
  readonly zeroLabels?: number;
  /** Regression only: the quantiles of the candidate, the lowest first; absent where it has none. */
  readonly quantiles?: readonly number[];
  /** Where rows are ranked: the candidate's groups, and how many of them have no relevant row and are left out. */
  readonly ranking?: { readonly groups: number; readonly withoutRelevant: number };
  /** Where rows do not count alike: the column of their weights, and how many rows that do would say as much as the candidate's. */
  readonly weight?: { readonly column: string; readonly effectiveRows: number };
  /** The confidence level of the intervals, for example 0.95, and the number of bootstrap resamples. */
  readonly confidence: number;
  readonly resamples: number;
  readonly candidate: ModelResults;
  readonly baseline?: ModelResults;
  readonly pairs?: PairedResults;
  /** Why the rows of candidate and baseline could not be compared one by one; absent when they could be, or without a baseline. */
  readonly unpaired?: string;
  readonly slices: readonly SliceResults[];
  readonly fairness: readonly FairnessResults[];
  /** Columns that the configuration groups by and the predictions lack. */
  readonly absentColumns: readonly string[];
}

/** One model's metrics by name, and the data of its plots. */
export interface ModelResults {
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** Rows by label (first index) and answer (second), in the order of `classes`. */
  readonly confusion?: readonly (readonly number[])[];
  /** The observed share of the positive class in ten bins of the score; with more classes, of right answers by the answer's score. */
  readonly calibration?: readonly CalibrationBin[];
  /** Twenty equal bins of the score from 0 to 1: rows of the positive and of the negative class. */
  readonly scores?: { readonly positive: readonly number[]; readonly negative: readonly number[] };
  /** Label and prediction of up to a thousand random rows; regression only. */
  readonly scatter?: readonly { readonly label: number; readonly prediction: number }[];
}

export interface CalibrationBin {
  readonly score: number;
  readonly observed: number;
  readonly rows: number;
  readonly interval: Interval;
}

/** Candidate and baseline on the same rows. */
export interface PairedResults {
  readonly rows: number;
  /** Where rows are ranked: the groups that metrics of rankings are compared on. */
  readonly groups?: number;
  /** Candidate minus baseline, by metric. */
  readonly differences: Readonly<Record<string, Estimate>>;
  /** The resampled differences of one metric, for its plot: forty equal bins from `low` to `high`. */
  readonly resampled?: {
    readonly metric: string;
    readonly low: number;
    readonly high: number;
    readonly counts: readonly number[];
  };
  /** McNemar's exact test on the rows that only one of the two predicts correctly; classification only. */
  readonly mcnemar?: { readonly onlyCandidate: number; readonly onlyBaseline: number; readonly pValue: number };
}

/** The groups of rows with the same values in some columns. */
export interface SliceResults {
  readonly columns: readonly string[];
  /** The largest first. */
  readonly groups: readonly GroupResults[];
  /** Groups under the minimum size: listed, not judged. */
  readonly tooSmall: readonly { readonly values: readonly string[]; readonly rows: number }[];
  /** The number of groups that are not listed. */
  readonly unlisted: number;
  /** Where rows are ranked, and some ranked groups have several values in these columns: nothing is measured of rankings then. */
  readonly varying?: VaryingSlices;
}

/** Columns to group by whose values differ among the rows of a ranked group, which is then in no slice as a whole. */
export interface VaryingSlices {
  /** The column that rows are ranked within. */
  readonly within: string;
  readonly columns: readonly { readonly column: string; readonly groups: number }[];
  /** All ranked groups. */
  readonly total: number;
}

export interface GroupResults {
  readonly values: readonly string[];
  readonly rows: number;
  /** Where rows are ranked: the groups with a relevant row, which metrics of rankings are means over. */
  readonly ranked?: number;
  readonly candidate: Readonly<Record<string, Estimate>>;
  readonly baseline?: Readonly<Record<string, Estimate>>;
  readonly differences?: Readonly<Record<string, Estimate>>;
}

/** How a classifier treats the groups of one protected column (or of crossed ones). */
export interface FairnessResults {
  readonly columns: readonly string[];
  readonly favorable: string;
  readonly candidate: ModelFairness;
  readonly baseline?: ModelFairness;
  readonly tooSmall: readonly { readonly values: readonly string[]; readonly rows: number }[];
}

export interface ModelFairness {
  readonly groups: readonly FairnessGroup[];
  /** `disparate_impact`, `demographic_parity`, `equalized_odds`; one that is undefined here is absent. */
  readonly measures: Readonly<Record<string, Estimate>>;
}

export interface FairnessGroup {
  readonly values: readonly string[];
  readonly rows: number;
  /** Share of rows with the favourable answer. */
  readonly selectionRate: number;
  /** The same share among rows whose label is favourable, and among the others; absent without such rows. */
  readonly truePositiveRate?: number;
  readonly falsePositiveRate?: number;
}
