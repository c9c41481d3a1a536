import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMetrics } from "../../../src/measurements/claims.ts";
import { userError } from "../support.ts";

describe("metrics.json", () => {
  test("is a flat object of finite numbers", () => {
    expect(parseMetrics('{"accuracy": 0.9, "rows": 100, "x": -1e-9}', "src.evaluate")).toEqual({
      accuracy: 0.9,
      rows: 100,
      x: -1e-9,
    });
    expect(parseMetrics("{}", "src.evaluate")).toEqual({});
  });

  test.each([
    ['{"accuracy": NaN}', "accuracy is NaN"],
    ['{"a": 1, "log_loss": Infinity}', "log_loss is Infinity"],
    ['{"log_loss": -Infinity}', "log_loss is -Infinity"],
    ['{"x": 1e999}', "x is Infinity"],
    ['{"accuracy": "0.9"}', 'accuracy is "0.9"'],
    ['{"accuracy": null}', "accuracy is null"],
    ['{"accuracy": true}', "accuracy is true"],
    ['{"test": {"accuracy": 0.9}}', 'test is {"accuracy":0.9}'],
    ["[0.9]", "expected a flat object"],
    ["null", "expected a flat object"],
    ["0.9", "expected a flat object"],
    ["", "it is not valid JSON"],
    ["{", "it is not valid JSON"],
  ])("%j is refused", (text, reason) => {
    const message = userError(() => parseMetrics(text, "src.evaluate"));
    expect(message).toContain("metrics.json of src.evaluate: ");
    expect(message).toContain(reason);
    expect(message).toContain("expected a flat object of finite numbers.");
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
    );
  });
});
