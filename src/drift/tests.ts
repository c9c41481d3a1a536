import { compareCounts, totalVariation } from "../statistics/contingency.ts";
import { type Distances, distances } from "../statistics/distribution-distance.ts";
import { kolmogorovTail } from "../statistics/kolmogorov.ts";
import { populationStability } from "../statistics/population-stability.ts";
import { sharesOf, sumOf } from "../statistics/shares.ts";
import type { ColumnPlan } from "./columns.ts";
import type { CategoryCells, Counts, NumberCells, WordCounts } from "./counts.ts";
import type { Change, ChangeCode, ColumnTest, Role, Shares } from "./readings.ts";

/** The number of parts of the reference for the stability index of numbers. */
const DECILES = 10;
/** The number of bins in a plot, and the largest number of categories. */
const HISTOGRAM_BINS = 30;
const MAX_SHOWN_CATEGORIES = 12;

/** All tests of all columns, with unadjusted p-values. */
export function columnTests(
  columns: readonly ColumnPlan[],
  counts: Counts,
  roleOf: (column: string) => Role,
): ColumnTest[] {
  return columns.flatMap((column, index) => {
    const base = { column: column.name, role: roleOf(column.name), kind: column.kind };
    const found = valueTests(column, index, counts).map((one): ColumnTest => ({ ...base, ...one }));
    return [...found, ...missingTest(column, index, counts).map((one): ColumnTest => ({ ...base, ...one }))];
  });
}

type ColumnTestResult = Omit<ColumnTest, "column" | "role" | "kind">;

function valueTests({ kind }: ColumnPlan, index: number, counts: Counts): ColumnTestResult[] {
  const of = <T extends { readonly column: number }>(all: readonly T[]): T[] =>
    all.filter((one) => one.column === index);
  switch (kind) {
    case "number":
      return of(counts.numbers).map(numberTest);
    case "category":
      return of(counts.categories).map(categoryTest);
    case "text":
      return [...of(counts.lengths).map(lengthTest), ...of(counts.words).flatMap(wordTests)];
    case "skipped":
      return [];
  }
}

interface Cells {
  readonly values: Float64Array;
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

const cellsOf = ({ values, reference, current }: NumberCells): Cells => ({
  values: Float64Array.from(values ?? []),
  reference: Float64Array.from(reference ?? []),
  current: Float64Array.from(current ?? []),
});

/**
 * The Kolmogorov–Smirnov test. Values in one bin count as equal, so that for binned numbers the distance is too small by at
 * most the share of rows in the fullest bin of either side, which is 0.0015 for a normal distribution.
 */
export function numberTest(raw: NumberCells): ColumnTestResult {
  const cells = cellsOf(raw);
  const distance = distances(cells);
  const [reference, current] = [sumOf(cells.reference), sumOf(cells.current)];
  const stability = stabilityOf(cells);
  return {
    test: "Kolmogorov–Smirnov",
    effect: distance?.kolmogorov ?? 0,
    p: distance === undefined ? 1 : kolmogorovTail(distance.kolmogorov, reference, current),
    reference,
    current,
    ...(distance === undefined ? {} : { change: changeOfMean(cells) }),
    ...(stability === undefined ? {} : { stability }),
    ...inDeviations(distance),
    ...(distance === undefined ? {} : { shares: histogramShares(cells) }),
  };
}

const lengthTest = (raw: NumberCells): ColumnTestResult => ({ ...numberTest(raw), test: "length of texts" });

const inDeviations = (found: Distances | undefined): { wasserstein?: number } =>
  found === undefined || found.referenceDeviation === 0
    ? {}
    : { wasserstein: found.wasserstein / found.referenceDeviation };

const meanOf = (values: Float64Array, counts: Float64Array): number => {
  const rows = sumOf(counts);
  return values.reduce((sum, value, index) => sum + value * ((counts[index] as number) / rows), 0);
};

const changeOfMean = ({ values, reference, current }: Cells): Change => ({
  code: "mean",
  before: meanOf(values, reference),
  now: meanOf(values, current),
});

/**
 * The population stability index over ten parts of the reference, which are as equal as repeated values allow. A value that
 * the reference lacks belongs to the part of the next greater one.
 */
function stabilityOf({ reference, current }: Cells): number | undefined {
  const rows = sumOf(reference);
  const parts = { reference: new Float64Array(DECILES), current: new Float64Array(DECILES) };
  let [above, part] = [0, DECILES - 1];
  for (let index = reference.length - 1; index >= 0; index--) {
    const count = reference[index] as number;
    // A repeated value belongs to the part that contains the middle of its rows.
    if (count > 0) part = Math.min(DECILES - 1, Math.floor(((rows - above - count / 2) / rows) * DECILES));
    parts.reference[part] = (parts.reference[part] as number) + count;
    parts.current[part] = (parts.current[part] as number) + (current[index] as number);
    above += count;
  }
  return populationStability(parts.reference, parts.current);
}

/** A histogram between the 1 and 99 % quantiles of both sides together; values beyond are in the first and the last bin. */
function histogramShares({ values, reference, current }: Cells): Shares {
  const both = values.map((_, index) => (reference[index] as number) + (current[index] as number));
  const [low, high] = [quantileOf(values, both, 0.01), quantileOf(values, both, 0.99)];
  const binned = (counts: Float64Array): number[] => {
    const bins = new Float64Array(HISTOGRAM_BINS);
    values.forEach((value, index) => {
      const bin = Math.max(
        0,
        Math.min(HISTOGRAM_BINS - 1, Math.floor(((value - low) / (high - low || 1)) * HISTOGRAM_BINS)),
      );
      bins[bin] = (bins[bin] as number) + (counts[index] as number);
    });
    return [...(sharesOf(bins) ?? bins)];
  };
  return { low, high, reference: binned(reference), current: binned(current) };
}

function quantileOf(values: Float64Array, counts: Float64Array, share: number): number {
  const wanted = share * sumOf(counts);
  let below = 0;
  const index = counts.findIndex((count) => {
    below += count;
    return below >= wanted;
  });
  return values[index] ?? 0;
}

export function categoryTest({ values, reference: before, current: now }: CategoryCells): ColumnTestResult {
  const [reference, current] = [before ?? [], now ?? []];
  const names = (values ?? []).map((value) => value ?? "all others");
  const stability = populationStability(reference, current);
  const [old, recent] = [sharesOf(reference), sharesOf(current)];
  return {
    test: "chi-square",
    effect: totalVariation(reference, current) ?? 0,
    // There is no p-value for fewer than two cells: one category, or too few rows in all others.
    p: compareCounts(reference, current)?.p ?? 1,
    reference: sumOf(reference),
    current: sumOf(current),
    ...(old === undefined || recent === undefined ? {} : largestChange(names, old, recent)),
    ...(stability === undefined ? {} : { stability }),
    ...(old === undefined || recent === undefined
      ? {}
      : {
          shares: {
            categories: names.slice(0, MAX_SHOWN_CATEGORIES),
            reference: [...old.slice(0, MAX_SHOWN_CATEGORIES)],
            current: [...recent.slice(0, MAX_SHOWN_CATEGORIES)],
          },
        }),
  };
}

function largestChange(
  names: readonly string[],
  old: ArrayLike<number>,
  recent: ArrayLike<number>,
): { readonly change?: Change } {
  const change = (index: number): number => Math.abs((old[index] as number) - (recent[index] as number));
  const most = names.map((_, index) => index).reduce((best, index) => (change(index) > change(best) ? index : best), 0);
  const category = names[most];
  if (category === undefined || change(most) === 0) return {};
  const [before, now] = [old[most] as number, recent[most] as number];
  return { change: { code: "share-of-category", category, before, now } };
}

/** Combines the tests of all words into one with Bonferroni's correction, and adds the test for unseen words. */
function wordTests(counts: WordCounts): ColumnTestResult[] {
  const { reference, current, otherHalf, unseenInOtherHalf, unseenInCurrent } = counts;
  const words = counts.words ?? [];
  const each = words.map((one) => ({
    ...one,
    ...shareTest([one.reference, reference], [one.current, current], { code: "share-with-word", word: one.word }),
  }));
  const [least, most] = [Math.min(1, ...each.map(({ p }) => p)), Math.max(0, ...each.map(({ effect }) => effect))];
  const word = each.find(({ effect }) => effect === most);
  const unseen = shareTest([unseenInOtherHalf, otherHalf], [unseenInCurrent, current], {
    code: "share-with-unseen-words",
  });
  return [
    {
      test: "words of texts",
      effect: most,
      p: Math.min(1, least * Math.max(1, words.length)),
      reference,
      current,
      ...(word === undefined || most === 0 ? {} : { change: word.change }),
    },
    { test: "unseen words", ...unseen, reference: otherHalf, current },
  ];
}

/** Tests the missing values; no test if there are none, since it would only make the correction for many tests stricter. */
function missingTest(
  { kind }: ColumnPlan,
  index: number,
  { rows, present, numbers, categories }: Counts,
): ColumnTestResult[] {
  const cells = [...(kind === "number" ? numbers : kind === "category" ? categories : [])].find(
    (one) => one.column === index,
  );
  // In a column of numbers, a value that is no number counts as missing.
  const before = cells === undefined ? (present.reference[index] ?? 0) : sumOf(cells.reference ?? []);
  const now = cells === undefined ? (present.current[index] ?? 0) : sumOf(cells.current ?? []);
  if (before === rows.reference && now === rows.current) return [];
  const found = shareTest([rows.reference - before, rows.reference], [rows.current - now, rows.current], {
    code: "share",
  });
  return [{ test: "missing values", ...found, reference: rows.reference, current: rows.current }];
}

type Part = readonly [some: number, all: number];

/** Tests whether a share is the same on both sides. */
function shareTest(
  [some, all]: Part,
  [someNow, allNow]: Part,
  what: ChangeCode,
): { readonly p: number; readonly effect: number; readonly change: Change } {
  const [before, now] = [all === 0 ? 0 : some / all, allNow === 0 ? 0 : someNow / allNow];
  return {
    p: compareCounts([some, all - some], [someNow, allNow - someNow])?.p ?? 1,
    effect: Math.abs(before - now),
    change: { ...what, before, now },
  };
}
