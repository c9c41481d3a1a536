/** How many of the sorted values are in each of `bins` equal bins between the least and the greatest. */
export function histogramOf(
  sorted: ArrayLike<number>,
  bins: number,
): { readonly low: number; readonly high: number; readonly counts: number[] } {
  const low = sorted[0] ?? 0;
  const high = sorted[sorted.length - 1] ?? 0;
  const counts = new Array<number>(bins).fill(0);
  for (let index = 0; index < sorted.length; index++) {
    const place = high === low ? 0 : Math.floor((((sorted[index] ?? low) - low) / (high - low)) * bins);
    const bin = Math.min(bins - 1, place);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { low, high, counts };
}
