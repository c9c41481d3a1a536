/** Other common names of the metrics that are computed from predictions. */
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

/** `precision[yes]` is the metric of one class, whose name is kept as it is. */
const OF_CLASS = /^(precision|recall|f1)\[.*\]$/s;

/**
 * The canonical name of a metric that is computed from predictions: `auc` and `ROC-AUC` are `roc_auc`. Undefined for
 * any other metric. Parts of a name are not matched, since `train_auc` (of other data) and `neg_log_loss` (a negated
 * loss) are different numbers.
 */
export function canonicalMetric(name: string): string | undefined {
  return OF_CLASS.test(name) ? name : CANONICAL.get(name.toLowerCase().replace(/[\s-]/g, "_"));
}

/**
 * Metrics whose lower values are better, by their names in scikit-learn, gradient-boosting libraries and common use.
 */
const LOWER_IS_BETTER =
  /(^|_)(loss|m?logloss|error|err|merror|mae|mse|rmse|msle|rmsle|mape|smape|brier|ece|perplexity|wer|cer|hinge|deviance)(_|$)/i;

/** scikit-learn's scorers negate a loss, so that more is better: `neg_log_loss`. */
const NEGATED = /^neg_/i;

export const lowerIsBetter = (metric: string): boolean => LOWER_IS_BETTER.test(metric) && !NEGATED.test(metric);
