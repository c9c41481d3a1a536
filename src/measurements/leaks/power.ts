import { mean } from "../../statistics/mean.ts";
import { type Moments, meanOf } from "../../statistics/student.ts";

/*
 * How well one column predicts the label by itself. Its values are sorted into bins, and what is predicted of a bin is what the label is in
 * the other half of the rows: a column that numbers the rows predicts nothing.
 */

/** Rows of one half that are in one bin of a column and have one label. */
export interface LabelledRows {
  readonly half: number;
  readonly bin: number;
  readonly label: number;
  readonly rows: number;
}

/** The same where labels are numbers. */
export interface NumberedRows extends Moments {
  readonly half: number;
  readonly bin: number;
}

const HALVES = [0, 1] as const;

/** The area under the ROC curve, the mean of both halves; with more than two classes the mean over these, each against the rest. */
export function areaOf(cells: readonly LabelledRows[]): number | undefined {
  const labels = [...new Set(cells.map(({ label }) => label))];
  const [, other, ...further] = labels;
  if (other === undefined) return undefined;
  const areas = (further.length === 0 ? [other] : labels).flatMap((label) =>
    HALVES.flatMap((half) => areaOfClass(cells, label, half) ?? []),
  );
  return areas.length === 0 ? undefined : mean(areas);
}

interface Bin {
  hits: number;
  rows: number;
}

function binsOf(cells: readonly LabelledRows[], label: number, half: number): Map<number, Bin> {
  const bins = new Map<number, Bin>();
  for (const cell of cells) {
    if (cell.half !== half) continue;
    const bin = bins.get(cell.bin) ?? { hits: 0, rows: 0 };
    bin.rows += cell.rows;
    if (cell.label === label) bin.hits += cell.rows;
    bins.set(cell.bin, bin);
  }
  return bins;
}

function areaOfClass(cells: readonly LabelledRows[], label: number, half: number): number | undefined {
  const learned = binsOf(cells, label, 1 - half);
  const all = total(learned.values());
  // One row more, of the usual kind, keeps a bin of few rows from being sure.
  const scoreOf = (bin: number): number => {
    const { hits, rows } = learned.get(bin) ?? { hits: 0, rows: 0 };
    return (hits + all.hits / all.rows) / (rows + 1);
  };
  const judged = [...binsOf(cells, label, half)]
    .map(([bin, counts]) => ({ ...counts, score: scoreOf(bin) }))
    .sort((one, other) => one.score - other.score);
  const { hits, rows } = total(judged);
  if (all.rows === 0 || hits === 0 || hits === rows) return undefined;
  let below = 0;
  let pairs = 0;
  for (let at = 0; at < judged.length; ) {
    let end = at;
    while (end < judged.length && judged[end]?.score === judged[at]?.score) end++;
    const step = total(judged.slice(at, end));
    const misses = step.rows - step.hits;
    pairs += step.hits * (below + misses / 2);
    below += misses;
    at = end;
  }
  return pairs / (hits * (rows - hits));
}

function total(bins: Iterable<Bin>): Bin {
  const sum = { hits: 0, rows: 0 };
  for (const { hits, rows } of bins) {
    sum.hits += hits;
    sum.rows += rows;
  }
  return sum;
}

/** The share of the variance of the labels that the means of the bins explain. */
export function explainedOf(cells: readonly NumberedRows[]): number | undefined {
  const [first, second] = HALVES.map((half) => cells.filter((cell) => cell.half === half));
  if (first === undefined || second === undefined || first.length === 0 || second.length === 0) return undefined;
  let [left, variation] = [0, 0];
  for (const [judged, learned] of [
    [first, second],
    [second, first],
  ] as const) {
    const usual = meanOf(learned.reduce(added));
    const means = new Map(learned.map((cell) => [cell.bin, (cell.sum + usual) / (cell.rows + 1)]));
    const own = meanOf(judged.reduce(added));
    for (const cell of judged) {
      left += squaresAround(cell, means.get(cell.bin) ?? usual);
      variation += squaresAround(cell, own);
    }
  }
  return variation > 0 ? 1 - left / variation : undefined;
}

const added = (one: NumberedRows, other: NumberedRows): NumberedRows => ({
  ...one,
  rows: one.rows + other.rows,
  sum: one.sum + other.sum,
  squares: one.squares + other.squares,
});

/** The squares of the distances from a number, summed. */
const squaresAround = ({ rows, sum, squares }: Moments, center: number): number =>
  Math.max(0, squares - 2 * center * sum + rows * center * center);
