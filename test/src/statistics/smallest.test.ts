import { expect, test } from "vitest";
import { SMALLEST_PRECISION, smallestThat } from "../../../src/statistics/smallest.ts";

test("the smallest number is found within a tenth, and small ones exactly", async () => {
  for (const wanted of [1, 2, 3, 7, 90, 811, 15_999, 16_000]) {
    const { holds = 0, below } = await smallestThat(16_000, (value) => value >= wanted);
    expect(holds).toBeGreaterThanOrEqual(wanted);
    expect(below).toBeLessThan(wanted);
    expect(holds).toBeLessThanOrEqual(Math.max(below + 1, below * SMALLEST_PRECISION));
    if (wanted <= 9) expect(holds).toBe(wanted);
  }
});

test("what does not hold of the greatest number has none, and few numbers are tried", async () => {
  expect(await smallestThat(100, () => false)).toEqual({ below: 100 });
  expect(await smallestThat(0, () => true)).toEqual({ below: 0 });
  let tried = 0;
  await smallestThat(1_000_000, (value) => {
    tried += 1;
    return value > 12_345;
  });
  expect(tried).toBeLessThan(12);
});
