/** What people write in metrics.json, by the names of the metrics that are computed from predictions. */
export const ALIASES: Readonly<Record<string, readonly string[]>> = {
  // Micro means over all classes are the accuracy.
  accuracy: [
    "acc",
    "accuracy_score",
    "precision_micro",
    "recall_micro",
    "f1_micro",
    "micro_precision",
    "micro_recall",
    "micro_f1",
  ],
  balanced_accuracy: ["balanced_acc", "balanced_accuracy_score", "bacc"],
  precision: ["precision_score", "ppv", "positive_predictive_value"],
  recall: ["recall_score", "sensitivity", "tpr", "true_positive_rate"],
  f1: ["f1_score", "f1score", "f1_measure"],
  precision_macro: ["macro_precision", "precision_score_macro"],
  recall_macro: ["macro_recall", "recall_score_macro"],
  f1_macro: ["macro_f1", "f1_score_macro", "macro_f1_score"],
  precision_weighted: ["weighted_precision", "precision_score_weighted"],
  recall_weighted: ["weighted_recall", "recall_score_weighted"],
  f1_weighted: ["weighted_f1", "f1_score_weighted", "weighted_f1_score"],
  roc_auc: ["auc", "auroc", "auc_roc", "rocauc", "roc_auc_score", "area_under_roc"],
  pr_auc: ["ap", "average_precision", "average_precision_score", "auprc", "auc_pr", "aucpr", "prauc", "area_under_pr"],
  log_loss: ["logloss", "binary_logloss", "binary_crossentropy", "cross_entropy", "binary_cross_entropy", "bce"],
  brier: ["brier_score", "brier_score_loss", "brier_loss"],
  calibration_error: ["ece", "expected_calibration_error"],
  mae: ["mean_absolute_error"],
  rmse: ["root_mean_squared_error"],
  r2: ["r2_score", "r_squared", "rsquared", "coefficient_of_determination"],
  mape: ["mean_absolute_percentage_error"],
};

const CANONICAL: ReadonlyMap<string, string> = new Map(
  Object.entries(ALIASES).flatMap(([name, aliases]) => [name, ...aliases].map((alias) => [alias, name] as const)),
);

/** `precision[yes]`: of one class, whose name is taken as it is. */
const OF_CLASS = /^(precision|recall|f1)\[.*\]$/s;

/**
 * The name under which a metric is computed from predictions, for that name itself and for others that people use: `auc` is
 * `roc_auc`, and so is `ROC-AUC`. Undefined for all that is not computed. Names of other data (`train_auc`) or of a loss that
 * was turned around (`neg_log_loss`) are of other numbers, so none is guessed from a part of the name.
 */
export function canonicalMetric(name: string): string | undefined {
  return OF_CLASS.test(name) ? name : CANONICAL.get(name.toLowerCase().replace(/[\s-]/g, "_"));
}

/** Metrics of which less is better, by the names that scikit-learn, gradient-boosting libraries and their users give them. */
const LOWER_IS_BETTER =
  /(^|_)(loss|m?logloss|error|err|merror|mae|mse|rmse|msle|rmsle|mape|smape|brier|ece|perplexity|wer|cer|hinge|deviance)(_|$)/i;

/** scikit-learn's scorers turn a loss around, so that more is better: `neg_log_loss`. */
const TURNED_AROUND = /^neg_/i;

export const lowerIsBetter = (metric: string): boolean => LOWER_IS_BETTER.test(metric) && !TURNED_AROUND.test(metric);
