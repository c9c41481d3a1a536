import { z } from "zod";
import { cell } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import type { ClassValue } from "./class-names.ts";

/** How predictions are evaluated, for all gates. */
export const evaluationSettings = z.strictObject({
  /**
   * The kind of prediction. When absent, numbers with decimals, or of more than a hundred values, are taken for a
   * regression.
   */
  task: z.enum(["classification", "regression"]).optional(),
  /**
   * The positive class, of precision, recall, F1 and scores; when absent, the last in order of two classes, as in
   * scikit-learn. Which answer is favourable (`gates.fairness`) says nothing of it.
   */
  positive: cell.optional(),
  /** The confidence level of all intervals. */
  confidence: z.number().min(0.5).max(0.999).default(0.95),
  /** How many bootstrap resamples an interval is computed from. */
  resamples: stricter("higher", z.int().min(100).max(100_000)).default(1000),
});
export type EvaluationConfig = z.output<typeof evaluationSettings>;

/** Settings of the summary of predictions. */
export interface SummaryRequest {
  /** Classes that the model may answer, beside those that it does. */
  readonly classes?: readonly ClassValue[] | undefined;
  /** The data files whose rows are counted, as glob patterns: each of their rows must have a prediction. */
  readonly rowsOf?: readonly string[] | undefined;
}

/** Settings of the comparison with the baseline. */
export interface ComparisonRequest {
  /** The metric whose resampled differences are kept; when absent, accuracy, or the absolute error of a regression. */
  readonly metric?: string | undefined;
}

/** Groups of rows with the same values in some columns. */
export interface GroupingRequest {
  readonly columns: readonly string[];
  /** Smaller groups are listed, not measured. */
  readonly minimumSize: number;
}

/** Metrics by group. */
export interface SliceRequest extends GroupingRequest {
  /** The metrics beside accuracy or the absolute error; common names are accepted. */
  readonly metrics: readonly string[];
}

/** Fairness between groups. */
export interface FairnessRequest extends GroupingRequest {
  /** The favourable answer, as the settings name it. */
  readonly favorable: ClassValue;
}

/** The groups to measure, beside the metrics of all rows. */
export interface PredictionsRequest {
  readonly slices?: readonly SliceRequest[] | undefined;
  readonly fairness?: readonly FairnessRequest[] | undefined;
}
