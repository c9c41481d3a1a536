import { z } from "zod";
import { parseValue } from "../json.ts";
import { FILE_COLUMN, identifier, toJson } from "../tables/sql.ts";
import type { SqlView } from "../tables/sql-view.ts";
import { profileScript } from "./profile.ts";
import type { Measured, RuleCheck } from "./rules/rule.ts";
import { partFinder, partsOf, tablesOf } from "./statements.ts";

/** The approximate size of the sample that is profiled; smaller tables are profiled as a whole. */
const PROFILED_ROWS = 100_000;
const PROFILED_VALUES = 5_000_000;

/** The files that the script writes. */
export const COUNTS = "counts.json";
export const PROFILE = "profile.json";

export interface PassSize {
  /** An estimate. */
  readonly rows: number;
  readonly files: number;
  /** Whether to profile the columns too. */
  readonly profiled: boolean;
  /** How many columns one statement is about. */
  readonly columnsAtOnce: number;
}

/**
 * The script of the pass over all rows. It computes the measures of each check, the rows of each file and the profile, and
 * then runs the follow-up passes that turn out to be needed.
 *
 * @param folder the folder for the results
 */
export function planPass(
  view: SqlView,
  checks: readonly RuleCheck[],
  { rows: estimatedRows, files, profiled, columnsAtOnce }: PassSize,
  folder: string,
): string {
  const most = Math.min(PROFILED_ROWS, Math.ceil(PROFILED_VALUES / Math.max(1, view.columns.length)));
  const isSampled = estimatedRows > most * 1.2 ? `random() < ${(most / estimatedRows).toPrecision(6)}` : "true";
  const partOf = partFinder(view, columnsAtOnce);
  const measured = checks.map((check, index) => ({ part: partOf(check), selects: aggregates(check.measures, index) }));
  // The rows of an only file are all rows; to count them by its name costs as much as several rules.
  const common = [
    'count(*) AS "rows"',
    ...(files === 1 ? [] : [`map_entries(histogram(${identifier(FILE_COLUMN)})) AS files`]),
  ];
  // The view is read below, once all expressions have added their columns to it.
  const parts = partsOf(view, measured, common, { profiled, columnsAtOnce });
  const followUps = checks.flatMap((check, index) =>
    check.followUp === undefined ? [] : [{ ...check.followUp, index, measuredIn: tablesOf(partOf(check)) }],
  );
  const isWhole = parts.length === 1;
  const drawn = profiled && isWhole ? [`list(struct_pack(${packed(view)})) FILTER (${isSampled}) AS sample`] : [];
  const tables = [...parts.map(({ table }) => table), ...followUps.map(followUpTable)].join(", ");
  const script = [
    ...view.setup(),
    ...checks.flatMap((check) => check.setup?.((reading) => view.from(reading)) ?? []),
    ...parts.map(({ table, selects }) => {
      const select = [...selects, ...drawn].join(",\n  ");
      return `CREATE TEMP TABLE ${table} AS SELECT ${select}\nFROM ${view.from(select)};`;
    }),
    ...followUps.map((one) => {
      const select = aggregates(one.measures, one.index).join(", ");
      const needed = one.needed((name) => identifier(measureName(one.index, name)));
      return `CREATE TEMP TABLE ${followUpTable(one)} AS SELECT ${select} FROM ${view.from(select)} WHERE (SELECT ${needed} FROM ${one.measuredIn});`;
    }),
    ...(profiled ? [isWhole ? UNPACKED : drawnSample(view, isSampled)] : []),
    toJson(
      `SELECT *${drawn.length > 0 ? " EXCLUDE (sample)" : ""}${profiled ? ", (SELECT count(*) FROM sample) AS profiled" : ""} FROM ${tables}`,
      `${folder}/${COUNTS}`,
    ),
    ...(profiled ? profileScript(view, "sample", `${folder}/${PROFILE}`) : []),
  ];
  return script.join("\n");
}

/* The rows to profile are drawn in the pass where that is one statement, so that they are not read again. */

const packed = ({ columns }: SqlView): string =>
  columns.map(({ name }) => `${identifier(name)} := ${identifier(name)}`).join(", ");

const UNPACKED = "CREATE TEMP TABLE sample AS SELECT r.* FROM (SELECT unnest(sample) AS r FROM pass);";

const drawnSample = (view: SqlView, isSampled: string): string =>
  `CREATE TEMP ${isSampled === "true" ? "VIEW" : "TABLE"} sample AS SELECT ${view.columns.map((column) => view.raw(column)).join(", ")} FROM ${view.rows} WHERE ${isSampled};`;

const aggregates = (measures: Readonly<Record<string, string>>, index: number): string[] =>
  Object.entries(measures).map(([name, sql]) => `${sql} AS ${identifier(measureName(index, name))}`);

const followUpTable = ({ index }: { readonly index: number }): string => `follow_up_${index}`;

const measureName = (index: number, name: string): string => `check ${index} ${name}`;

/** The results of the pass. */
export interface Counts {
  readonly rows: number;
  readonly files: readonly { readonly file: string; readonly rows: number }[];
  /** The number of rows that were profiled. */
  readonly profiledRows: number;
  /** The measures of each check, in the order of the checks. */
  readonly measured: readonly Measured[];
  /** The whole result row, with the values of the profile. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** The number of rows of each file. DuckDB writes numbers of some types as text. */
const filesSchema = z.array(z.object({ key: z.string(), value: z.coerce.number() }));

/** @param paths all files */
export function toCounts(
  row: Readonly<Record<string, unknown>>,
  checks: readonly RuleCheck[],
  paths: readonly string[],
): Counts {
  const found = parseValue(row.files ?? [], filesSchema, COUNTS);
  // DuckDB puts `./` before a path that it expanded as a glob pattern.
  const byFile = new Map(found.map(({ key, value }) => [key.replace(/^\.\//, ""), value]));
  const rows = Number(row.rows);
  return {
    rows,
    files: paths.map((file) => ({ file, rows: paths.length === 1 ? rows : (byFile.get(file) ?? 0) })),
    profiledRows: Number(row.profiled ?? 0),
    measured: checks.map((check, index) =>
      Object.fromEntries(
        [...Object.keys(check.measures), ...Object.keys(check.followUp?.measures ?? {})].map((name) => [
          name,
          row[measureName(index, name)],
        ]),
      ),
    ),
    row,
  };
}
