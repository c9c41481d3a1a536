/**
 * Adjusted p-values, in the order of the p-values: the lowest rate of any false rejection at which each hypothesis is rejected
 * (S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 1979). Valid for tests that
 * depend on each other in any way.
 */
export function adjustedByHolm(pValues: readonly number[]): number[] {
  const ascending = [...pValues.keys()].sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const rates = new Array<number>(pValues.length);
  let greatest = 0;
  ascending.forEach((at, less) => {
    greatest = Math.max(greatest, Math.min(1, (pValues[at] as number) * (pValues.length - less)));
    rates[at] = greatest;
  });
  return rates;
}
