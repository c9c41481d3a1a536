import { describe, expect, test } from "vitest";
import {
  calibrationErrorInterval,
  calibrationOf,
  scoresOf,
} from "../../../../src/measurements/predictions/calibration.ts";
import { metricsOf } from "../../../../src/measurements/predictions/metrics.ts";
import { wilson } from "../../../../src/statistics/proportion.ts";
import { randomOf } from "../../../../src/statistics/random.ts";
import { cellPerRow, merged } from "./cells.ts";

const scores = [0, 0.1, 0.05, 0.15, 0.5, 0.5, 0.91, 1];
const labels = [0, 0, 1, 1, 1, 0, 1, 1];
const rows = cellPerRow({ classes: ["no", "yes"], positive: 1, labels, models: [{ predictions: labels, scores }] });

test("ten bins of the score, without the empty ones", () => {
  const bins = calibrationOf(rows, 0, 0.95);
  expect(bins.map((bin) => bin.rows)).toEqual([3, 1, 2, 2]);
  expect(bins.map((bin) => Number(bin.score.toFixed(12)))).toEqual([0.05, 0.15, 0.5, 0.955]);
  expect(bins.map((bin) => Number(bin.observed.toFixed(12)))).toEqual([0.333333333333, 1, 0.5, 1]);
  expect(bins[0]?.interval).toEqual(wilson(1, 3, 0.95));
});

test("the calibration error is the bins' mean gap", () => {
  const gaps = calibrationOf(rows, 0, 0.95).map((bin) => bin.rows * Math.abs(bin.score - bin.observed));
  expect(metricsOf(rows, 0).calibration_error).toBeCloseTo(gaps.reduce((sum, gap) => sum + gap) / labels.length, 12);
});

describe("the interval of the calibration error", () => {
  const OPTIONS = { resamples: 200, confidence: 0.95, seed: 1 };

  /** Rows whose scores come true in another share of cases than they say. */
  const drawn = (count: number, seed: number, truth: (score: number) => number) => {
    const random = randomOf(seed);
    const scores = Array.from({ length: count }, () => random());
    const labels = scores.map((score) => Number(random() < truth(score)));
    return cellPerRow({ classes: ["no", "yes"], positive: 1, labels, models: [{ predictions: labels, scores }] });
  };
  const missed = (count: number, error: number, truth: (score: number) => number) => {
    const intervals = Array.from({ length: 100 }, (_, seed) =>
      calibrationErrorInterval(drawn(count, seed, truth), 0, OPTIONS),
    );
    return intervals.filter(({ low, high }) => error < low || error > high).length;
  };

  test("holds the true error, of a perfect score as well, however few the rows", () => {
    for (const count of [100, 1000]) {
      // A lower end may be above the error in 2.5 % of all sets, and a percentile interval is in nearly every one.
      expect(missed(count, 0, (score) => score)).toBeLessThan(10);
      expect(missed(count, 0.1, (score) => 0.5 + 0.6 * (score - 0.5))).toBeLessThan(10);
    }
  });

  test("excludes scores that mean what they say where they do not, and holds its value", () => {
    const rows = drawn(1000, 5, (score) => 0.5 + 0.3 * (score - 0.5));
    const { low, high } = calibrationErrorInterval(rows, 0, OPTIONS);
    const value = metricsOf(rows, 0).calibration_error ?? Number.NaN;
    expect(low).toBeGreaterThan(0.08);
    expect(value).toBeGreaterThan(low);
    expect(value).toBeLessThanOrEqual(high);
    expect(calibrationErrorInterval(merged(rows), 0, OPTIONS)).toEqual({ low, high });
  });

  test("of a single row stays within what an error can be", () => {
    expect(
      calibrationErrorInterval(
        drawn(1, 1, () => 1),
        0,
        OPTIONS,
      ).high,
    ).toBeLessThanOrEqual(1);
  });
});

test("twenty bins of the score for each side", () => {
  const { positive, negative } = scoresOf(rows, 0);
  const filled = (counts: readonly number[]) => counts.flatMap((count, bin) => (count === 0 ? [] : [[bin, count]]));
  expect([positive.length, negative.length]).toEqual([20, 20]);
  expect(filled(positive)).toEqual([
    [0, 1],
    [2, 1],
    [9, 1],
    [18, 1],
    [19, 1],
  ]);
  expect(filled(negative)).toEqual([
    [0, 1],
    [1, 1],
    [9, 1],
  ]);
});

test("rows that are counted together have the same bins", () => {
  expect(calibrationOf(merged(rows), 0, 0.9)).toEqual(calibrationOf(rows, 0, 0.9));
  expect(scoresOf(merged(rows), 0)).toEqual(scoresOf(rows, 0));
});

test("without scores there is no calibration", () => {
  const scoreless = cellPerRow({ classes: ["no", "yes"], positive: 1, labels, models: [{ predictions: labels }] });
  expect(() => calibrationOf(scoreless, 0, 0.95)).toThrow("without scores");
});
