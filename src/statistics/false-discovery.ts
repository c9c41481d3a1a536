/**
 * The least rate of false discoveries at which each hypothesis is rejected, in the order of the p-values: Y. Benjamini and Y.
 * Hochberg, Journal of the Royal Statistical Society B 57 (1995), as adjusted p-values. It holds for tests that are
 * independent or positively dependent.
 */
export function adjusted(pValues: readonly number[]): number[] {
  const descending = [...pValues.keys()].sort((a, b) => (pValues[b] as number) - (pValues[a] as number));
  const found = new Array<number>(pValues.length);
  let least = 1;
  descending.forEach((at, greater) => {
    least = Math.min(least, (pValues[at] as number) * (pValues.length / (pValues.length - greater)));
    found[at] = least;
  });
  return found;
}
