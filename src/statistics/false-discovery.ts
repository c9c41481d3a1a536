/**
 * Adjusted p-values, in the order of the p-values: the lowest false discovery rate at which each hypothesis is rejected
 * (Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995). Valid for tests that are
 * independent or positively dependent.
 */
export function adjusted(pValues: readonly number[]): number[] {
  const descending = [...pValues.keys()].sort((a, b) => (pValues[b] as number) - (pValues[a] as number));
  const rates = new Array<number>(pValues.length);
  let least = 1;
  descending.forEach((at, greater) => {
    least = Math.min(least, (pValues[at] as number) * (pValues.length / (pValues.length - greater)));
    rates[at] = least;
  });
  return rates;
}
