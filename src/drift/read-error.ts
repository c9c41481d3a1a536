import type { Runtime } from "../containers/runtime.ts";
import { explainReadError } from "../data/lines.ts";
import { UserError } from "../errors.ts";
import { failedFile, readProblem } from "../tables/read-error.ts";
import type { Table } from "../tables/table.ts";

/** The error for a script that could not read one of its tables, with the table, the file and the line. */
export async function readError(runtime: Runtime, tables: readonly Table[], output: string): Promise<UserError> {
  const path = failedFile(output);
  const table = tables.find(({ mount }) => path?.startsWith(`${mount}/`));
  if (table === undefined || path === undefined) {
    return new UserError(`${tables.map(({ name }) => name).join(" or ")}: ${readProblem(output)}`);
  }
  const below = output.replaceAll(path, path.slice(table.mount.length + 1));
  const { problem } = await explainReadError(runtime, table, below);
  return new UserError(`${table.name}: ${problem}`);
}
