import type { DataContext } from "../context/context.ts";
import { explainUnread } from "../data/lines.ts";
import { UserError } from "../errors.ts";
import { fileIn } from "../tables/reading.ts";
import type { Table } from "../tables/table.ts";

/** The error of a script that could not read all of its tables: which file of which table it is, and where. */
export async function unreadError(context: DataContext, tables: readonly Table[], output: string): Promise<UserError> {
  const path = fileIn(output);
  const table = tables.find(({ mount }) => path?.startsWith(`${mount}/`));
  const read = table === undefined ? tables : [table];
  const { problem } = await explainUnread(
    { ...context, data: table?.directory ?? context.data },
    table?.files ?? [],
    table === undefined || path === undefined ? output : output.replaceAll(path, path.slice(table.mount.length + 1)),
  );
  return new UserError(`${read.map(({ name }) => name).join(" or ")}: ${problem}`);
}
