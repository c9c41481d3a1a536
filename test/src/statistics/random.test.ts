import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialCdf } from "../../../src/statistics/binomial.ts";
import { binomial, randomOf } from "../../../src/statistics/random.ts";
import { resampler } from "../../../src/statistics/resample.ts";

describe("random numbers", () => {
  test("are the same from the same seed, and others from another", () => {
    const of = (seed: number) => Array.from({ length: 4 }, randomOf(seed));
    expect(of(1)).toEqual(of(1));
    const all = [1, 2, 3, -1, 2 ** 32, 2 ** 32 + 1].flatMap(of);
    expect(new Set(all).size).toBe(all.length);
  });

  test("are spread evenly", () => {
    const random = randomOf(42);
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw++) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Chi-square with 9 degrees of freedom is under 33.7 in 9,999 of 10,000 cases.
    expect(tenths.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(33.7);
  });
});

/** The largest distance between the drawn numbers' distribution and the exact one (Kolmogorov). */
function distance(n: number, p: number, draws: number): number {
  const random = randomOf(n);
  const counts = new Array<number>(n + 1).fill(0);
  for (let draw = 0; draw < draws; draw++) {
    const k = binomial(n, p, random);
    counts[k] = (counts[k] ?? 0) + 1;
  }
  let below = 0;
  return Math.max(
    ...counts.map((count, k) => {
      below += count;
      return Math.abs(below / draws - binomialCdf(k, n, p));
    }),
  );
}

test.each([
  [1, 0.3],
  [20, 0.05],
  [20, 0.95],
  [40, 0.26],
  [100, 0.5],
  [1000, 0.011],
  [5000, 0.4],
])("draws of %d with probability %d are binomial", (n, p) => {
  const draws = 20_000;
  // Beyond 2.23/√draws in one of 10,000 cases.
  expect(distance(n, p, draws)).toBeLessThan(2.23 / Math.sqrt(draws));
});

test("draws of nothing, and of the certain", () => {
  const random = randomOf(1);
  expect([binomial(0, 0.5, random), binomial(7, 0, random), binomial(7, 1, random)]).toEqual([0, 0, 7]);
});

describe("a resample", () => {
  test("has as many rows, and none of an empty cell", () => {
    const cells = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(cells, fc.integer(), (cell, seed) => {
        const counts = Float64Array.from(cell);
        const into = new Float64Array(counts.length);
        const draw = resampler(counts, randomOf(seed));
        for (let resample = 0; resample < 3; resample++) {
          draw(into);
          expect(into.reduce((sum, count) => sum + count)).toBe(cell.reduce((sum, count) => sum + count));
          into.forEach((count, at) => {
            expect(count).toBeGreaterThanOrEqual(0);
            if (cell[at] === 0) expect(count).toBe(0);
          });
        }
      }),
    );
  });

  // Few rows to a cell are drawn one by one, many by cell.
  test.each([[[3, 1, 0, 6]], [[300, 100, 0, 600]]])(
    "of %j has the mean and the spread of a multinomial draw",
    (cell) => {
      const counts = Float64Array.from(cell);
      const rows = cell.reduce((sum, count) => sum + count);
      const draw = resampler(counts, randomOf(9));
      const into = new Float64Array(4);
      const [sums, squares] = [new Float64Array(4), new Float64Array(4)];
      const draws = 20_000;
      let together = 0;
      for (let resample = 0; resample < draws; resample++) {
        draw(into);
        into.forEach((count, at) => {
          sums[at] = (sums[at] as number) + count;
          squares[at] = (squares[at] as number) + count * count;
        });
        together += (into[0] as number) * (into[3] as number);
      }
      cell.forEach((count, at) => {
        const mean = (sums[at] as number) / draws;
        const variance = (squares[at] as number) / draws - mean * mean;
        const expected = count * (1 - count / rows);
        expect(Math.abs(mean - count)).toBeLessThanOrEqual(4 * Math.sqrt(expected / draws));
        expect(Math.abs(variance - expected)).toBeLessThanOrEqual(0.05 * expected);
      });
      const covariance = together / draws - ((sums[0] as number) * (sums[3] as number)) / draws ** 2;
      const expected = -((cell[0] as number) * (cell[3] as number)) / rows;
      expect(Math.abs(covariance - expected)).toBeLessThan(0.06 * Math.abs(expected));
    },
  );
});
