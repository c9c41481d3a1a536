import { describe, expect, test } from "vitest";
import type { ColumnPlan } from "../../../src/drift/columns.ts";
import type { Counts } from "../../../src/drift/counts.ts";
import { categoryTest, columnTests, numberTest } from "../../../src/drift/tests.ts";

const plan = (name: string, kind: ColumnPlan["kind"]): ColumnPlan => ({
  ...{ name, kind, numeric: kind === "number", exact: true, center: 0, scale: 1 },
});

const EMPTY: Counts = {
  ...{ numbers: [], categories: [], lengths: [], words: [] },
  ...{ rows: { reference: 1000, current: 1000 }, present: { reference: [1000], current: [1000] } },
};

const feature = () => "feature" as const;

describe("numbers", () => {
  test("differ by the largest difference of their distribution functions", () => {
    const found = numberTest({
      column: 0,
      values: [1, 2, 3, 4],
      reference: [400, 300, 200, 100],
      current: [100, 200, 300, 400],
    });
    expect(found).toMatchObject({ test: "Kolmogorov–Smirnov", reference: 1000, current: 1000 });
    expect(found.change).toEqual({ code: "mean", before: 2, now: 3 });
    expect(found.effect).toBeCloseTo(0.4);
    expect(found.p).toBeLessThan(1e-50);
    expect(found.wasserstein).toBeCloseTo(1);
    expect(found.stability).toBeGreaterThan(0.5);
  });

  test("of equal counts are alike", () => {
    const found = numberTest({ column: 0, values: [1, 2], reference: [500, 500], current: [50, 50] });
    expect(found).toMatchObject({ effect: 0, p: 1, stability: 0, wasserstein: 0 });
  });

  test("stability is over ten parts of the reference", () => {
    const values = Array.from({ length: 100 }, (_, at) => at);
    const current = values.map((value) => (value < 50 ? 15 : 5));
    const found = numberTest({ column: 0, values, reference: values.map(() => 10), current });
    expect(found.stability).toBeCloseTo(5 * 0.05 * Math.log(1.5) - 5 * 0.05 * Math.log(0.5), 10);
  });

  test("a single value, or none, gives a result", () => {
    expect(numberTest({ column: 0, values: [7], reference: [5], current: [5] })).toMatchObject({ effect: 0, p: 1 });
    expect(numberTest({ column: 0, values: null, reference: null, current: null })).toMatchObject({
      effect: 0,
      p: 1,
      reference: 0,
    });
  });
});

describe("categories", () => {
  test("differ by the total variation", () => {
    const found = categoryTest({
      column: 0,
      values: ["a", "b", null],
      reference: [500, 400, 100],
      current: [300, 400, 300],
    });
    expect(found.effect).toBeCloseTo(0.2);
    expect(found.p).toBeLessThan(1e-20);
    expect(found.change).toEqual({ code: "share-of-category", category: "a", before: 0.5, now: 0.3 });
    expect(found.shares?.categories).toEqual(["a", "b", "all others"]);
  });

  test("a single category has not drifted", () => {
    const found = categoryTest({ column: 0, values: ["a"], reference: [500], current: [400] });
    expect(found).toMatchObject({ effect: 0, p: 1 });
    expect(found.change).toBeUndefined();
  });
});

describe("text", () => {
  const words = {
    column: 0,
    reference: 1000,
    current: 1000,
    otherHalf: 500,
    unseenInOtherHalf: 25,
    unseenInCurrent: 50,
  };
  const find = (more: object): Record<string, number>[] =>
    columnTests([plan("t", "text")], { ...EMPTY, words: [{ ...words, words: [], ...more }] }, feature).map(
      ({ test, effect, p }) => ({ [test]: effect, p }),
    );

  test("the tests of all words are one, with Bonferroni's correction", () => {
    const [few] = find({ words: [{ word: "a", reference: 500, current: 430 }] });
    const [many] = find({
      words: [
        { word: "a", reference: 500, current: 430 },
        ...Array.from({ length: 9 }, (_, at) => ({ word: `w${at}`, reference: 300, current: 300 })),
      ],
    });
    expect(few?.["words of texts"]).toBeCloseTo(0.07);
    expect(many?.p).toBeCloseTo(10 * (few?.p ?? 0), 12);
  });

  test("unseen words are compared with those between two halves of the reference", () => {
    const [, unseen] = find({ unseenInCurrent: 50 });
    expect(unseen?.["unseen words"]).toBeCloseTo(0);
    const [, more] = find({ unseenInCurrent: 250 });
    expect(more?.["unseen words"]).toBeCloseTo(0.2);
    expect(more?.p).toBeLessThan(1e-10);
  });
});

describe("missing values", () => {
  const counts: Counts = { ...EMPTY, present: { reference: [980], current: [700] } };

  test("are compared for every column, skipped ones too", () => {
    const [found] = columnTests([plan("k", "skipped")], counts, feature);
    expect(found).toMatchObject({
      column: "k",
      test: "missing values",
      change: { code: "share", before: 0.02, now: 0.3 },
    });
    expect(found?.effect).toBeCloseTo(0.28);
  });

  test("include values that are no number in a column of numbers", () => {
    const numbers = [{ column: 0, values: [1], reference: [1000], current: [600] }];
    const found = columnTests([plan("n", "number")], { ...counts, numbers }, feature);
    expect(found.find((one) => one.test === "missing values")?.change).toEqual({ code: "share", before: 0, now: 0.4 });
  });

  test("give no test if there are none", () => {
    expect(columnTests([plan("k", "skipped")], EMPTY, feature)).toEqual([]);
  });
});
