import { z } from "zod";
import { parseValue } from "../json.ts";
import { FILE_COLUMN, identifier, toJson } from "../tables/sql.ts";
import type { SqlView } from "../tables/sql-view.ts";
import { profileSelects } from "./profile.ts";
import type { Measured, RuleCheck } from "./rules/rule.ts";

/** Rows that the profile is made of: all of them, or a sample of about so many. */
const PROFILED_ROWS = 100_000;

/** Where the script leaves what it found. */
export const COUNTS = "counts.json";
export const PROFILE = "profile.json";

/**
 * The script of the one pass over all rows, and of what it may leave open: what each check counts, how many rows each file has,
 * and the rows of the profile.
 *
 * @param estimatedRows how many rows there are
 * @param folder where the results go
 */
export function planPass(view: SqlView, checks: readonly RuleCheck[], estimatedRows: number, folder: string): string {
  const isSampled =
    estimatedRows > PROFILED_ROWS * 1.2 ? `random() < ${(PROFILED_ROWS / estimatedRows).toPrecision(6)}` : "true";
  const measures = checks.flatMap((check, index) => aggregates(check.measures, index));
  const followUps = checks.flatMap((check, index) =>
    check.followUp === undefined ? [] : [{ ...check.followUp, index }],
  );
  const profile = profileSelects(view, "sample");
  const row = view.columns.map(({ name }) => `${identifier(name)} := ${identifier(name)}`).join(", ");
  const from = view.from();
  const script = [
    ...checks.flatMap((check) => check.setup?.(from) ?? []),
    `CREATE TEMP TABLE pass AS SELECT ${[
      'count(*) AS "rows"',
      `map_entries(histogram(${identifier(FILE_COLUMN)})) AS files`,
      ...measures,
      ...profile.exact,
      `list(struct_pack(${row})) FILTER (${isSampled}) AS sample`,
    ].join(",\n  ")}\nFROM ${from};`,
    ...followUps.map(
      (one) =>
        `CREATE TEMP TABLE ${followUpTable(one)} AS SELECT ${aggregates(one.measures, one.index).join(", ")} FROM ${from} WHERE (SELECT ${one.needed((name) => identifier(measureName(one.index, name)))} FROM pass);`,
    ),
    toJson(
      `SELECT * EXCLUDE (sample), len(sample) AS profiled FROM ${["pass", ...followUps.map(followUpTable)].join(", ")}`,
      `${folder}/${COUNTS}`,
    ),
    "CREATE TEMP TABLE sample AS SELECT r.* FROM (SELECT unnest(sample) AS r FROM pass);",
    toJson(profile.ofSample, `${folder}/${PROFILE}`),
  ];
  return script.join("\n");
}

const aggregates = (measures: Readonly<Record<string, string>>, index: number): string[] =>
  Object.entries(measures).map(([name, sql]) => `${sql} AS ${identifier(measureName(index, name))}`);

const followUpTable = ({ index }: { readonly index: number }): string => `further_${index}`;

const measureName = (index: number, name: string): string => `check ${index} ${name}`;

/** What the pass counted. */
export interface Counts {
  readonly rows: number;
  readonly files: readonly { readonly file: string; readonly rows: number }[];
  /** How many rows the profile is of. */
  readonly profiledRows: number;
  /** For each check, in their order. */
  readonly measured: readonly Measured[];
  /** The row itself, for what the profile counted. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** How many rows each file has. DuckDB writes numbers of some types as text. */
const filesSchema = z.array(z.object({ key: z.string(), value: z.coerce.number() }));

/** @param paths all files */
export function toCounts(
  row: Readonly<Record<string, unknown>>,
  checks: readonly RuleCheck[],
  paths: readonly string[],
): Counts {
  const found = parseValue(row.files ?? [], filesSchema, COUNTS);
  // DuckDB names a file by `./` whose path it took for a pattern.
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
