import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CLAIMED_METRICS, COMPUTED_METRICS } from "../../../../src/measurements/predictions/known-metrics.ts";
import {
  canonicalMetric,
  estimateOf,
  isComputed,
  lowerIsBetter,
  metricNamed,
  possibleRange,
} from "../../../../src/measurements/predictions/names.ts";

describe("the one name of a metric", () => {
  test.each([
    ["auc", "roc_auc"],
    ["ROC-AUC", "roc_auc"],
    ["average precision", "pr_auc"],
    ["micro_f1", "accuracy"],
    ["macro_f1", "f1_macro"],
    ["TPR", "recall"],
    ["ece", "calibration_error"],
    ["r_squared", "r2"],
    ["R²", "r2"],
    ["accuracy", "accuracy"],
    ["bce", "log_loss"],
    ["cross_entropy", "log_loss"],
    ["log-loss", "log_loss"],
    ["LogLoss", "log_loss"],
    ["Logloss", "log_loss"],
    ["brier-score", "brier"],
    ["Root-Mean-Squared-Error", "rmse"],
    ["rootMeanSquaredError", "rmse"],
    ["Median Absolute Error", "medae"],
    ["precision[two words]", "precision[two words]"],
    ["F1-Score[Yes]", "f1[Yes]"],
  ])("of %s is %s", (name, canonical) => expect(metricNamed(name)).toEqual({ canonical, negated: false }));

  test.each([
    ["neg_log_loss", "log_loss"],
    ["neg_root_mean_squared_error", "rmse"],
    ["neg-mean-absolute-error", "mae"],
  ])("of %s is that of a negated %s", (name, canonical) =>
    expect(metricNamed(name)).toEqual({ canonical, negated: true }),
  );

  test.each([
    "train_auc",
    "accuracy[yes]",
    "latency",
    "cost",
    "fpr",
    "binary_accuracy",
    "l1",
    "",
    "toString",
    "-mae",
    "negative_recall",
  ])("%s has none", (name) => {
    expect(metricNamed(name)).toBeUndefined();
    expect(canonicalMetric(name)).toBe(name);
  });

  test("no name is that of two metrics", () => {
    const metrics = Object.entries({ ...COMPUTED_METRICS, ...CLAIMED_METRICS });
    for (const [name, { aliases }] of metrics) {
      for (const alias of [name, ...aliases]) expect([alias, canonicalMetric(alias)]).toEqual([alias, name]);
    }
  });

  test.each([
    ["rouge_1", "rouge_2"],
    ["ROUGE-L", "rouge"],
    ["cohen_kappa", "qwk"],
    ["poisson_deviance", "gamma_deviance"],
    ["iou", "mIoU"],
  ])("of %s is not that of %s, which is another number", (one, other) =>
    expect(canonicalMetric(one)).not.toBe(canonicalMetric(other)),
  );

  test("a class is named by its value", () => {
    expect(canonicalMetric("f1[1.0]", ["0", "1"])).toBe("f1[1]");
    expect(canonicalMetric("f1[true]", ["False", "True"])).toBe("f1[True]");
    expect(canonicalMetric("f1[maybe]", ["no", "yes"])).toBe("f1[maybe]");
  });
});

describe("a metric among computed ones", () => {
  const computed = { log_loss: { value: 0.3, interval: { low: 0.2, high: 0.5 } }, "f1[1]": { value: 0.7 } };

  test("by any of its names", () => expect(estimateOf(computed, "Cross-Entropy")).toBe(computed.log_loss));

  test("has the other sign, and the other ends, where it is negated", () =>
    expect(estimateOf(computed, "neg_log_loss")).toEqual({ value: -0.3, interval: { low: -0.5, high: -0.2 } }));

  test("of a class by its value", () => {
    expect(estimateOf(computed, "f1[1.0]")?.value).toBe(0.7);
    expect(estimateOf(computed, "f1[True]")?.value).toBe(0.7);
    expect(estimateOf(computed, "f1[2]")).toBeUndefined();
  });

  test("is none that every object has", () => expect(estimateOf(computed, "constructor")).toBeUndefined());
});

test("what is computed, and what a metric can be", () => {
  expect(["AUC", "neg_log_loss", "f1[a]", "mse", "cost"].map(isComputed)).toEqual([true, true, true, false, false]);
  expect(possibleRange("acc")).toEqual([0, 1]);
  expect(possibleRange("neg_mae")).toEqual([-Infinity, -0]);
  expect(possibleRange("r2")).toEqual([-Infinity, 1]);
  expect(possibleRange("bleu")).toBeUndefined();
  expect(["coverage", "neg_coverage", "val_coverage", "coverage_error"].map(lowerIsBetter)).toEqual([
    ...[undefined, undefined, undefined, true],
  ]);
});

describe("however a metric is spelled", () => {
  const names = Object.entries({ ...COMPUTED_METRICS, ...CLAIMED_METRICS }).flatMap(([name, { aliases, better }]) =>
    [name, ...aliases].map((alias) => ({ name, alias, lower: better === undefined ? undefined : better === "lower" })),
  );
  const known = fc.constantFrom(...names);
  const separator = fc.constantFrom("_", "-", " ", ".", "/");
  const spelled = (alias: string, between: string, upper: boolean): string =>
    (upper ? alias.toUpperCase() : alias).replaceAll("_", between);

  test("it is one metric, and the same negated has the other direction", () => {
    fc.assert(
      fc.property(known, separator, fc.boolean(), ({ name, alias, lower }, between, upper) => {
        const text = spelled(alias, between, upper);
        expect([text, canonicalMetric(text)]).toEqual([text, name]);
        expect([text, lowerIsBetter(text)]).toEqual([text, lower]);
        expect([text, lowerIsBetter(`neg_${text}`)]).toEqual([text, lower === undefined ? undefined : !lower]);
        expect([text, lowerIsBetter(`-${text}`)]).toEqual([text, undefined]);
      }),
      { numRuns: 300 },
    );
  });

  test("of other rows it is another metric with the same direction, or one that has to be said", () => {
    const rows = fc.constantFrom("train", "val", "test", "eval", "mean_test", "cv");
    fc.assert(
      fc.property(known, rows, separator, fc.boolean(), ({ alias, lower }, of, between, negated) => {
        const text = spelled(`${of}_${negated ? "neg_" : ""}${alias}`, between, false);
        expect(metricNamed(text)).toBeUndefined();
        expect([text, [lower !== negated, undefined]]).toEqual([text, expect.arrayContaining([lowerIsBetter(text)])]);
      }),
      { numRuns: 300 },
    );
  });

  test("any text has a direction or none, and one name", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          known.map(({ alias }) => `${alias}[x]`),
        ),
        (text) => {
          expect([true, false, undefined]).toContain(lowerIsBetter(text));
          expect(canonicalMetric(canonicalMetric(text))).toBe(canonicalMetric(text));
        },
      ),
      { numRuns: 300 },
    );
  });
});
