import { chiSquareTail } from "./gamma.ts";
import { sharesOf, sumOf } from "./shares.ts";

/** A chi-square test of whether two counts of the same cells are of one distribution. */
export interface CountComparison {
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
  /** From 0 (equal shares) to 1 (no cell in common); unlike p it does not depend on the number of rows. */
  readonly cramersV: number;
  /** Half of the summed absolute differences of the shares, over all cells. */
  readonly totalVariation: number;
}

/** Under this many expected rows the chi-square distribution is too rough (W. Cochran, Biometrics 10, 1954). */
const MIN_EXPECTED = 5;

/**
 * Pearson's test of homogeneity without Yates' correction. Cells with too few expected rows are merged, and the next
 * smallest with them until the merged cell is large enough. Undefined when fewer than two cells remain.
 */
export function compareCounts(reference: ArrayLike<number>, current: ArrayLike<number>): CountComparison | undefined {
  const [rows, currentRows] = [sumOf(reference), sumOf(current)];
  const all = rows + currentRows;
  const distance = totalVariation(reference, current);
  if (distance === undefined) return undefined;
  const cells = merged(reference, current, (MIN_EXPECTED * all) / Math.min(rows, currentRows));
  if (cells.length < 2) return undefined;
  const statistic = cells.reduce((sum, [before, now]) => {
    const difference = before / rows - now / currentRows;
    // The terms (observed - expected)² / expected of both samples, added up.
    return sum + (difference * difference * rows * currentRows) / (before + now);
  }, 0);
  const df = cells.length - 1;
  const cramersV = Math.min(1, Math.sqrt(statistic / all));
  return { statistic, df, p: chiSquareTail(statistic, df), cramersV, totalVariation: distance };
}

/** Undefined when one of the two has no rows. */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): number | undefined {
  const [before, now] = [sharesOf(reference), sharesOf(current)];
  if (before === undefined || now === undefined) return undefined;
  const differences = before.map((share, cell) => Math.abs(share - (now[cell] as number)));
  return Math.min(1, sumOf(differences) / 2);
}

type Cell = readonly [reference: number, current: number];

/** The cells with at least `least` rows in both together, and one cell that merges the others. */
function merged(reference: ArrayLike<number>, current: ArrayLike<number>, least: number): Cell[] {
  const cells = Array.from(
    { length: reference.length },
    (_, at): Cell => [reference[at] as number, current[at] as number],
  ).sort((one, other) => sumOf(one) - sumOf(other));
  let other: Cell = [0, 0];
  let mergedCells = 0;
  for (const cell of cells) {
    const few = sumOf(other) > 0 && sumOf(other) < least;
    if (sumOf(cell) >= least && !few) break;
    other = [other[0] + cell[0], other[1] + cell[1]];
    mergedCells++;
  }
  return sumOf(other) > 0 ? [other, ...cells.slice(mergedCells)] : cells.slice(mergedCells);
}
