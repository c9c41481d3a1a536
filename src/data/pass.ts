import { z } from "zod";
import { parseValue } from "../json.ts";
import { FILE_COLUMN, identifier, toJson } from "../tables/sql.ts";
import type { View } from "../tables/view.ts";
import { profileSelects } from "./profile.ts";
import type { Check, Measured } from "./rules/rule.ts";

/** Rows that the profile is made of: all of them, or a sample of about so many. */
const PROFILED_ROWS = 100_000;

/** Where the script leaves what it found. */
export const COUNTS = "counts.json";
export const PROFILE = "profile.json";

/**
 * The script of the one pass over all rows, and of what it may leave open: what each check counts, how many rows each file has,
 * and the rows of the profile.
 *
 * @param about how many rows there are
 * @param folder where the results go
 */
export function planPass(view: View, checks: readonly Check[], about: number, folder: string): string {
  const taken = about > PROFILED_ROWS * 1.2 ? `random() < ${(PROFILED_ROWS / about).toPrecision(6)}` : "true";
  const measures = checks.flatMap((check, place) => aggregates(check.measures, place));
  const further = checks.flatMap((check, place) => (check.further === undefined ? [] : [{ ...check.further, place }]));
  const profile = profileSelects(view, "sample");
  const row = view.columns.map(({ name }) => `${identifier(name)} := ${identifier(name)}`).join(", ");
  const from = view.from();
  const script = [
    ...checks.flatMap((check) => check.before?.(from) ?? []),
    `CREATE TEMP TABLE pass AS SELECT ${[
      'count(*) AS "rows"',
      `map_entries(histogram(${identifier(FILE_COLUMN)})) AS files`,
      ...measures,
      ...profile.exact,
      `list(struct_pack(${row})) FILTER (${taken}) AS sample`,
    ].join(",\n  ")}\nFROM ${from};`,
    ...further.map(
      (one) =>
        `CREATE TEMP TABLE ${furtherTable(one)} AS SELECT ${aggregates(one.measures, one.place).join(", ")} FROM ${from} WHERE (SELECT ${one.needed((name) => identifier(measureName(one.place, name)))} FROM pass);`,
    ),
    toJson(
      `SELECT * EXCLUDE (sample), len(sample) AS profiled FROM ${["pass", ...further.map(furtherTable)].join(", ")}`,
      `${folder}/${COUNTS}`,
    ),
    "CREATE TEMP TABLE sample AS SELECT r.* FROM (SELECT unnest(sample) AS r FROM pass);",
    toJson(profile.ofSample, `${folder}/${PROFILE}`),
  ];
  return script.join("\n");
}

const aggregates = (measures: Readonly<Record<string, string>>, place: number): string[] =>
  Object.entries(measures).map(([name, sql]) => `${sql} AS ${identifier(measureName(place, name))}`);

const furtherTable = ({ place }: { readonly place: number }): string => `further_${place}`;

const measureName = (place: number, name: string): string => `check ${place} ${name}`;

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
  checks: readonly Check[],
  paths: readonly string[],
): Counts {
  const found = parseValue(row.files ?? [], filesSchema, COUNTS);
  // DuckDB names a file by `./` whose path it took for a pattern.
  const byFile = new Map(found.map(({ key, value }) => [key.replace(/^\.\//, ""), value]));
  return {
    rows: Number(row.rows),
    files: paths.map((file) => ({ file, rows: byFile.get(file) ?? 0 })),
    profiledRows: Number(row.profiled ?? 0),
    measured: checks.map((check, place) =>
      Object.fromEntries(
        [...Object.keys(check.measures), ...Object.keys(check.further?.measures ?? {})].map((name) => [
          name,
          row[measureName(place, name)],
        ]),
      ),
    ),
    row,
  };
}
