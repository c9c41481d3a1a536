import { binomial, type Random } from "./random.ts";

/** From this many rows a cell, a binomial draw for each cell is faster than a draw for each row; measured. */
const BINOMIAL_FROM = 8;

/**
 * A bootstrap resampler of rows that are counted by cell: it draws as many rows as there are, with replacement, and
 * counts the draws of each cell (a multinomial draw).
 * @param counts how many rows each cell stands for: whole numbers
 * @returns a function that fills an array of the same length with the next resample's counts
 */
export function resampler(counts: Float64Array, random: Random): (into: Float64Array) => void {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  if (rows >= BINOMIAL_FROM * counts.length) return (into) => drawCells(counts, rows, random, into);
  const cells = cellOfRow(counts, rows);
  return (into) => {
    into.fill(0);
    for (let draw = 0; draw < rows; draw++) {
      const cell = cells[Math.floor(random() * rows)] as number;
      into[cell] = (into[cell] as number) + 1;
    }
  };
}

function cellOfRow(counts: Float64Array, rows: number): Int32Array {
  const cells = new Int32Array(rows);
  let row = 0;
  counts.forEach((count, cell) => {
    cells.fill(cell, row, row + count);
    row += count;
  });
  return cells;
}

/** A binomial draw says how many of the remaining rows fall into the next cell. */
function drawCells(counts: Float64Array, rows: number, random: Random, into: Float64Array): void {
  let toDraw = rows;
  let ahead = rows;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] as number;
    const drawn = count === ahead ? toDraw : binomial(toDraw, count / ahead, random);
    into[cell] = drawn;
    toDraw -= drawn;
    ahead -= count;
  }
}
