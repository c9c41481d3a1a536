/** What a commit is told to be; one that cannot be tried is neither. */
export type Verdict = "good" | "bad" | "skipped";

/** Where a search ended. */
export interface Found {
  /** The last good commit by its place; -1 where that is the one that the search began with. */
  readonly good: number;
  /** The first bad commit, with those right before it that could not be tried. */
  readonly suspects: readonly number[];
}

/**
 * Finds the first bad one of some commits, of which the last is known to be bad, and the one before the first to be good.
 *
 * It halves what is left each time. One that cannot be tried is passed over for its nearest neighbour, as `git bisect skip` does.
 *
 * @param judge is asked about no commit twice
 */
export async function firstBad(count: number, judge: (place: number) => Promise<Verdict>): Promise<Found> {
  const skipped = new Set<number>();
  let [good, bad] = [-1, count - 1];
  for (;;) {
    const middle = (good + bad) / 2;
    const [next] = places(good + 1, bad)
      .filter((place) => !skipped.has(place))
      .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    if (next === undefined) return { good, suspects: places(good + 1, bad + 1) };
    const verdict = await judge(next);
    if (verdict === "good") good = next;
    else if (verdict === "bad") bad = next;
    else skipped.add(next);
  }
}

const places = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, place) => from + place);
