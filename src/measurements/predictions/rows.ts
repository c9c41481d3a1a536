/*
 * Rows of predictions files as the statistics take them: equal rows are counted in one cell, and each column is an
 * array over the cells. Up to `EXACT_ROWS` rows nothing is lost; beyond, rows with similar scores share a cell, which
 * holds their means.
 */

/** A classifier's rows. `models` is the candidate alone, or the candidate and the baseline on the same rows. */
export interface ClassRows {
  readonly task: "classification";
  /** All labels and answers, sorted as scikit-learn sorts them. Labels and predictions are indices into it. */
  readonly classes: readonly string[];
  /** Index of the positive class; undefined with more than two classes. */
  readonly positive: number | undefined;
  /** How many rows each cell stands for. */
  readonly counts: Float64Array;
  /** The mean weight of each cell's rows; absent where all rows count alike. All that is a mean over a cell is weighted. */
  readonly weights?: Float64Array | undefined;
  readonly labels: Int32Array;
  readonly models: readonly ClassAnswers[];
}

export interface ClassAnswers {
  readonly predictions: Int32Array;
  /** Probability of the positive class, or with more classes of the answer: the mean of the cell's rows. Absent without scores. */
  readonly scores?: Float64Array;
  /** Mean over the cell's rows of -ln(probability given to the label), probabilities kept 2.2e-16 away from 0 and 1. */
  readonly logLosses?: Float64Array;
  /** With more than two classes: the share that a row has in the mean of the areas under the curves, one class against the rest. */
  readonly areas?: Float64Array;
  /** With more than two classes: the place of the label when the classes are sorted by score, from 1; the last one is that or more. */
  readonly labelPlaces?: Float64Array;
  /** Mean over the cell's rows of (score - [label is positive])². */
  readonly squaredErrors?: Float64Array;
}

/** The rows of a regression model. All columns are means over the cell's rows. */
export interface RegressionRows {
  readonly task: "regression";
  readonly counts: Float64Array;
  /** The mean weight of each cell's rows; absent where all rows count alike. All that is a mean over a cell is weighted. */
  readonly weights?: Float64Array | undefined;
  readonly labels: Float64Array;
  readonly squaredLabels: Float64Array;
  readonly models: readonly RegressionAnswers[];
}

export interface RegressionAnswers {
  readonly absoluteErrors: Float64Array;
  readonly squaredErrors: Float64Array;
  /** |error| / |label|, as scikit-learn's MAPE; NaN in a cell with a label of zero, where it is undefined. */
  readonly relativeErrors: Float64Array;
}

/** The quantiles of a regression model. All columns are means over the cell's rows, and NaN where there are none. */
export interface QuantileRows {
  readonly task: "quantiles";
  readonly counts: Float64Array;
  /** The mean weight of each cell's rows; absent where all rows count alike. All that is a mean over a cell is weighted. */
  readonly weights?: Float64Array | undefined;
  /** The share of labels that should be between the lowest and the highest quantile. */
  readonly nominal: number;
  readonly models: readonly QuantileAnswers[];
}

export interface QuantileAnswers {
  /** The pinball loss, a mean over the quantiles. */
  readonly pinball: Float64Array;
  /** 1 where the label is between the lowest and the highest quantile. */
  readonly covered: Float64Array;
  /** 1 where a quantile is below a lower one. */
  readonly crossing: Float64Array;
}

/** Groups of rows that are ranked together. */
export interface RankedGroups {
  readonly task: "ranking";
  /** How many groups, or bags of as many groups, each cell stands for. */
  readonly counts: Float64Array;
  /** Each metric of a ranking, a mean over the cell's groups. */
  readonly models: readonly Readonly<Record<string, Float64Array>>[];
}

/** The rows of labels and answers. */
export type AnswerRows = ClassRows | RegressionRows;

export type PredictionRows = AnswerRows | QuantileRows | RankedGroups;

/** 1 for the cells in which what a score is the probability of came true: the positive class, or the answer. */
export const outcomesOf = ({ labels, models, positive }: ClassRows, model: number): Uint8Array =>
  Uint8Array.from(labels, (label, cell) => (label === (positive ?? models[model]?.predictions[cell]) ? 1 : 0));
