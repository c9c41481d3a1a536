import type { Column } from "../../tables/columns.ts";
import type { SqlView } from "../../tables/sql-view.ts";

/** One number for the values of a row in these columns, where it has them all. */
export function keyHash(view: SqlView, columns: readonly Column[]): string {
  const raw = columns.map((column) => view.raw(column));
  const present = raw.map((value) => `${value} IS NOT NULL`).join(" AND ");
  return view.derive(`CASE WHEN ${present} THEN hash(${raw.join(", ")}) END`);
}

/** The columns by these names; undefined where one is not there. */
export function keyColumns(view: SqlView, names: readonly string[]): readonly Column[] | undefined {
  const columns = names.map((name) => view.column(name));
  return columns.every((column) => column !== undefined) ? columns : undefined;
}
