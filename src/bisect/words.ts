import { counted, oneLine, someOf } from "../text.ts";
import { type ComparedModels, comparedText } from "../training/decision.ts";
import type { Part } from "./parts.ts";
import type { Commit } from "./repository.ts";

/* What a search in a history found, for people. */

/** A commit that was tried, and what it was compared with. */
export interface Tried {
  readonly commit: Commit;
  /** Why it could not be tried, or both models. */
  readonly outcome: string | Compared;
}

export interface Compared {
  readonly models: ComparedModels;
  readonly side: "worse" | "better" | "alike";
}

/** What became of the files of the last good commit with one part of the first bad one. */
export interface TriedPart {
  readonly part: Part;
  readonly paths: readonly string[];
  /** Undefined where it is the only part that changed. */
  readonly outcome?: string | Compared;
}

/** A fall of the metric: the commits that may have made it. */
export interface Fall {
  /** The last good commit. */
  readonly before: Commit;
  /** The first bad commit, with those right before it that could not be tried. */
  readonly suspects: readonly Commit[];
  /** The first bad commit against the last good one. */
  readonly compared: Compared;
  readonly parts: readonly TriedPart[];
}

/** `3f2a91c0de`. */
export const shortCommit = ({ commit }: Pick<Commit, "commit">): string => commit.slice(0, 10);

const named = (commit: Commit): string => `${shortCommit(commit)} ${oneLine(commit.subject)}`;

const day = ({ time }: Commit): string => new Date(time * 1000).toISOString().slice(0, 10);

/** The fall, with what of the commit made it. */
export function fallText({ before, suspects, compared, parts }: Fall): string {
  const last = suspects.at(-1);
  if (last === undefined) throw new Error("a fall was found in no commit");
  const against = `  ${comparedText(compared.models)}, against ${named(before)}`;
  if (suspects.length > 1) {
    return [
      `The metric fell in one of these ${suspects.length} commits, of which only the last could be tried:`,
      ...suspects.map((commit) => `  ${named(commit)}`),
      against,
      ...partsText(before, parts),
    ].join("\n");
  }
  return [
    `The metric fell in ${named(last)} (${day(last)}, ${oneLine(last.author)}):`,
    against,
    ...partsText(before, parts),
    ...mergeText(last),
  ].join("\n");
}

/** The parts of a commit that make the model worse: the only one that changed, or those that do so alone. */
export function guiltyParts(parts: readonly TriedPart[]): Part[] {
  const guilty = parts.length === 1 ? parts : parts.filter(isWorse);
  return guilty.map(({ part }) => part);
}

const isWorse = ({ outcome }: TriedPart): boolean => typeof outcome === "object" && outcome.side === "worse";

function partsText(before: Commit, parts: readonly TriedPart[]): string[] {
  const [only] = parts;
  if (only === undefined) return ["None of the files changed that the model is known to depend on."];
  if (parts.length === 1) return [`It was the ${only.part}: ${pathsText(only)} changed, and no other part did.`];
  const guilty = guiltyParts(parts);
  const verdict =
    guilty.length === 0
      ? "No part of it makes the model worse alone: they do so together."
      : `It was the ${guilty.join(" and the ")}.`;
  return [
    verdict,
    `Each part alone, with all else as in ${shortCommit(before)}:`,
    ...parts.map((one) => `  ${one.part} (${pathsText(one)}): ${outcomeText(one.outcome ?? "was not tried")}`),
  ];
}

const pathsText = ({ paths }: TriedPart): string => someOf(paths.slice(0, SHOWN).map(oneLine), paths.length);

const SHOWN = 5;

/** A merge is one step, since the commits that it brings need not work each by itself. */
function mergeText({ parents }: Commit): string[] {
  const [first, second] = parents;
  return first === undefined || second === undefined
    ? []
    : [
        `It is a merge. bisect --good=${shortCommit({ commit: first })} --bad=${shortCommit({ commit: second })} looks into what it brought, where that branch has the good model's commit before it.`,
      ];
}

export const outcomeText = (outcome: string | Compared): string =>
  typeof outcome === "string"
    ? `cannot be tried: ${outcome}`
    : `${SIDES[outcome.side]}: ${comparedText(outcome.models)}`;

const SIDES = { worse: "worse", better: "better beyond noise", alike: "not worse beyond noise" } as const;

/** A line for a commit that was tried. */
export const triedText = ({ commit, outcome }: Tried): string => `${named(commit)}: ${outcomeText(outcome)}`;

/** The commits that were tried, in their order. */
export const allTriedText = (tried: readonly Tried[], all: number): string =>
  [`Tried ${tried.length} of ${counted(all, "commit")}:`, ...tried.map((one) => `  ${triedText(one)}`)].join("\n");
