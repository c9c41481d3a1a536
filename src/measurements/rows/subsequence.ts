/**
 * Whether a sequence is another one with some elements left out, and clearly so: the order must matter. When the reversed
 * sequence is contained as well, as with few of many rows or with a single label, nothing is shown.
 */
export const isThinned = (sequence: string, whole: string): boolean =>
  isContained(sequence, whole) && !isContained([...sequence].reverse().join(""), whole);

/** Whether the whole gives the sequence when elements are left out. The earliest place for each element is as good as any. */
function isContained(sequence: string, whole: string): boolean {
  let found = 0;
  for (let at = 0; at < whole.length && found < sequence.length; at++) {
    if (whole[at] === sequence[found]) found++;
  }
  return found === sequence.length;
}
