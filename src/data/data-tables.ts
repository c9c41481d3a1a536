import { UserError } from "../errors.ts";
import type { DataConfig, TableConfig } from "./settings.ts";

/** A table of the data, as it is configured. */
export interface DataTable {
  /** Its name in `data.tables`; undefined for the files that no name takes. */
  readonly name: string | undefined;
  readonly config: TableConfig;
}

/** What of the configuration says which tables there are. */
export type TablesConfig = TableConfig & Pick<DataConfig, "tables" | "evaluated-table">;

/** The tables that have a name. They are read like the others, where they do not say it otherwise. */
export const namedTables = ({
  encoding,
  delimiter,
  escape: mark,
  decimal,
  thousands,
  missing,
  tables = {},
}: Pick<
  TablesConfig,
  "encoding" | "delimiter" | "escape" | "decimal" | "thousands" | "missing" | "tables"
>): (DataTable & {
  readonly name: string;
})[] =>
  Object.entries(tables).map(([name, config]) => ({
    name,
    config: { ...{ encoding, delimiter, escape: mark, decimal, thousands, missing }, ...config },
  }));

/** The glob patterns of a named table's files. */
export const filePatterns = (name: string, { files }: Pick<TableConfig, "files">): readonly string[] =>
  files ?? [`${name}.*`, `${name}/**`];

/**
 * The table that the model is about: it has the label, its rows are evaluated, and the served model is asked about them.
 *
 * @throws UserError when the configuration names one that does not exist
 */
export function evaluatedTable(config: TablesConfig): DataTable {
  const named = namedTables(config);
  const wanted = config["evaluated-table"];
  const others = { name: undefined, config };
  if (wanted !== undefined) {
    const found = named.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    throw new UserError(
      `data.evaluated-table is ${wanted}, and data.tables has ${named.map(({ name }) => name).join(", ") || "none"}.`,
      "data-rules",
    );
  }
  if (config.label !== undefined) return others;
  const [labelled, ...more] = named.filter((table) => table.config.label !== undefined);
  return labelled === undefined || more.length > 0 ? others : labelled;
}

/** The configuration key of a rule, whose checks call it as if there were one table: `data.ranges.age`. */
export const ruleKey = (rule: string, table: string | undefined): string =>
  table === undefined ? rule : rule.replace(/^data\./, () => `data.tables.${table}.`);
