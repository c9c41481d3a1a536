import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMetrics } from "../../../src/measurements/claims.ts";
import { userError } from "../support.ts";

describe("metrics.json", () => {
  test("is an object of finite numbers", () => {
    expect(parseMetrics('{"accuracy": 0.9, "rows": 100, "x": -1e-9}', "src.evaluate")).toEqual({
      accuracy: 0.9,
      rows: 100,
      x: -1e-9,
    });
    expect(parseMetrics("{}", "src.evaluate")).toEqual({});
  });

  test("numbers of an object within it have both names, and what is no number is no metric", () => {
    const text = '{"model": "forest", "rows": [1, 2], "test": {"accuracy": 0.9, "by": {"x": 1}}, "converged": true}';
    expect(parseMetrics(text, "src.evaluate")).toEqual({ "test.accuracy": 0.9, "test.by.x": 1 });
  });

  test.each([
    ['{"accuracy": NaN}', "accuracy is NaN"],
    ['{"a": 1, "log_loss": Infinity}', "log_loss is Infinity"],
    ['{"log_loss": -Infinity}', "log_loss is -Infinity"],
    ['{"x": 1e999}', "x is Infinity"],
    ['{"accuracy": "0.9"}', 'accuracy is "0.9"'],
    ['{"accuracy": null}', "accuracy is null"],
    ['{"test": {"accuracy": NaN}}', "accuracy is NaN"],
    ['{"a": [1], "b": "x", "c": true}', "no number in it"],
    ["[0.9]", "expected an object"],
    ["null", "expected an object"],
    ["0.9", "expected an object"],
    ["", "it is not valid JSON"],
    ["{", "it is not valid JSON"],
  ])("%j is refused", (text, reason) => {
    const message = userError(() => parseMetrics(text, "src.evaluate"));
    expect(message).toContain("metrics.json of src.evaluate: ");
    expect(message).toContain(reason);
    expect(message).toContain("expected an object of finite numbers.");
  });

  test.each([
    ['{"auc": 0.91, "roc_auc": 0.55}', "auc and roc_auc are two names of roc_auc, with two values (0.91 and 0.55)"],
    ['{"Accuracy": 0.9, "acc": 0.8}', "two names of accuracy"],
    ['{"neg_log_loss": -0.3, "bce": 0.9}', "two names of log_loss, with two values (0.3 and 0.9, signs aside)"],
    ['{"f1[1]": 0.9, "f1[True]": 0.5}', "two names of f1[1]"],
  ])("%j says two things of one metric", (text, reason) => {
    expect(userError(() => parseMetrics(text, "src.evaluate"))).toContain(reason);
  });

  test.each([
    '{"accuracy": 0.9123, "acc": 0.91}',
    '{"log_loss": 0.3, "neg_log_loss": -0.3}',
    '{"rouge_1": 0.4, "rouge_2": 0.2, "rouge_l": 0.3}',
    '{"f1[a]": 0.9, "f1[b]": 0.5}',
    '{"accuracy": 0.9, "train_accuracy": 0.99}',
  ])("%j says one of each", (text) => {
    expect(parseMetrics(text, "src.evaluate")).toEqual(JSON.parse(text));
  });

  test("whatever comes back has finite numbers only", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          expect(Object.values(parseMetrics(text, "x")).every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect((error as Error).name).toBe("UserError");
        }
      }),
      { numRuns: 300 },
    );
  });
});
