import { describe, expect, test } from "vitest";
import { lowerIsBetter } from "../../../../src/measurements/predictions/names.ts";

describe("the direction by the name", () => {
  test.each([
    ...["loss", "val_loss", "log_loss", "logloss", "binary_logloss", "mlogloss", "rmse", "mean_absolute_error", "MAE"],
    ...["test_mape", "brier_score", "hamming_loss", "error_rate", "wer", "perplexity", "bce", "cross_entropy", "cer"],
    ...["log-loss", "brier-score", "Root-Mean-Squared-Error", "medae", "max_error", "hinge", "hamming", "ECE"],
    ...["val/loss", "valLoss", "triplet_loss", "country rmse", "mae_test", "nll", "cross_entropy_mean", "neg_accuracy"],
    ...["validation_0-mape", "top_5_error", "dice_loss", "test_neg_accuracy", "meanAbsoluteError"],
  ])("lower values of %s are better", (metric) => expect(lowerIsBetter(metric)).toBe(true));

  test.each([
    ...["accuracy", "f1", "auc", "r2", "precision", "recall", "bleu", "F1-Score", "val_accuracy", "ndcg@10", "mcc"],
    ...["neg_log_loss", "neg_mean_squared_error", "neg_root_mean_squared_error", "neg_triplet_loss", "roc_auc_ovr"],
    ...["precision_at_5", "recall[yes]", "test/AUC", "binary_accuracy"],
    ...["test_neg_log_loss", "mean_test_neg_mean_squared_error", "negLogLoss", "val/neg_loss"],
  ])("higher values of %s are better", (metric) => expect(lowerIsBetter(metric)).toBe(false));

  test.each([
    ...["fpr", "fnr", "cost", "latency", "glossary", "maerz", "lossless", "loss_reduction", "error_coverage"],
    ...["drop_in_accuracy", "1-error", "1 - auc", "-loss", "no_error", "profit", "neg_cost", "", "constructor"],
    ...["mean_error", "val_mean_error", "mean_percentage_error", "mean_bias_error", "bias_loss", "negative_loss"],
    ...["one_minus_error", "inverse_rmse", "loss_neg", "validation_0-map", "adjusted_r2", "std_test_neg_log_loss"],
  ])("that of %s has to be said", (metric) => expect(lowerIsBetter(metric)).toBeUndefined());
});
