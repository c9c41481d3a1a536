import { describe, expect, test } from "vitest";
import { lowerIsBetter } from "../../../../src/measurements/predictions/names.ts";

describe("of which metrics less is better", () => {
  test.each([
    ...["loss", "val_loss", "log_loss", "logloss", "binary_logloss", "mlogloss", "rmse", "mean_absolute_error", "MAE"],
    ...["test_mape", "brier_score", "hamming_loss", "error_rate", "wer", "perplexity"],
  ])("%s", (metric) => expect(lowerIsBetter(metric)).toBe(true));

  test.each([
    ...["accuracy", "f1", "auc", "r2", "precision", "recall", "bleu", "glossary", "maerz", "lossless"],
    ...["neg_log_loss", "neg_mean_squared_error", "neg_root_mean_squared_error"],
  ])("not of %s", (metric) => expect(lowerIsBetter(metric)).toBe(false));
});
