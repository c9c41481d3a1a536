import { mean } from "../../statistics/mean.ts";
import { type Moments, meanOf } from "../../statistics/student.ts";
import { ABSENT, type Bins, lastBin, OTHERS, type Predicate } from "./bins.ts";
import { added, boundOf, excess, NOTHING, type SearchedRows, scoreOf, without } from "./score.ts";
import type { Triple } from "./sql.ts";

/** Some rows that have up to three things in common, and how wrong the model is about them. */
export interface Cell extends Moments {
  /** In the order of the columns. */
  readonly predicates: readonly Predicate[];
}

/** What was counted in the searched rows. */
export interface Counts {
  readonly bins: readonly Bins[];
  readonly all: SearchedRows;
  /** Of each bin of each column, and of each pair of columns. */
  readonly cells: readonly Cell[];
}

/** Groups that are held against the other rows. */
export const MAX_CANDIDATES = 16;
/** Groups whose bins are widened: those with the highest score. */
const MAX_WIDENED = 400;
/** Column triples that are counted, those in which the worst groups may be first. */
const MAX_TRIPLES = 1200;
/** Standard errors by which a group must be worse than the other rows, and than the group without any one of its conditions. */
export const CLEARLY = 3;

/**
 * The triples of columns that may hold a group with a higher score than those that are known: a group is within its pairs, whose bounds
 * say how bad it can be.
 */
export function promisingTriples({ bins, all, cells }: Counts): Triple[] {
  const bounds = new Map<string, number>();
  for (const { predicates, ...moments } of cells) {
    if (predicates.length !== 2 || predicates.some(({ from }) => from === OTHERS)) continue;
    const key = keyOfColumns(predicates.map(({ column }) => column));
    bounds.set(key, Math.max(bounds.get(key) ?? -Infinity, boundOf(moments, all)));
  }
  const known = cells.flatMap((cell) => (isTried(cell, all) ? [scoreOf(cell, all)] : [])).sort((a, b) => b - a);
  const least = Math.max(0, known[MAX_CANDIDATES - 1] ?? 0);
  const bound = (...columns: number[]): number => bounds.get(keyOfColumns(columns)) ?? -Infinity;
  const found: { readonly triple: Triple; readonly bound: number }[] = [];
  for (let a = 0; a < bins.length; a++) {
    for (let b = a + 1; b < bins.length; b++) {
      if (bound(a, b) <= least) continue;
      for (let c = b + 1; c < bins.length; c++) {
        const smallest = Math.min(bound(a, b), bound(a, c), bound(b, c));
        if (smallest > least) found.push({ triple: [a, b, c], bound: smallest });
      }
    }
  }
  return found
    .sort((one, other) => other.bound - one.bound)
    .slice(0, MAX_TRIPLES)
    .map(({ triple }) => triple);
}

const keyOfColumns = (columns: readonly number[]): string => columns.join();

/** Whether a group counts among those that were tried. Half of the rows may do, since bins that lie side by side are joined. */
export const isTried = ({ predicates, rows }: Cell, { minimum }: SearchedRows): boolean =>
  rows >= minimum / 2 && predicates.every(({ from }) => from !== OTHERS);

/**
 * The groups that are worse than the others beyond what the searched rows have by chance, those with the highest score first. Bins of
 * numbers that lie side by side and are alike are joined. Every condition of a group makes it worse: one that does not is no part of
 * what is wrong.
 *
 * @param triples the groups of three columns that were counted
 */
export function candidatesOf(counts: Counts, triples: readonly Cell[] = []): Cell[] {
  const { all } = counts;
  const known = new Map([...counts.cells, ...triples].map((cell) => [keyOf(cell.predicates), cell]));
  const started = [...counts.cells, ...triples]
    .filter((cell) => isTried(cell, all) && isWorse(cell, all))
    .sort(byScore(all))
    .slice(0, MAX_WIDENED);
  const widened = new Map(
    started.map((cell) => {
      const one = widen(cell, counts.bins, all, known);
      return [JSON.stringify(one.predicates), one];
    }),
  );
  const worth = [...widened.values()]
    .filter((cell) => cell.rows >= all.minimum && scoreOf(cell, all) > 0 && everyPredicateCounts(cell, all, known))
    .sort(byScore(all));
  const kept: Cell[] = [];
  for (const cell of worth) {
    if (kept.length < MAX_CANDIDATES && !kept.some((one) => isWithin(cell, one) || isWider(cell, one))) kept.push(cell);
  }
  return kept;
}

const isWorse = (cell: Cell, all: SearchedRows): boolean => excess(cell, without(all, cell)) >= CLEARLY;

const byScore =
  (all: SearchedRows) =>
  (one: Cell, other: Cell): number =>
    scoreOf(other, all) - scoreOf(one, all) || one.predicates.length - other.predicates.length;

const keyOf = (predicates: readonly Pick<Predicate, "column" | "from">[]): string =>
  predicates.map(({ column, from }) => `${column}:${from}`).join();

/**
 * Joins bins of numbers that lie side by side, as long as the next one is more like the group than like all rows. The score would rather
 * keep the one that chance made the worst.
 */
function widen(cell: Cell, bins: readonly Bins[], all: SearchedRows, known: ReadonlyMap<string, Cell>): Cell {
  const steps = cell.predicates.flatMap((predicate, at) =>
    neighboursOf(predicate, bins).flatMap((next) => {
      const beside = cellOf(cell.predicates.with(at, next), known);
      const isAlike = beside !== undefined && beside.rows > 0 && meanOf(beside) > mean([meanOf(cell), meanOf(all)]);
      const from = Math.min(predicate.from, next.from);
      const to = Math.max(predicate.to, next.to);
      return isAlike
        ? [{ predicates: cell.predicates.with(at, { ...predicate, from, to }), ...added(cell, beside) }]
        : [];
    }),
  );
  const [most] = steps.sort((one, other) => other.rows - one.rows);
  return most === undefined ? cell : widen(most, bins, all, known);
}

/** The bins on both sides of those of a number. */
function neighboursOf({ column, from, to }: Predicate, bins: readonly Bins[]): Predicate[] {
  const own = bins[column];
  if (own?.numeric !== true || from === ABSENT) return [];
  return [from - 1, to + 1].flatMap((bin) => (bin < 1 || bin > lastBin(own) ? [] : [{ column, from: bin, to: bin }]));
}

/** The group of some intervals of bins; undefined when it was not counted. A pair of bins that has no rows is not known, and adds none. */
function cellOf(predicates: readonly Predicate[], known: ReadonlyMap<string, Cell>): Cell | undefined {
  const boxes = predicates.reduce<readonly (readonly Pick<Predicate, "column" | "from">[])[]>(
    (all, { column, from, to }) =>
      all.flatMap((box) => Array.from({ length: to - from + 1 }, (_, at) => [...box, { column, from: from + at }])),
    [[]],
  );
  const cells = boxes.map((box) => known.get(keyOf(box)));
  if (predicates.length === 3 && cells.includes(undefined)) return undefined;
  return { predicates, ...cells.reduce<Moments>((sum, cell) => added(sum, cell ?? NOTHING), NOTHING) };
}

/** Whether rows that lack one of the conditions, and have the others, are clearly less wrong. */
function everyPredicateCounts(cell: Cell, all: SearchedRows, known: ReadonlyMap<string, Cell>): boolean {
  return cell.predicates.every((_, at) => {
    const others = cell.predicates.toSpliced(at, 1);
    const wider = others.length === 0 ? all : cellOf(others, known);
    return wider !== undefined && excess(cell, without(wider, cell)) >= CLEARLY;
  });
}

/** Whether a group is another one with more bins of the same columns: what is wrong was found already. */
const isWider = (cell: Cell, other: Cell): boolean =>
  cell.predicates.length === other.predicates.length && isWithin(other, cell);

/** Whether all rows of one group are in another one, as their conditions say. */
const isWithin = (cell: Cell, other: Cell): boolean =>
  other.predicates.every((wide) =>
    cell.predicates.some(({ column, from, to }) => column === wide.column && from >= wide.from && to <= wide.to),
  );
