/** Each count as a share of their sum; undefined when all counts are zero. */
export function sharesOf(counts: ArrayLike<number>): Float64Array | undefined {
  const total = sumOf(counts);
  return total > 0 ? Float64Array.from(counts, (count) => count / total) : undefined;
}

export function sumOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < counts.length; at++) sum += counts[at] as number;
  return sum;
}
