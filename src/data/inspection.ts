import type { DataTable } from "./data-tables.ts";
import type { Inspection } from "./inspect.ts";

/** What was found in all tables of the data. The columns are those of the files that no table of its own takes. */
export interface DataInspection extends Inspection {
  readonly files: readonly InspectedFile[];
  /** The tables that have a name. */
  readonly tables: readonly InspectedTable[];
}

export interface InspectedFile {
  readonly file: string;
  readonly rows: number;
  /** The name of its table in `data.tables`; absent for the files that no name takes. */
  readonly table?: string;
}

/** A table of `data.tables`. */
export interface InspectedTable extends Pick<Inspection, "rows" | "columns" | "profiledRows"> {
  readonly name: string;
}

/** The inspections of all tables as one. */
export function allInspected(
  tables: readonly { readonly table: DataTable; readonly inspection: Inspection }[],
): DataInspection {
  const others = tables.find(({ table }) => table.name === undefined)?.inspection;
  const all = tables.map(({ inspection }) => inspection);
  return {
    rows: sum(all.map(({ rows }) => rows)),
    files: tables.flatMap(({ table: { name }, inspection }) =>
      inspection.files.map((file) => ({ ...file, ...(name === undefined ? {} : { table: name }) })),
    ),
    columns: others?.columns ?? [],
    profiledRows: others?.profiledRows ?? 0,
    checks: sum(all.map(({ checks }) => checks)),
    findings: all.flatMap(({ findings }) => findings),
    tables: tables.flatMap(({ table: { name }, inspection: { rows, columns, profiledRows } }) =>
      name === undefined ? [] : [{ name, rows, columns, profiledRows }],
    ),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
