import type { Runtime } from "../containers/runtime.ts";
import { explainUnread } from "../data/lines.ts";
import { UserError } from "../errors.ts";
import { fileIn, readingProblem } from "../tables/reading.ts";
import type { Table } from "../tables/table.ts";

/** The error of a script that could not read all of its tables: which file of which table it is, and where. */
export async function unreadError(runtime: Runtime, tables: readonly Table[], output: string): Promise<UserError> {
  const path = fileIn(output);
  const table = tables.find(({ mount }) => path?.startsWith(`${mount}/`));
  if (table === undefined || path === undefined) {
    return new UserError(`${tables.map(({ name }) => name).join(" or ")}: ${readingProblem(output)}`);
  }
  const below = output.replaceAll(path, path.slice(table.mount.length + 1));
  const { problem } = await explainUnread(runtime, table, below);
  return new UserError(`${table.name}: ${problem}`);
}
