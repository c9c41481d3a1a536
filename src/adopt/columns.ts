/* What columns of a table of predictions are, by their names. */

/** Whether a column has what a model predicted. */
export const isPrediction = (column: string): boolean =>
  /^(pred(s|ictions?|icted(_label|_class)?)?|y_?(pred|hat)|yhat|prediction|predicted|output)$/i.test(column);

/** Names of the column of true values. */
export const TRUE_NAMES = /^(y_?true|true|actual|label|labels|target|y|y_test|ground_truth|expected|truth)$/i;
