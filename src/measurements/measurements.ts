import type { Check } from "../checks/check.ts";
import type { DoubtfulRows } from "./doubtful-rows/results.ts";
import type { Leaks } from "./leaks/results.ts";
import type { Measured } from "./measured.ts";
import type { Comparison, ModelMetrics } from "./model-metrics.ts";
import type { PredictionResults } from "./predictions/results.ts";
import type { PredictionSummary } from "./predictions/summary.ts";
import type { EvaluatedRows } from "./rows/evaluated-rows.ts";
import type { CaseResults } from "./serving/cases.ts";
import type { LoadTest } from "./serving/load.ts";
import type { ServedRows } from "./serving/served.ts";
import type { ShadowReplay } from "./serving/shadow.ts";
import type { WorstSlices } from "./worst-slices/results.ts";

/** Everything that gates can decide on, by the names that gates request. */
export interface Measurements {
  /** The candidate's predictions file in numbers: rows, columns, missing values, answers. */
  readonly summary: PredictionSummary;
  /** The candidate's metrics: computed from its predictions where possible, otherwise as claimed. */
  readonly metrics: ModelMetrics;
  /** The metrics of candidate and baseline, with the difference on the same rows. */
  readonly comparison: Comparison;
  /** Metrics by group, fairness, and the data of the plots. */
  readonly predictions: PredictionResults;
  /** The groups of rows that the candidate is worst at, which nobody named. */
  readonly worstSlices: WorstSlices;
  /** Rows with a label that is likely wrong, and rows that are alike. */
  readonly doubtfulRows: DoubtfulRows;
  /** The columns that predict the label by themselves. */
  readonly leaks: Leaks;
  /** Which rows of the data the candidate's predictions are of, and whether their labels are those of the data. */
  readonly rows: EvaluatedRows;
  /** Evaluated rows, answered by the served candidate. */
  readonly served: ServedRows;
  readonly load: LoadTest;
  readonly cases: CaseResults;
  readonly shadow: ShadowReplay;
  /** What each command from outside found, by its name; one that cannot be used has a broken check that says so. */
  readonly external: Readonly<Record<string, readonly Check[]>>;
}

/** Takes a measurement at most once: a second call returns the first result. */
export type Measure = { readonly [Name in keyof Measurements]: () => Promise<Measured<Measurements[Name]>> };
