import fc from "fast-check";
import { expect, test } from "vitest";
import { metricsOf } from "../../../../src/measurements/predictions/metrics.ts";
import { numberCells } from "./cells.ts";

test("a relative error of a label of zero is none, and neither is its mean", () => {
  const metrics = metricsOf(numberCells([0, 2, 4, 5], [[0, 2, 3, 5]]), 0);
  expect(Object.keys(metrics)).toEqual(["mae", "rmse", "r2"]);
});

test("of numbers", () => {
  const { mae, rmse, r2, mape } = metricsOf(numberCells([1, 2, 4, 5], [[2, 2, 3, 5]]), 0);
  expect(mae).toBeCloseTo(0.5, 12);
  expect(rmse).toBeCloseTo(Math.sqrt(0.5), 12);
  expect(r2).toBeCloseTo(1 - 2 / 10, 12);
  expect(mape).toBeCloseTo((1 + 1 / 4) / 4, 12);
});

test("equal labels leave r2 undefined", () => {
  expect(metricsOf(numberCells([3, 3, 3], [[2, 3, 4]]), 0)).not.toHaveProperty("r2");
  expect(metricsOf(numberCells([0.1, 0.1, 0.1], [[2, 3, 4]], [0, 0, 0]), 0)).not.toHaveProperty("r2");
  expect(metricsOf(numberCells([7], [[7]]), 0)).toEqual({ mae: 0, rmse: 0, mape: 0 });
});

test("far from zero r2 keeps its digits", () => {
  const [labels, predictions] = [
    [1, 2, 4, 5],
    [2, 2, 3, 5],
  ].map((values) => values.map((value) => value + 1e7)) as [number[], number[]];
  expect(metricsOf(numberCells(labels, [predictions]), 0).r2).toBeCloseTo(0.8, 8);
});

test("cells that hold the means of several rows have the rows' metrics", () => {
  const number = fc.double({ min: -10, max: 10, noNaN: true });
  const row = fc.record({ label: number, prediction: number, cell: fc.integer({ min: 0, max: 4 }) });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), (rows) => {
      const used = [...new Set(rows.map(({ cell }) => cell))];
      const labels = rows.map(({ label }) => Math.round(label * 1e3) / 1e3);
      const predictions = [rows.map(({ prediction }) => prediction)];
      const cellOf = rows.map(({ cell }) => used.indexOf(cell));
      const each = metricsOf(numberCells(labels, predictions), 0);
      const together = metricsOf(numberCells(labels, predictions, cellOf), 0);
      expect(Object.keys(together)).toEqual(Object.keys(each));
      for (const [name, value] of Object.entries(each)) {
        expect(Math.abs((together[name] as number) - value)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
      }
    }),
  );
});
