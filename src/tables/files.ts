import type { Directory } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { tableFormat } from "./sql.ts";

/** Matches every table. */
export const EVERY_TABLE: readonly string[] = ["**/*"];

/**
 * The sorted paths of the tables in a folder that match one of the patterns.
 *
 * @param argument the name of the folder's argument in the public functions, for messages
 * @throws UserError when there is no such table
 */
export async function tabularFiles(
  folder: Directory,
  patterns: readonly string[] = EVERY_TABLE,
  argument = "data",
): Promise<string[]> {
  const files = await matchingTables(folder, patterns);
  if (files.length > 0) return files;
  throw new UserError(noTable(await folder.entries(), patterns, argument));
}

/** The sorted paths of the tables in a folder that match one of the patterns. */
export async function matchingTables(folder: Directory, patterns: readonly string[] = EVERY_TABLE): Promise<string[]> {
  const found = new Set((await Promise.all(patterns.map((pattern) => folder.glob(pattern)))).flat());
  return [...found]
    .filter((path) => tableFormat(path) !== undefined && (!isHidden(path) || patterns.some(isHidden)))
    .sort();
}

/** What to do where a name without an ending may be a link. */
export const ABOUT_LINKS =
  "A link is followed only within the folder: if one of these is a link, pass the folder that it leads to, or copies in place of links (DVC makes such with cache.type = copy).";

function noTable(entries: readonly string[], patterns: readonly string[], argument: string): string {
  const there = entries.slice(0, 8).join(", ");
  const matching = patterns === EVERY_TABLE ? "" : ` matches ${patterns.join(", ")}`;
  const links = entries.some((entry) => !/[./]/.test(entry)) ? ` ${ABOUT_LINKS}` : "";
  const hidden = entries.some(isHidden)
    ? " Names that begin with a dot or an underscore are left out, unless data.files names them."
    : "";
  return `No table (.csv, .tsv, .jsonl, .parquet) in the ${argument} folder${matching}; it has ${there === "" ? "nothing" : there}. Pass the folder with --${argument}=PATH.${links}${hidden}`;
}

/**
 * Whether a part of a path begins with a dot or an underscore. Those are files of programs and no data, as Spark and Arrow have
 * it too: `._a.csv` of macOS, `.ipynb_checkpoints`, `_temporary`, `_delta_log`. A key of a partition may begin so.
 */
export const isHidden = (path: string): boolean =>
  path.split("/").some((part) => /^[._][^=]*$/.test(part) && part !== ".");

/** What looks like a table and is none that can be read. */
const OTHER_TABLE =
  /\.((csv|tsv|jsonl|ndjson|parquet|pq)\.\w+|json|txt|xlsx?|ods|feather|arrow|orc|avro|h5|hdf5|dta|sav|sas7bdat|rds|pkl|pickle|npy|npz|db|sqlite)$/i;

/** The paths of a folder that may be data, and that nobody looks at. */
export const otherTables = (paths: readonly string[]): string[] =>
  paths
    .filter((path) => !path.endsWith("/") && !isHidden(path))
    .filter((path) => tableFormat(path) === undefined && OTHER_TABLE.test(path))
    .sort();
