import { z } from "zod";
import { parseValue } from "../json.ts";
import { FILE_COLUMN, identifier, toJson } from "../tables/sql.ts";
import type { SqlView } from "../tables/sql-view.ts";
import { exactSelects, profileScript } from "./profile.ts";
import type { Measured, RuleCheck } from "./rules/rule.ts";

/** The approximate size of the sample that is profiled; smaller tables are profiled as a whole. */
const PROFILED_ROWS = 100_000;
const PROFILED_VALUES = 5_000_000;

/** The files that the script writes. */
export const COUNTS = "counts.json";
export const PROFILE = "profile.json";

export interface PassSize {
  /** An estimate. */
  readonly rows: number;
  /** Whether to profile the columns too. */
  readonly profiled: boolean;
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
  { rows: estimatedRows, profiled }: PassSize,
  folder: string,
): string {
  const most = Math.min(PROFILED_ROWS, Math.ceil(PROFILED_VALUES / Math.max(1, view.columns.length)));
  const isSampled = estimatedRows > most * 1.2 ? `random() < ${(most / estimatedRows).toPrecision(6)}` : "true";
  const measures = checks.flatMap((check, index) => aggregates(check.measures, index));
  const followUps = checks.flatMap((check, index) =>
    check.followUp === undefined ? [] : [{ ...check.followUp, index }],
  );
  const row = view.columns.map(({ name }) => `${identifier(name)} := ${identifier(name)}`).join(", ");
  // Read the view last: the expressions above have added columns to it.
  const exact = profiled ? exactSelects(view) : [];
  const from = view.from();
  const script = [
    ...view.setup(),
    ...checks.flatMap((check) => check.setup?.(from) ?? []),
    `CREATE TEMP TABLE pass AS SELECT ${[
      'count(*) AS "rows"',
      `map_entries(histogram(${identifier(FILE_COLUMN)})) AS files`,
      ...measures,
      ...exact,
      ...(profiled ? [`list(struct_pack(${row})) FILTER (${isSampled}) AS sample`] : []),
    ].join(",\n  ")}\nFROM ${from};`,
    ...followUps.map(
      (one) =>
        `CREATE TEMP TABLE ${followUpTable(one)} AS SELECT ${aggregates(one.measures, one.index).join(", ")} FROM ${from} WHERE (SELECT ${one.needed((name) => identifier(measureName(one.index, name)))} FROM pass);`,
    ),
    toJson(
      `SELECT *${profiled ? " EXCLUDE (sample), len(sample) AS profiled" : ""} FROM ${["pass", ...followUps.map(followUpTable)].join(", ")}`,
      `${folder}/${COUNTS}`,
    ),
    ...(profiled
      ? [
          "CREATE TEMP TABLE sample AS SELECT r.* FROM (SELECT unnest(sample) AS r FROM pass);",
          ...profileScript(view, "sample", `${folder}/${PROFILE}`),
        ]
      : []),
  ];
  return script.join("\n");
}

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
  return {
    rows: Number(row.rows),
    files: paths.map((file) => ({ file, rows: byFile.get(file) ?? 0 })),
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
