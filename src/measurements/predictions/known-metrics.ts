/** What is known of a metric by its name. */
export interface KnownMetric {
  /** Absent where neither is better: what is nearest to its target is. */
  readonly better?: "higher" | "lower";
  /** The least and the greatest possible value; anything when absent. */
  readonly range?: readonly [number, number];
  /** Other common names of the same number: what has another value is a metric of its own, whatever family it is of. */
  readonly aliases: readonly string[];
  /** What predictions need for it, where label and prediction are not enough to go by. */
  readonly needs?: MetricNeed;
}

/** Columns of quantiles: one, or two that an interval is between; or the groups that rows are ranked within. */
export type MetricNeed = "quantiles" | "interval" | "group";

const SHARE = [0, 1] as const;
const NOT_NEGATIVE = [0, Number.POSITIVE_INFINITY] as const;

const share = (...aliases: string[]): KnownMetric => ({ better: "higher", range: SHARE, aliases });
const error = (...aliases: string[]): KnownMetric => ({ better: "lower", range: NOT_NEGATIVE, aliases });
const higher = (...aliases: string[]): KnownMetric => ({ better: "higher", aliases });
const lower = (...aliases: string[]): KnownMetric => ({ better: "lower", aliases });

const top = (cut: number): KnownMetric => share(`top_${cut}_acc`, `acc@${cut}`, `accuracy@${cut}`);

const ranking = (...aliases: string[]): KnownMetric => ({ ...share(...aliases), needs: "group" });

/** The metrics that are computed from predictions. */
export const COMPUTED_METRICS: Readonly<Record<string, KnownMetric>> = {
  // Micro means over all classes are the accuracy.
  accuracy: share(
    ...["acc", "accuracy_score", "precision_micro", "recall_micro", "f1_micro"],
    ...["micro_precision", "micro_recall", "micro_f1"],
  ),
  balanced_accuracy: share("balanced_acc", "balanced_accuracy_score", "bacc"),
  precision: share("precision_score", "ppv", "positive_predictive_value"),
  recall: share("recall_score", "sensitivity", "tpr", "true_positive_rate"),
  f1: share("f1_score", "f1_measure"),
  precision_macro: share("macro_precision", "precision_score_macro"),
  recall_macro: share("macro_recall", "recall_score_macro"),
  f1_macro: share("macro_f1", "f1_score_macro", "macro_f1_score"),
  precision_weighted: share("weighted_precision", "precision_score_weighted"),
  recall_weighted: share("weighted_recall", "recall_score_weighted"),
  f1_weighted: share("weighted_f1", "f1_score_weighted", "weighted_f1_score"),
  roc_auc: share("auc", "auroc", "auc_roc", "roc_auc_score", "area_under_roc", "roc_auc_ovr", "roc_auc_ovr_macro"),
  pr_auc: share("ap", "average_precision", "average_precision_score", "auprc", "auc_pr", "area_under_pr"),
  top_2_accuracy: top(2),
  top_3_accuracy: top(3),
  top_5_accuracy: top(5),
  log_loss: error(
    ...["binary_logloss", "binary_crossentropy", "cross_entropy", "binary_cross_entropy", "bce", "bce_loss"],
    ...["cross_entropy_loss", "mlogloss", "multi_logloss", "categorical_crossentropy"],
  ),
  brier: { ...share("brier_score", "brier_score_loss", "brier_loss"), better: "lower" },
  calibration_error: { ...share("ece", "expected_calibration_error"), better: "lower" },
  mae: error("mean_absolute_error", "mean_abs_error"),
  rmse: error("root_mean_squared_error", "root_mean_square_error"),
  r2: {
    better: "higher",
    range: [Number.NEGATIVE_INFINITY, 1],
    aliases: ["r2_score", "r_squared", "r_square", "coefficient_of_determination"],
  },
  mape: error("mean_absolute_percentage_error"),
  pinball: { ...error("pinball_loss", "mean_pinball_loss"), needs: "quantiles" },
  coverage: { range: SHARE, aliases: ["interval_coverage", "prediction_interval_coverage", "picp"], needs: "interval" },
  coverage_error: { better: "lower", range: SHARE, aliases: [], needs: "interval" },
  quantile_crossing: { better: "lower", range: SHARE, aliases: [], needs: "interval" },
  ndcg: ranking("ndcg_score"),
  "ndcg@1": ranking("ndcg_at_1"),
  "ndcg@3": ranking("ndcg_at_3"),
  "ndcg@5": ranking("ndcg_at_5"),
  "ndcg@10": ranking("ndcg_at_10"),
  "ndcg@20": ranking("ndcg_at_20"),
  map: ranking("mean_average_precision"),
  mrr: ranking("mean_reciprocal_rank"),
};

/** Metrics of which the direction is known, and the value is the one that the project claims. */
export const CLAIMED_METRICS: Readonly<Record<string, KnownMetric>> = {
  mse: error("mean_squared_error", "mean_square_error"),
  msle: error("mean_squared_log_error", "mean_squared_logarithmic_error"),
  rmsle: error("root_mean_squared_log_error", "root_mean_squared_logarithmic_error"),
  medae: error("median_absolute_error", "mdae", "median_ae"),
  max_error: error("maximum_error"),
  smape: error("symmetric_mean_absolute_percentage_error"),
  wape: error("wmape", "weighted_mean_absolute_percentage_error"),
  mase: error("mean_absolute_scaled_error"),
  quantile_loss: error(),
  hinge: error("hinge_loss"),
  huber: error("huber_loss"),
  hamming: error("hamming_loss"),
  zero_one: error("zero_one_loss", "zero_one_error"),
  error_rate: error(
    "err",
    "error",
    "merror",
    "classification_error",
    "misclassification_rate",
    "misclassification_error",
  ),
  loss: lower(),
  // Many sum it over the rows, so that it is not the log loss.
  nll: lower("negative_log_likelihood"),
  deviance: lower(),
  poisson_deviance: lower("mean_poisson_deviance"),
  gamma_deviance: lower("mean_gamma_deviance"),
  perplexity: error("ppl"),
  wer: error("word_error_rate"),
  cer: error("character_error_rate"),
  ter: error("translation_edit_rate", "translation_error_rate"),
  kl_divergence: error("kullback_leibler_divergence", "kld"),
  specificity: higher("tnr", "true_negative_rate"),
  npv: higher("negative_predictive_value"),
  mcc: higher("matthews_corrcoef", "matthews_correlation_coefficient"),
  kappa: higher("cohen_kappa", "cohen_kappa_score"),
  quadratic_weighted_kappa: higher("qwk", "quadratic_kappa"),
  jaccard: higher("jaccard_score", "iou"),
  mean_iou: higher("miou"),
  dice: higher("dice_score", "dice_coefficient"),
  f2: higher("f2_score"),
  fbeta: higher("fbeta_score", "f_beta"),
  exact_match: higher("em"),
  bleu: higher("bleu_score", "sacrebleu"),
  rouge: higher(),
  rouge_1: higher(),
  rouge_2: higher(),
  rouge_l: higher(),
  rouge_lsum: higher(),
  meteor: higher(),
  chrf: higher("chrf++"),
  bertscore: higher("bert_score"),
  explained_variance: higher("explained_variance_score"),
  spearman: higher("spearmanr", "spearman_correlation"),
  pearson: higher("pearsonr", "pearson_correlation"),
  gini: higher("gini_coefficient"),
  silhouette: higher("silhouette_score"),
};
