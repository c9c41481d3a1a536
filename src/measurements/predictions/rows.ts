/*
 * The rows of the predictions files as statistics take them: like rows are counted together in a cell, and all columns of
 * cells are arrays of one length. Up to `EXACT_ROWS` rows nothing is lost by that; beyond, scores that are close to each
 * other share a cell, which holds their means.
 */

/** A classifier's rows. `models` is the candidate alone, or the candidate and the baseline on the same rows. */
export interface ClassRows {
  readonly task: "classification";
  /** All labels and answers, sorted as scikit-learn sorts them. Labels and predictions are indices into it. */
  readonly classes: readonly string[];
  /** Index of the class that precision, recall, F1 and scores are about; undefined with more than two classes. */
  readonly positive: number | undefined;
  /** How many rows each cell stands for. */
  readonly counts: Float64Array;
  readonly labels: Int32Array;
  readonly models: readonly ClassAnswers[];
}

export interface ClassAnswers {
  readonly predictions: Int32Array;
  /** Probability of the positive class, the mean of the cell's rows; absent where the file has no scores. */
  readonly scores?: Float64Array;
  /** Mean over the cell's rows of -ln(probability given to the label), probabilities kept 2.2e-16 away from 0 and 1. */
  readonly logLosses?: Float64Array;
  /** Mean over the cell's rows of (score - [label is positive])². */
  readonly squaredErrors?: Float64Array;
}

/** The rows of a model of numbers. All columns are means over the cell's rows. */
export interface NumberRows {
  readonly task: "regression";
  readonly counts: Float64Array;
  readonly labels: Float64Array;
  readonly squaredLabels: Float64Array;
  readonly models: readonly NumberAnswers[];
}

export interface NumberAnswers {
  readonly absoluteErrors: Float64Array;
  readonly squaredErrors: Float64Array;
  /** |error| / max(|label|, 2.2e-16), as scikit-learn's MAPE. */
  readonly relativeErrors: Float64Array;
}

export type PredictionRows = ClassRows | NumberRows;
