import { describe, expect, test } from "vitest";
import { type Bins, conditionOf, predicateSql } from "../../../../src/measurements/worst-slices/bins.ts";
import {
  type Cell,
  type Counts,
  candidatesOf,
  promisingTriples,
} from "../../../../src/measurements/worst-slices/candidates.ts";
import { boundOf, type SearchedRows, scoreOf } from "../../../../src/measurements/worst-slices/score.ts";

const age: Bins = { name: "age", numeric: true, edges: [25, 40], few: false };
const region: Bins = { name: "region", numeric: false, edges: ["West", "East"], few: false };
const bins = [age, region];
const at = (column: number, bin: number) => ({ column, from: bin, to: bin });
/** Errors of a classifier. */
const cell = (predicates: Cell["predicates"], rows: number, sum: number): Cell => ({
  predicates,
  rows,
  sum,
  squares: sum,
});
const total = (cells: readonly Cell[]): SearchedRows => {
  const [rows, sum] = cells.reduce(([all, wrong], one) => [all + one.rows, wrong + one.sum], [0, 0]);
  return { rows, sum, squares: sum, greatest: 1, minimum: 20 };
};
/** Counts of three bins of age and two regions, by the share of wrong answers in each. */
function counts(wrong: (age: number, region: number) => number): Counts {
  const pairs = [1, 2, 3].flatMap((one) =>
    [1, 2].map((two) => cell([at(0, one), at(1, two)], 300, Math.round(300 * wrong(one, two)))),
  );
  const sums = (column: 0 | 1, bin: number): Cell => {
    const { rows, sum } = total(pairs.filter(({ predicates }) => predicates[column]?.from === bin));
    return cell([at(column, bin)], rows, sum);
  };
  const singles = [sums(0, 1), sums(0, 2), sums(0, 3), sums(1, 1), sums(1, 2)];
  return { bins, all: total(pairs), cells: [...singles, ...pairs] };
}
const namesOf = (found: readonly Cell[]): string[] =>
  found.map(({ predicates }) => predicates.map((one) => conditionOf(bins[one.column] as Bins, one)).join(" and "));

describe("the groups that are held against the other rows", () => {
  test("are those in which every condition counts", () => {
    expect(namesOf(candidatesOf(counts((one, two) => (one === 1 && two === 1 ? 0.5 : 0.1))))[0]).toBe(
      "age < 25 and region = West",
    );
    expect(namesOf(candidatesOf(counts((one) => (one === 1 ? 0.4 : 0.1))))).toEqual(["age < 25"]);
  });

  test("have bins side by side joined where they are alike", () => {
    expect(namesOf(candidatesOf(counts((one, two) => (one < 3 && two === 1 ? 0.5 : 0.1))))[0]).toBe(
      "age < 40 and region = West",
    );
  });

  test("are none of a model that is as good at all, or never wrong", () => {
    expect(candidatesOf(counts(() => 0.1))).toEqual([]);
    expect(candidatesOf(counts(() => 0))).toEqual([]);
  });

  test("have enough rows", () => {
    const { cells, ...rest } = counts(() => 0.1);
    const few = cell([at(0, 1), at(1, 1)], 9, 9);
    expect(candidatesOf({ ...rest, cells: [...cells.slice(0, 5), few] })).toEqual([]);
  });
});

test("the bound is above the score of whatever is within", () => {
  const all: SearchedRows = { rows: 1000, sum: 100, squares: 100, greatest: 1, minimum: 20 };
  for (const outer of [
    { rows: 300, sum: 60 },
    { rows: 40, sum: 4 },
    { rows: 1000, sum: 100 },
  ]) {
    for (let rows = all.minimum; rows <= outer.rows; rows++) {
      const worst = { rows, sum: Math.min(rows, outer.sum) };
      expect(scoreOf(worst, all)).toBeLessThanOrEqual(boundOf(outer, all) + 1e-12);
    }
  }
  expect(boundOf({ rows: 10, sum: 10 }, all)).toBe(-Infinity);
});

test("three columns are counted where something worse may be within all their pairs", () => {
  const all: SearchedRows = { rows: 1000, sum: 100, squares: 100, greatest: 1, minimum: 20 };
  const pair = (one: number, other: number, sum: number) => cell([at(one, 1), at(other, 1)], 200, sum);
  const three = [age, region, { ...region, name: "plan" }, { ...region, name: "device" }];
  const found = promisingTriples({
    ...{ bins: three, all },
    cells: [pair(0, 1, 60), pair(0, 2, 60), pair(1, 2, 60), pair(0, 3, 1), pair(1, 3, 1), pair(2, 3, 1)],
  });
  expect(found).toEqual([[0, 1, 2]]);
});

describe("what rows have in common, in words and as SQL", () => {
  const few: Bins = { name: 'of "birth"', numeric: true, edges: [0, 1, 2], few: true };
  test.each([
    [age, 1, 1, "age < 25", "< '25'::DOUBLE"],
    [age, 2, 2, "25 <= age < 40", ">= '25'::DOUBLE AND "],
    [age, 3, 3, "age >= 40", ">= '40'::DOUBLE"],
    [age, 30, 30, "no age", "IS NULL"],
    [few, 3, 3, 'of "birth" = 1', '"of ""birth"""'],
    [few, 2, 3, 'of "birth" <= 1', "< '2'::DOUBLE"],
    [few, 3, 4, 'of "birth" >= 1', ">= '1'::DOUBLE"],
    [region, 1, 1, "region = West", "= 'West'"],
  ] as const)("%#", (one, from, to, words, sql) => {
    expect(conditionOf(one, { column: 0, from, to })).toBe(words);
    expect(predicateSql(one, { column: 0, from, to })).toContain(sql);
  });
});
