import type { Directory } from "@dagger.io/dagger";
import { inBatches } from "../batches.ts";
import { UserError } from "../errors.ts";
import { entryOf, type JournalEntry } from "../journal/entry.ts";
import { counted } from "../text.ts";

/** Runs that have ended, and what of the folder could not be used. */
export interface History {
  readonly entries: readonly JournalEntry[];
  /** A sentence each. */
  readonly remarks: readonly string[];
}

const REPORTS = "**/report.json";
/** Beyond so many reports the folder is not one of this project's last runs. */
const MOST = 1000;
/** So many files are asked for at a time. */
const AT_ONCE = 16;

/**
 * Reads the reports of whole runs of one project in a folder, at any depth.
 *
 * @param project the name of the project; undefined where it has none, and every report counts
 * @param stage one that every whole run has
 * @throws UserError for a folder without a report, or with too many
 */
export async function readHistory(
  folder: Directory | undefined,
  { project, stage }: { readonly project: string | undefined; readonly stage: string },
): Promise<History> {
  if (folder === undefined) return { entries: [], remarks: [] };
  const paths = await folder.glob(REPORTS);
  if (paths.length === 0) {
    throw new UserError(
      "There is no report.json in the folder of --history: give the folder that earlier reports were exported to, one below each other or side by side.",
      "cost",
    );
  }
  if (paths.length > MOST) {
    throw new UserError(
      `There are ${counted(paths.length, "report")} in the folder of --history, and ${MOST} at most are read: give the folder of the last runs.`,
      "cost",
    );
  }
  const read = await inBatches(paths, AT_ONCE, async (path) => ({
    path,
    entry: entryOf(await folder.file(path).contents()),
  }));
  const damaged = read.flatMap(({ path, entry }) => (entry === undefined ? [path] : []));
  const reports = read.flatMap(({ entry }) => entry ?? []);
  const own = reports.filter((entry) => project === undefined || (entry.project?.name ?? project) === project);
  const entries = own.filter(({ stages }) => stages.some(({ name }) => name === stage));
  return {
    entries,
    remarks: [
      ...damaged.map((path) => `${path} of --history is no report, and is left out`),
      ...leftOut(reports.length - own.length, "of another project"),
      ...leftOut(own.length - entries.length, "of no whole run"),
    ],
  };
}

const leftOut = (count: number, what: string): string[] =>
  count === 0 ? [] : [`${counted(count, "report")} of --history ${count === 1 ? "is" : "are"} ${what}, and left out`];
