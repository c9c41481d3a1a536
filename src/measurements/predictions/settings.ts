import type { Task } from "./readings.ts";

/** How predictions are read, whatever they are measured for. */
export interface EvaluationSettings {
  /** Found out from the predictions when absent. */
  readonly task?: Task | undefined;
  /** The class that precision, recall, F1 and scores are about; of two classes the last in order when absent. */
  readonly positive?: string | number | boolean | undefined;
  /** Of all intervals. */
  readonly confidence: number;
  /** How often the rows are drawn anew for an interval. */
  readonly resamples: number;
}

/** What is asked of the form of predictions. */
export interface FormRequest {
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
