import { sumOf } from "./shares.ts";

/** How often each value occurs in two samples, all by index. */
export interface ValueCells {
  /** Ascending. */
  readonly values: Float64Array;
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

export interface Distances {
  /** The largest difference of the two distribution functions, as in the Kolmogorov-Smirnov test. */
  readonly kolmogorov: number;
  /**
   * The area between the distribution functions, in the unit of the values: the least mean distance that moves one
   * sample onto the other.
   */
  readonly wasserstein: number;
  /** The reference's standard deviation (divided by its rows, not one less), to scale that distance. */
  readonly referenceDeviation: number;
}

/** Undefined when one of the two has no rows. */
export function distances({ values, reference, current }: ValueCells): Distances | undefined {
  const [rows, currentRows] = [sumOf(reference), sumOf(current)];
  if (rows === 0 || currentRows === 0) return undefined;
  let [below, currentBelow, kolmogorov, wasserstein] = [0, 0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    below += reference[at] as number;
    currentBelow += current[at] as number;
    const next = values[at + 1] ?? value;
    // Equal values are one step of the function, even in several cells.
    if (next === value && at + 1 < values.length) continue;
    const gap = Math.abs(below / rows - currentBelow / currentRows);
    kolmogorov = Math.max(kolmogorov, gap);
    if (gap > 0) wasserstein += gap * (next - value);
  }
  return { kolmogorov, wasserstein, referenceDeviation: deviationOf(values, reference, rows) };
}

function deviationOf(values: Float64Array, counts: Float64Array, rows: number): number {
  const first = values[0] as number;
  const mean = first + values.reduce((sum, value, at) => sum + (value - first) * ((counts[at] as number) / rows), 0);
  const squares = values.reduce((sum, value, at) => sum + (value - mean) ** 2 * (counts[at] as number), 0);
  return Math.sqrt(squares / rows);
}
