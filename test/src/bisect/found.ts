import type { Commit } from "../../../src/bisect/repository.ts";
import type { Bisected } from "../../../src/bisect/result.ts";
import type { Compared, Fall } from "../../../src/bisect/words.ts";

export const commit = (digit: string, subject: string, parents: readonly string[] = []): Commit => ({
  ...{ commit: digit.repeat(40), parents: [...parents], time: 1_793_000_000, author: "Ann", subject },
});
/** An accuracy against one of 0.9. */
export const compared = (side: Compared["side"], value: number): Compared => ({
  side,
  models: {
    ...{ metric: "accuracy", lower: false, candidate: { value }, baseline: { value: 0.9 }, rows: 1200 },
    difference: { value: value - 0.9, interval: { low: value - 0.91, high: value - 0.89 } },
  },
});

export const [good, middle, bad] = [commit("a", "Good"), commit("b", "Half"), commit("c", "Bad")];

/** The bad commit against the good one. */
export const fall = (changes: Partial<Fall> = {}): Fall => ({
  ...{ before: good, suspects: [bad], compared: compared("worse", 0.8), parts: [] },
  ...changes,
});

/** A search by halves that found what of the last of two commits made the metric fall. */
export const fellOnce = (changes: Partial<Bisected> = {}): Bisected => ({
  ...{ schemaVersion: 1, isEvery: false, good, bad, reference: "accuracy 0.9", commits: 2 },
  changes: [{ kind: "fall", fall: fall({ parts: [{ part: "data", paths: ["data/a.csv"] }] }) }],
  tried: [
    { commit: middle, outcome: "train: exit code 1" },
    { commit: bad, outcome: compared("worse", 0.8) },
  ],
  ...changes,
});

/** One whose bad model is as good as the good one. */
export const fellNowhere = (): Bisected =>
  fellOnce({ changes: [], tried: [{ commit: bad, outcome: compared("alike", 0.899) }] });
