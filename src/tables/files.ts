import type { DataContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { tableFormat } from "./sql.ts";

/** Every table, whatever the project calls its own. */
export const EVERY_TABLE: readonly string[] = ["**/*"];

/**
 * The tables of the data, by their paths in its folder, sorted: those that match one of the patterns, by default those that
 * `data.files` names, or else all.
 *
 * @param argument what the folder is: of a public function, the argument that it is given by
 * @throws UserError when there is none
 */
export async function tabularFiles(
  { data, config }: DataContext,
  named: readonly string[] | undefined = config.data.files,
  argument = "data",
): Promise<string[]> {
  const patterns = named ?? EVERY_TABLE;
  const found = new Set((await Promise.all(patterns.map((pattern) => data.glob(pattern)))).flat());
  const files = [...found].filter((path) => tableFormat(path) !== undefined).sort();
  if (files.length > 0) return files;
  const there = (await data.entries()).slice(0, 8).join(", ");
  throw new UserError(
    `No table (.csv, .tsv, .jsonl, .parquet) in the ${argument} folder${patterns === EVERY_TABLE ? "" : ` matches ${patterns.join(", ")}`}; it has ${there === "" ? "nothing" : there}. Pass the folder with --${argument}=PATH.`,
  );
}
