import fc from "fast-check";
import { expect, test } from "vitest";
import { finiteNumbers, finiteOnly } from "../../../src/report/finite.ts";

test("numbers that JSON cannot write are removed, with the estimates that lack them", () => {
  const measured = {
    rows: 3,
    accuracy: { value: 0.5, interval: { low: Number.NEGATIVE_INFINITY, high: 1 } },
    f1: { value: Number.NaN, interval: { low: 0, high: 1 } },
    samples: [1, Number.NaN, 2],
    text: "NaN",
  };
  expect(finiteOnly(measured)).toEqual({ rows: 3, accuracy: { value: 0.5 }, samples: [1, 2], text: "NaN" });
});

test("a metric may have the name of a key of an estimate", () => {
  expect(finiteNumbers({ value: Number.NaN, low: 1 })).toEqual({ low: 1 });
});

test("JSON writes all of any value that is cleaned", () => {
  fc.assert(
    fc.property(fc.object({ values: [fc.double(), fc.string(), fc.boolean()] }), (value) => {
      const clean = finiteOnly(value);
      expect(JSON.parse(JSON.stringify(clean) ?? "null")).toEqual(JSON.parse(JSON.stringify(clean ?? null)));
      expect(JSON.stringify(clean ?? {})).not.toContain("null");
    }),
  );
});
