/** The share of the values on each side that may be outliers, and at least one value may. */
const FEW = 0.005;
/** Fewer values than this have none. */
const ENOUGH = 10;

/**
 * The values, but for the few that are further from all others than these are spread: with them in a picture, nothing else could be
 * seen in it.
 */
export function withoutOutliers(values: readonly number[]): readonly number[] {
  if (values.length < ENOUGH) return values;
  const sorted = Float64Array.from(values).sort();
  const few = Math.ceil(values.length * FEW);
  const [low = 0, high = 0] = [sorted[few], sorted[values.length - 1 - few]];
  const room = high - low;
  return room === 0 ? values : values.filter((value) => value >= low - room && value <= high + room);
}
