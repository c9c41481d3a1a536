import type { JournalEntry } from "../../journal/entry.ts";
import { lookup } from "../../lookup.ts";
import type { Estimate } from "../../statistics/estimate.ts";
import { short } from "../../text.ts";
import { bounds } from "../numbers.ts";

/* Entries of the journal in words. */

/** `2026-11-30 15:33`. */
export const begun = ({ startedAt }: Pick<JournalEntry, "startedAt">): string =>
  startedAt.slice(0, 16).replace("T", " ");

/** What a run measured of its candidate; undefined where it did not. */
export function measured({ metrics }: Pick<JournalEntry, "metrics">, name: string): Estimate | undefined {
  const value = lookup(metrics?.candidate ?? {}, name);
  if (value === undefined) return undefined;
  const interval = lookup(metrics?.intervals?.candidate ?? {}, name);
  return interval === undefined ? { value } : { value, interval };
}

/** `0.8712 [0.865, 0.877]`. */
export const estimateText = ({ value, interval }: Estimate): string => `${short(value)} ${bounds(interval)}`.trim();

/**
 * The metrics of whole models that any of the runs has, those that the most have first; those of single classes, such as
 * `recall[yes]`, are too many.
 */
export function metricNames(entries: readonly Pick<JournalEntry, "metrics">[]): string[] {
  const counts = new Map<string, number>();
  for (const name of entries.flatMap(({ metrics }) => Object.keys(metrics?.candidate ?? {}))) {
    if (!name.includes("[")) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([name]) => name);
}

/** As much of a commit as tells it from others; empty where none is known. */
export const commitText = ({ project }: Pick<JournalEntry, "project">): string => project?.commit?.slice(0, 12) ?? "";

/** How a run ended, in a few words. */
export const verdictText = ({ verdict, failure, dryRun }: JournalEntry): string => {
  const what = failure?.gate === undefined ? failure?.stage : `gate ${failure.gate}`;
  return `${verdict}${what === undefined ? "" : `: ${what}`}${dryRun === true ? " (dry run)" : ""}`;
};

/** Where the image of a run went, in a few words; empty where it went nowhere. */
export const deployedText = ({ deployments = [] }: Pick<JournalEntry, "deployments">): string =>
  deployments
    .map(
      ({ environment, outcome, rolledBack }) =>
        `${environment}: ${rolledBack ? "went back" : (OUTCOMES[outcome] ?? outcome)}`,
    )
    .join(", ");

const OUTCOMES: Readonly<Record<string, string>> = { done: "deployed", unchanged: "ran already" };
