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
  const found = new Set((await Promise.all(patterns.map((pattern) => folder.glob(pattern)))).flat());
  const files = [...found].filter((path) => tableFormat(path) !== undefined).sort();
  if (files.length > 0) return files;
  const there = (await folder.entries()).slice(0, 8).join(", ");
  throw new UserError(
    `No table (.csv, .tsv, .jsonl, .parquet) in the ${argument} folder${patterns === EVERY_TABLE ? "" : ` matches ${patterns.join(", ")}`}; it has ${there === "" ? "nothing" : there}. Pass the folder with --${argument}=PATH.`,
  );
}
