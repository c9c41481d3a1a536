import type { Column } from "../../tables/columns.ts";
import type { SqlView } from "../../tables/sql-view.ts";

/** A hash of a row's values in these columns; null if one is missing. */
export function keyHash(view: SqlView, columns: readonly Column[]): string {
  const raw = columns.map((column) => view.raw(column));
  const present = raw.map((value) => `${value} IS NOT NULL`).join(" AND ");
  return view.derive(`CASE WHEN ${present} THEN hash(${raw.join(", ")}) END`);
}

/** The columns by these names; undefined if one does not exist. */
export function keyColumns(view: SqlView, names: readonly string[]): readonly Column[] | undefined {
  const columns = names.map((name) => view.column(name));
  return columns.every((column) => column !== undefined) ? columns : undefined;
}
