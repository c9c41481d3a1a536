import { describe, expect, test } from "vitest";
import {
  confirmedSlices,
  differentCandidates,
  type MaskedRows,
} from "../../../../src/measurements/worst-slices/confirm.ts";

const rows = (part: MaskedRows["part"], mask: number, count: number, wrong: number): MaskedRows => ({
  ...{ part, mask, rows: count, sum: wrong, squares: wrong },
});
const NAMES = [["age < 25", "region = West"], ["age < 25"], ["plan = pro"]];
const confirm = (masks: readonly MaskedRows[]) =>
  confirmedSlices(masks, NAMES, { metric: "accuracy", confidence: 0.95, minimum: 50 });

/** The first candidate is bad, the second only where the first is, the third by itself. */
const searched = [
  rows("searched", 0, 3000, 300),
  rows("searched", 0b011, 200, 80),
  rows("searched", 0b010, 800, 80),
  rows("searched", 0b100, 200, 70),
];

test("a candidate that is bad because another one is within it says nothing new", () => {
  expect(differentCandidates(searched, 3, 50)).toEqual([0, 2]);
});

describe("the other half of the rows", () => {
  test("confirms what is bad there too, the worst first", () => {
    const { candidates, slices } = confirm([
      ...searched,
      ...[rows("held", 0, 3000, 300), rows("held", 0b011, 206, 80), rows("held", 0b010, 800, 80)],
      ...[rows("held", 0b100, 200, 90), rows("neither", 0b011, 6, 3)],
    ]);
    expect(candidates).toBe(2);
    expect(slices.map(({ conditions }) => conditions.join())).toEqual(["plan = pro", "age < 25,region = West"]);
    expect(slices[1]).toMatchObject({ rows: 412, heldRows: 206, candidate: { value: 1 - 80 / 206 } });
    expect(slices[1]?.candidate.interval?.low).toBeCloseTo(0.5436, 4);
    expect(slices[1]?.difference.interval?.high).toBeLessThan(-0.2);
  });

  test("does not confirm what only the searched half had", () => {
    const { slices } = confirm([
      ...searched,
      rows("held", 0, 3800, 380),
      rows("held", 0b011, 200, 26),
      rows("held", 0b100, 200, 20),
    ]);
    expect(slices).toEqual([]);
  });

  test("names a part of a group where that is worse than the rest of it", () => {
    const named = (wrong: number): string[] =>
      confirmedSlices(
        [
          ...[rows("searched", 0, 3000, 300), rows("searched", 0b10, 400, 140), rows("searched", 0b11, 100, 50)],
          ...[rows("held", 0, 3000, 300), rows("held", 0b10, 400, 140), rows("held", 0b11, 100, wrong)],
        ],
        NAMES.slice(0, 2),
        { metric: "accuracy", confidence: 0.95, minimum: 50 },
      ).slices.map(({ conditions }) => conditions.join());
    expect(named(38)).toEqual(["age < 25"]);
    expect(named(80)).toEqual(["age < 25,region = West", "age < 25"]);
  });

  test("has nothing to say of a group without rows there", () => {
    expect(confirm([...searched, rows("held", 0, 100, 10)]).slices).toEqual([]);
  });
});

test("rankings are compared by how far they are from 1", () => {
  const groups = (part: MaskedRows["part"], mask: number, count: number, mean: number): MaskedRows => ({
    ...{ part, mask, rows: count, sum: count * mean, squares: count * (mean * mean + 0.01) },
  });
  const { slices } = confirmedSlices(
    [
      groups("searched", 0, 900, 0.1),
      groups("searched", 1, 90, 0.4),
      groups("held", 0, 900, 0.1),
      groups("held", 1, 90, 0.3),
    ],
    [["country = Peru"]],
    { metric: "ndcg", confidence: 0.95, minimum: 50 },
  );
  const [slice] = slices;
  expect(slice?.candidate.value).toBeCloseTo(0.7, 12);
  expect(slice?.others.value).toBeCloseTo(0.9, 12);
  expect(slice?.difference.value).toBeCloseTo(-0.2, 12);
  for (const { value, interval } of [slice?.candidate, slice?.others, slice?.difference].flatMap((one) => one ?? [])) {
    expect(interval?.low).toBeLessThan(value);
    expect(interval?.high).toBeGreaterThan(value);
  }
});

test("numbers are compared by their mean absolute error", () => {
  const numbers = (part: MaskedRows["part"], mask: number, count: number, mean: number): MaskedRows => ({
    ...{ part, mask, rows: count, sum: count * mean, squares: count * (mean * mean + 1) },
  });
  const { slices } = confirmedSlices(
    [
      numbers("searched", 0, 1000, 2),
      numbers("searched", 1, 100, 5),
      numbers("held", 0, 1000, 2),
      numbers("held", 1, 100, 4),
    ],
    [["age < 25"]],
    { metric: "mae", confidence: 0.95, minimum: 50 },
  );
  expect(slices[0]).toMatchObject({ candidate: { value: 4 }, others: { value: 2 }, difference: { value: 2 } });
  // The mean of a hundred with a deviation of about one.
  expect(slices[0]?.candidate.interval?.high).toBeCloseTo(4.2, 2);
});
