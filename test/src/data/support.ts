import type { Measured, RuleCheck, RuleContext } from "../../../src/data/rules/rule.ts";
import { reasonText } from "../../../src/data/rules/words.ts";
import type { Column } from "../../../src/tables/columns.ts";
import type { DescribedFile } from "../../../src/tables/describe.ts";
import { SqlView } from "../../../src/tables/sql-view.ts";

/** A column as a CSV has it, but for what is said. */
export const column = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  kind: "text",
  textual: true,
  absentIn: [],
  ...more,
});

/** A described CSV, but for what is said. */
export const described = (
  path: string,
  columns: readonly string[],
  more: Partial<DescribedFile> = {},
): DescribedFile => ({
  path,
  format: "csv",
  bytes: 1,
  rows: 1,
  columns: columns.map((name) => ({ name, type: null })),
  sample: [],
  encoding: "utf-8",
  delimiter: ",",
  ...more,
});

/** A described Parquet file, its columns by their types. */
export const typed = (path: string, types: Readonly<Record<string, string>>): DescribedFile => {
  const { encoding: _encoding, delimiter: _delimiter, ...file } = described(path, [], { format: "parquet" });
  return { ...file, columns: Object.entries(types).map(([name, type]) => ({ name, type })) };
};

/** What rules know of a table with these columns, but for what is said. */
export function contextOf(
  columns: readonly (Column | string)[],
  more: Partial<Omit<RuleContext, "view">> = {},
): RuleContext {
  const all = columns.map((one) => (typeof one === "string" ? column(one) : one));
  return {
    view: new SqlView("(SELECT 1)", all, more.types),
    files: ["rows.csv"],
    matching: () => [],
    table: () => ({ columns: [], rows: "SELECT 2" }),
    unique: [],
    mandatory: [],
    missing: [],
    types: {},
    sampleOf: () => [],
    ...more,
  };
}

/** What one check says of one reading of its measures. */
export const saidOf = (check: RuleCheck | undefined, measured: Measured, rows: number): string | undefined =>
  said(check === undefined ? [] : [check], measured, rows)[0]?.[1];

/** The rule and the message of those that are broken. */
export const said = (checks: readonly RuleCheck[], measured: Measured, rows: number): [string, string][] =>
  checks.flatMap((check) => {
    const reason = check.judge(measured, rows);
    return reason === undefined ? [] : [[check.rule, reasonText(reason)] as [string, string]];
  });

/** As DuckDB's map_entries gives a histogram. */
export const histogram = (counts: Readonly<Record<string, number>>): { key: string; value: number }[] =>
  Object.entries(counts).map(([key, value]) => ({ key, value }));
