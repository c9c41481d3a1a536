import { z } from "zod";
import { cell } from "../../config/forms.ts";

/** How predictions are read, for all gates that judge by them. */
export const evaluationSettings = z.strictObject({
  /** What is predicted; when absent it is found out: numbers with decimals, or of more than a hundred values, are a regression. */
  task: z.enum(["classification", "regression"]).optional(),
  /** The class that precision, recall, F1 and scores are about; when absent the last in order of two classes. */
  positive: cell.optional(),
  /** The confidence level of all intervals. */
  confidence: z.number().min(0.5).max(0.999).default(0.95),
  /** How many bootstrap resamples an interval is computed from. */
  resamples: z.int().min(100).max(100_000).default(1000),
});
export type EvaluationConfig = z.output<typeof evaluationSettings>;

/** What is asked of the form of predictions. */
export interface SummaryRequest {
  /** What the model may answer, beside what it does answer. */
  readonly classes?: readonly string[] | undefined;
  /** The files of the data that are counted, as glob patterns: there must be a prediction for each of their rows. */
  readonly rowsOf?: readonly string[] | undefined;
}

/** What is asked of a comparison. */
export interface ComparisonRequest {
  /** The metric whose resampled differences are kept; accuracy, or the absolute error of a model of numbers, when absent. */
  readonly metric?: string | undefined;
}

/** The groups that some columns make. */
export interface GroupingRequest {
  readonly columns: readonly string[];
  /** Smaller groups are listed, not measured. */
  readonly minimumSize: number;
}

/** Metrics by group. */
export interface SliceRequest extends GroupingRequest {
  /** By the names that people use, beside accuracy or the absolute error. */
  readonly metrics: readonly string[];
}

/** How groups are treated. */
export interface FairnessRequest extends GroupingRequest {
  /** The answer that one would like to get. */
  readonly favorable: string;
}

/** What is asked of predictions, beside the metrics. */
export interface PredictionsRequest {
  readonly slices?: readonly SliceRequest[] | undefined;
  readonly fairness?: readonly FairnessRequest[] | undefined;
}
