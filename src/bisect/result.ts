import { comparedText } from "../training/decision.ts";
import type { Commit } from "./repository.ts";
import {
  allTriedText,
  type Compared,
  type Fall,
  fallText,
  outcomeText,
  shortCommit,
  type Tried,
  triedText,
} from "./words.ts";

/** A commit whose model is another one beyond noise than that of the commit before it. */
export type Change = { readonly kind: "fall"; readonly fall: Fall } | { readonly kind: "rise"; readonly rise: Tried };

/** What a search in a history found. */
export interface Bisected {
  readonly schemaVersion: 1;
  /** Whether all commits were tried, each against the one before it; by halves otherwise. */
  readonly isEvery: boolean;
  readonly good: Commit;
  readonly bad: Commit;
  /** What the good model claims, in words. */
  readonly reference: string;
  /** How many commits the bad one is after the good one. */
  readonly commits: number;
  /** In the order of the history; by halves one fall, or none where the bad model is not worse beyond noise. */
  readonly changes: readonly Change[];
  /** What was tried, in the order of the history. */
  readonly tried: readonly Tried[];
  /**
   * By halves the bad commit against the first that fell, otherwise the last commit that could be tried against the good one. Absent where
   * both are the same.
   */
  readonly end?: Tried;
}

export const fallsOf = ({ changes }: Pick<Bisected, "changes">): readonly Fall[] =>
  changes.flatMap((change) => (change.kind === "fall" ? [change.fall] : []));

/** Whether a search by halves had anything to look for. */
export const hasFallen = (found: Pick<Bisected, "isEvery" | "changes">): boolean =>
  found.isEvery || found.changes.length > 0;

/** All of what was found. */
export function bisectedText(found: Bisected): string {
  if (!hasFallen(found)) return nothingText(found);
  return [
    `The model of ${shortCommit(found.good)} is the good one: ${found.reference}`,
    ...found.changes.map((change) =>
      change.kind === "fall" ? fallText(change.fall) : `The metric rose in ${triedText(change.rise)}`,
    ),
    ...(found.isEvery ? everyText(found) : afterwardsText(found)),
    allTriedText(found.tried, found.commits),
  ].join("\n");
}

function nothingText({ good, bad, tried }: Bisected): string {
  const outcome = tried.at(-1)?.outcome;
  if (outcome === undefined || typeof outcome === "string") throw new Error("nothing was compared");
  return `There is nothing to look for: the model of ${shortCommit(bad)} is not worse than that of ${shortCommit(good)} beyond noise: ${comparedText(outcome.models)}. Both were evaluated on the same rows: a metric that fell in reports may have been measured on others.`;
}

function everyText({ good, changes, end }: Bisected): string[] {
  return [
    ...(changes.length === 0 ? ["No commit changes the metric beyond noise against the one before it."] : []),
    ...(end === undefined
      ? []
      : [`${shortCommit(end.commit)} against ${shortCommit(good)}: ${outcomeText(end.outcome)}`]),
  ];
}

/** What became of the metric after the commit that was found: a search by halves takes for granted that it stays bad. */
function afterwardsText({ bad, end, ...found }: Bisected): string[] {
  const later: Compared | string | undefined = end?.outcome;
  const first = fallsOf(found).at(-1)?.suspects.at(-1);
  if (later === undefined || typeof later === "string" || later.side === "alike" || first === undefined) return [];
  const text = comparedText(later.models);
  return later.side === "worse"
    ? [`It fell again later: ${text}. bisect --good=${shortCommit(first)} --bad=${shortCommit(bad)} finds where.`]
    : [`It rose again later: ${text}. The search took for granted that it stays bad: --every tries all commits.`];
}
