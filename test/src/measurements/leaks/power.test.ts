import { describe, expect, test } from "vitest";
import { areaOf, explainedOf } from "../../../../src/measurements/leaks/power.ts";
import { columnPowers } from "../../../../src/measurements/leaks/powers.ts";

/** Rows of a bin with labels 0 and 1, alike in both halves. */
const bin = (at: number, no: number, yes: number) =>
  [0, 1].flatMap((half) => [
    { half, bin: at, label: 0, rows: no },
    { half, bin: at, label: 1, rows: yes },
  ]);

describe("the area under the curve of one column", () => {
  test("is 1 where bins have one label each, whatever their order", () => {
    expect(areaOf([...bin(0, 0, 50), ...bin(1, 100, 0), ...bin(2, 0, 50)])).toBe(1);
  });

  test("is that of the shares of the bins", () => {
    // 40 of 50 positives are above 40 of 50 negatives.
    expect(areaOf([...bin(0, 40, 10), ...bin(1, 10, 40)])).toBeCloseTo(0.8, 12);
  });

  test("is one half of what numbers the rows, since no value is in both halves", () => {
    const rows = Array.from({ length: 200 }, (_, at) => ({
      half: at % 2,
      bin: at,
      label: Number(at % 3 === 0),
      rows: 1,
    }));
    expect(areaOf(rows)).toBe(0.5);
  });

  test("is the mean of several classes, and undefined of one", () => {
    const classes = [0, 1, 2].flatMap((label) => [0, 1].map((half) => ({ half, bin: label, label, rows: 30 })));
    expect(areaOf(classes)).toBe(1);
    expect(areaOf([{ half: 0, bin: 0, label: 1, rows: 9 }])).toBeUndefined();
    expect(areaOf([])).toBeUndefined();
  });
});

test("of numbers it is the share of the variance that the means of bins explain", () => {
  const of = (at: number, value: number) =>
    [0, 1].map((half) => ({ half, bin: at, rows: 1000, sum: 1000 * value, squares: 1000 * (value * value + 1) }));
  // The variance within a bin is 1, and between bins 25.
  expect(explainedOf([...of(0, -5), ...of(1, 5)])).toBeCloseTo(25 / 26, 3);
  expect(explainedOf([...of(0, 0), ...of(1, 0)])).toBeCloseTo(0, 6);
  expect(explainedOf([])).toBeUndefined();
});

test("the strongest columns come first, and those under the limit are not said to leak", () => {
  const lines = [
    ...bin(0, 40, 10).map((one) => ({ at: 0, ...one })),
    ...bin(1, 10, 40).map((one) => ({ at: 0, ...one })),
    ...bin(0, 50, 0).map((one) => ({ at: 1, ...one })),
    ...bin(1, 0, 50).map((one) => ({ at: 1, ...one })),
  ].map(({ at, half, bin: place, label, rows }) => [at, half, place, label, rows].join());
  const csv = `feature,half,bin,label,rows\n${lines.join("\n")}\n`;
  expect(columnPowers({ task: "classification", columns: ["age", "payout"] }, csv, 0.99)).toEqual({
    ...{ measure: "roc_auc", rows: 200, columns: 2, limit: 0.99 },
    leaking: [{ name: "payout", power: 1 }],
    next: { name: "age", power: expect.closeTo(0.8) },
  });
});
