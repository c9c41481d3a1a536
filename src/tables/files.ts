import type { Directory } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { tableFormat } from "./sql.ts";

/** Every table, whatever the project calls its own. */
export const EVERY_TABLE: readonly string[] = ["**/*"];

/**
 * The tables of a folder by their paths in it, sorted: those that match one of the patterns.
 *
 * @param argument what the folder is: of a public function, the argument that it is given by
 * @throws UserError when there is none
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
