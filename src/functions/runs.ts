import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { findRun } from "../journal/find.ts";
import { RunHistory } from "../objects/run-history.ts";
import { comparisonText } from "../report/history/compare.ts";
import { type Journal, readJournal } from "./journal.ts";
import type { Site } from "./site.ts";

/** Where runs are looked for. */
export interface RunsRequest {
  readonly source: Directory;
  readonly history?: Directory | undefined;
  readonly last?: number | undefined;
  /** A date, or a time. */
  readonly since?: string | undefined;
}

/** Lists the runs of a project. */
export async function listRuns(
  site: Site,
  { metric, ...request }: RunsRequest & { readonly metric?: string | undefined },
): Promise<RunHistory> {
  return new RunHistory(JSON.stringify({ ...(await runsOf(site, request)), metric }));
}

/** Says in what two runs differ: by default the last two. */
export async function compareRuns(
  site: Site,
  { a, b = "last", ...request }: RunsRequest & { readonly a?: string | undefined; readonly b?: string | undefined },
): Promise<string> {
  const { entries } = await runsOf(site, request);
  const later = findRun(entries, b, "--b");
  if (a !== undefined) return comparisonText(findRun(entries, a, "--a"), later);
  const before = entries[entries.indexOf(later) + 1];
  if (before === undefined) {
    throw new UserError("There is no run before that of --b to compare it with: --a names another one.", "history");
  }
  return comparisonText(before, later);
}

/** @throws UserError where there is neither a store nor a folder, for a number or a time that is none */
export async function runsOf(site: Site, { source, history, last, since }: RunsRequest): Promise<Journal> {
  if (last !== undefined && !(Number.isInteger(last) && last >= 1)) {
    throw new UserError(`--last=${last}: expected a number of runs, 1 or more.`, "history");
  }
  const context = await readContext(source, site, { mayBeEmpty: true, solves: false });
  const journal = await readJournal(site, context, { history, since: timeOf(since) }, { isNeeded: true });
  return last === undefined ? journal : { ...journal, entries: journal.entries.slice(0, last) };
}

function timeOf(since: string | undefined): Date | undefined {
  if (since === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d/.test(since) ? Date.parse(since) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time);
  throw new UserError(
    `--since=${since}: expected a date such as 2026-11-30, or a time such as 2026-11-30T15:33Z.`,
    "history",
  );
}
