import fc from "fast-check";
import { expect, test } from "vitest";
import { distances } from "../../../src/statistics/distribution-distance.ts";
import { twoCounts } from "./counts.ts";

const of = (values: readonly number[], reference: readonly number[], current: readonly number[]) =>
  distances({
    values: Float64Array.from(values),
    reference: Float64Array.from(reference),
    current: Float64Array.from(current),
  });

test("of values moved by one", () => {
  expect(of([0, 1, 2], [1, 1, 0], [0, 1, 1])).toEqual({ kolmogorov: 0.5, wasserstein: 1, referenceDeviation: 0.5 });
});

test("of one value, of equal values in two cells, and of no rows", () => {
  expect(of([7], [3], [9])).toEqual({ kolmogorov: 0, wasserstein: 0, referenceDeviation: 0 });
  expect(of([7, 7], [3, 0], [0, 9])).toEqual({ kolmogorov: 0, wasserstein: 0, referenceDeviation: 0 });
  expect(of([1, 2], [0, 0], [1, 2])).toBeUndefined();
  expect(of([], [], [])).toBeUndefined();
});

test("are symmetric, bounded, zero for equal and the same for more of the same", () => {
  fc.assert(
    fc.property(twoCounts, fc.double({ min: 0.001, max: 1e6, noNaN: true }), ([reference, current], unit) => {
      const values = reference.map((_, at) => (at - 3) * unit);
      const found = of(values, reference, current);
      const turned = of(values, current, reference);
      if (found === undefined || turned === undefined) throw new Error("both have rows");
      expect(turned.kolmogorov).toBe(found.kolmogorov);
      expect(turned.wasserstein).toBe(found.wasserstein);
      expect(found.kolmogorov).toBeGreaterThanOrEqual(0);
      expect(found.kolmogorov).toBeLessThanOrEqual(1);
      expect(found.wasserstein).toBeLessThanOrEqual(found.kolmogorov * unit * (values.length - 1) * (1 + 1e-12));
      expect(found.referenceDeviation).toBeLessThanOrEqual(unit * values.length);
      expect(of(values, reference, reference)).toMatchObject({ kolmogorov: 0, wasserstein: 0 });
      const more = of(
        values,
        reference,
        current.map((count) => 3 * count),
      );
      expect(more?.kolmogorov).toBeCloseTo(found.kolmogorov, 12);
    }),
  );
});
