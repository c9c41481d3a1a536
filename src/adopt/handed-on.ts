import { posix } from "node:path";
import { isPrediction, TRUE_NAMES } from "./columns.ts";
import type { Script } from "./findings.ts";

/** A table of predictions that training itself writes beside the model. */
export interface HandedOn {
  /** The program that writes it. */
  readonly script: Script;
  /** Its name. */
  readonly table: string;
  readonly columns: readonly string[];
}

/**
 * The table of predictions that is written where the model is: what training writes elsewhere is not there when the model is judged.
 *
 * @param scripts training, with what it imports
 * @param isTold whether training is told where the model is to be
 * @param folder where training writes the model, as far as its text says it
 */
export function handedOn(
  scripts: readonly Script[],
  isTold: boolean,
  folder: string | undefined,
): HandedOn | undefined {
  for (const script of scripts) {
    const columns = script.written_columns.find(
      (names) => names.some(isPrediction) && names.some((name) => TRUE_NAMES.test(name)),
    );
    const tables = script.writes.filter((path) => /\.(csv|parquet)$/.test(path));
    const [path, ...others] = tables.length === 1 ? tables : tables.filter((one) => /pred/i.test(posix.basename(one)));
    if (columns === undefined || path === undefined || others.length > 0) continue;
    const place = posix.dirname(posix.normalize(path));
    const isBeside = path.startsWith("?/") ? isTold : folder !== undefined && folder !== "." && place === folder;
    if (isBeside) return { script, table: posix.basename(path), columns };
  }
  return undefined;
}
