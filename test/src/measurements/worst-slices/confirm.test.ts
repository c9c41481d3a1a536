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

/** The group of a tenth of the rows whose error is greater, by the mean of all others and its own in the searched and the held rows. */
function worse(metric: "mae" | "ndcg", [others, searched, held]: readonly [number, number, number], variance: number) {
  const errors = (part: MaskedRows["part"], mask: number, count: number, mean: number): MaskedRows => ({
    ...{ part, mask, rows: count, sum: count * mean, squares: count * (mean * mean + variance) },
  });
  const parts = [["searched", searched] as const, ["held", held] as const];
  const masks = parts.flatMap(([part, mean]) => [errors(part, 0, 1000, others), errors(part, 1, 100, mean)]);
  return confirmedSlices(masks, [["age < 25"]], { metric, confidence: 0.95, minimum: 50 }).slices[0];
}

test("rankings are compared by how far they are from 1", () => {
  const slice = worse("ndcg", [0.1, 0.4, 0.3], 0.01);
  const measured = [slice?.candidate, slice?.others, slice?.difference];
  expect(measured.map((one) => one?.value)).toEqual([0.7, 0.9, -0.2].map((value) => expect.closeTo(value, 12)));
  for (const { value, interval } of measured.flatMap((one) => one ?? [])) {
    expect(interval?.low).toBeLessThan(value);
    expect(interval?.high).toBeGreaterThan(value);
  }
});

test("numbers are compared by their mean absolute error", () => {
  const slice = worse("mae", [2, 5, 4], 1);
  expect(slice).toMatchObject({ candidate: { value: 4 }, others: { value: 2 }, difference: { value: 2 } });
  // The mean of a hundred with a deviation of about one.
  expect(slice?.candidate.interval?.high).toBeCloseTo(4.2, 2);
});
