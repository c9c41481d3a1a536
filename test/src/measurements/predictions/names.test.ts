import { describe, expect, test } from "vitest";
import { canonicalMetric } from "../../../../src/measurements/predictions/names.ts";

describe("the name under which a metric is computed", () => {
  test.each([
    ["auc", "roc_auc"],
    ["ROC-AUC", "roc_auc"],
    ["average precision", "pr_auc"],
    ["micro_f1", "accuracy"],
    ["macro_f1", "f1_macro"],
    ["TPR", "recall"],
    ["ece", "calibration_error"],
    ["r_squared", "r2"],
    ["accuracy", "accuracy"],
    ["precision[two words]", "precision[two words]"],
    ["f1[Yes]", "f1[Yes]"],
  ])("of %s is %s", (name, canonical) => expect(canonicalMetric(name)).toBe(canonical));

  test.each(["train_auc", "neg_log_loss", "mse", "accuracy[yes]", "latency", "", "toString"])("%s has none", (name) =>
    expect(canonicalMetric(name)).toBeUndefined(),
  );
});
