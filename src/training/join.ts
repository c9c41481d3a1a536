import { UserError } from "../errors.ts";
import type { CsvDialect, DescribedFile } from "../tables/describe.ts";
import { identifier, literal, numberOf, pathLiteral, type TableFormat, toJson } from "../tables/sql.ts";
import { type Table, type TableRows, tableRows } from "../tables/table.ts";
import { momentOf } from "./moment.ts";
import type { JOINS } from "./settings.ts";

/* How the rows of a window come to the data that are trained on, and which of them are kept out to evaluate on. */

/** Files of a window whose rows come to one file of the data. */
export interface JoinedFiles {
  readonly target: string;
  readonly window: readonly string[];
}

/**
 * Finds the file of the data that the rows of each file of a window come to: the one of its name, or the only one that there is.
 *
 * @param into the file for those of other names, where the settings name one
 * @throws UserError for a file of the window that no file of the data fits
 */
export function joinedFiles(
  window: readonly string[],
  data: readonly string[],
  into: string | undefined,
): JoinedFiles[] {
  if (into !== undefined && !data.includes(into)) {
    throw new UserError(
      `retraining.into is ${into}, and there is no such table in the data, which have ${listed(data)}.`,
      "retraining",
    );
  }
  const only = into ?? (data.length === 1 ? data[0] : undefined);
  const targets = new Map<string, string[]>();
  for (const path of window) {
    const target = data.includes(path) ? path : only;
    if (target === undefined) {
      throw new UserError(
        `The window has the table ${path}, and the data have ${listed(data)}: nothing says which of them its rows are joined to. Name the file of the window so, or say it by retraining.into.`,
        "retraining",
      );
    }
    targets.set(target, [...(targets.get(target) ?? []), path]);
  }
  return [...targets].map(([target, paths]) => ({ target, window: paths }));
}

const listed = (paths: readonly string[]): string => (paths.length === 0 ? "none" : paths.slice(0, 8).join(", "));

/** Files of the data that are of the same kind as one of them: they have its columns, in any order. */
export function sameKind(files: readonly DescribedFile[], target: DescribedFile): string[] {
  const kind = kindOf(target);
  return files.filter((file) => kindOf(file) === kind).map(({ path }) => path);
}

const kindOf = ({ columns }: DescribedFile): string =>
  JSON.stringify(columns.map(({ name }) => name.toLowerCase()).sort());

/** One file of the data with the rows of a window. */
export interface JoinRequest {
  readonly data: Table;
  readonly window: Table;
  readonly join: (typeof JOINS)[number];
  /** Of the window, from 0 to 1. */
  readonly holdout: number;
  readonly maxRows: number | undefined;
  readonly dateColumn: string | undefined;
}

/** Where the script writes. */
export interface JoinFiles {
  readonly joined: string;
  readonly fresh: string;
  readonly counts: string;
}

const HASH = "ml_pipeline_hash";
const PLACE = "ml_pipeline_place";
/** A line of JSON lines as it is, so that no value takes another form. */
const LINE = "ml_pipeline_line";
/** Shares are counted in parts of this. */
const PARTS = 10_000;

/**
 * The script that joins a window to a file. Rows that are equal fall on the same side whatever machine it is, because their hash
 * decides: none of them is both trained and evaluated on.
 */
export function joinScript(request: JoinRequest, files: JoinFiles): string {
  const { holdout, data, window } = request;
  const format = formatOf(data);
  const [before, fresh] = [rowsAsTheyAre(data, format), rowsAsTheyAre(window, format)];
  const held = hashBelow(HASH, holdout);
  const options = copyOptions(data, format);
  return [
    before.settings,
    fresh.settings,
    `CREATE TABLE window_rows AS SELECT *, ${rowHash(fresh.columns)} AS ${HASH} FROM (${fresh.rows});`,
    `CREATE TABLE trained AS SELECT * EXCLUDE (${HASH}) FROM window_rows WHERE NOT ${held};`,
    `CREATE TABLE earlier AS ${before.rows};`,
    `CREATE TABLE joined AS ${joinedRows(request, format)};`,
    `COPY (SELECT * EXCLUDE (${HASH}) FROM window_rows WHERE ${held}) TO ${literal(files.fresh)} (${options});`,
    `COPY (FROM joined) TO ${literal(files.joined)} (${options});`,
    toJson(
      `SELECT (SELECT count(*) FROM earlier) AS "before", (SELECT count(*) FROM joined) AS "after",
        (SELECT count(*) FROM trained) AS trained, (SELECT count(*) FROM window_rows WHERE ${held}) AS fresh`,
      files.counts,
    ),
  ]
    .filter(Boolean)
    .join("\n");
}

/** The rows that are trained on. */
function joinedRows({ join, maxRows = 0, dateColumn, data }: JoinRequest, format: TableFormat): string {
  const both = "SELECT * FROM earlier UNION ALL BY NAME SELECT * FROM trained";
  switch (join) {
    case "replace":
      return "SELECT * FROM trained";
    case "append":
      return both;
    case "sliding": {
      const order = dateColumn === undefined ? "" : `${newestFirst(dateColumn, data, format)}, `;
      return `SELECT * EXCLUDE (${PLACE}) FROM (SELECT *, row_number() OVER () AS ${PLACE} FROM (${both}))
        QUALIFY row_number() OVER (ORDER BY ${order}${PLACE} DESC) <= ${maxRows} ORDER BY ${PLACE}`;
    }
  }
}

/** The order of a column of dates, or of numbers that grow with time. @throws UserError for a column that is not there */
function newestFirst(column: string, { files }: Table, format: TableFormat): string {
  if (!files.every(({ columns }) => columns.some(({ name }) => name === column))) {
    throw new UserError(
      `retraining.date-column is ${column}, and ${files.map(({ path }) => path).join(", ")} has no such column.`,
      "retraining",
    );
  }
  const value = format === "json" ? jsonValue(column) : `${identifier(column)}::VARCHAR`;
  return `coalesce(epoch(${momentOf(value)}), ${numberOf(value)}) DESC NULLS LAST`;
}

const jsonValue = (column: string): string =>
  `json_extract_string(${LINE}, ${literal(`$."${column.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`)})`;

/** The format of the one file that a table has. */
export function formatOf({ files }: Table): TableFormat {
  const [first] = files;
  if (first === undefined) throw new Error("a table has no file");
  return first.format;
}

/** A hash of all values of a row that does not depend on the order of its columns. */
export const rowHash = (columns: readonly string[]): string =>
  `md5_number_lower(concat_ws(chr(31), ${[...columns]
    .sort()
    .map((name) => `coalesce(${identifier(name)}::VARCHAR, '')`)
    .join(", ")}))`;

/** Whether a hash is among a share of all. */
export const hashBelow = (hash: string, share: number): string => `${hash} % ${PARTS} < ${Math.round(share * PARTS)}`;

/** The rows of a table as they lie in its files: no number is written anew, and no text becomes another type. */
export function rowsAsTheyAre(
  { mount, files }: Table,
  format: TableFormat,
): Pick<TableRows, "rows" | "columns" | "settings"> {
  if (format === "json") {
    const paths = files.map(({ path }) => pathLiteral(`${mount}/${path}`)).join(", ");
    const rows = `SELECT json::VARCHAR AS ${LINE} FROM read_ndjson_objects([${paths}])`;
    return { rows, columns: [LINE], settings: "" };
  }
  return tableRows({ mount, files: files.map(({ numbers: _, ...file }) => file) });
}

/** How the file is written that takes the place of one of the data. */
export function copyOptions({ files }: Table, format: TableFormat): string {
  const [{ path, delimiter = ",", escape: mark = '"' } = { path: "" }] = files;
  const packed = /\.gz$/i.test(path) ? ", COMPRESSION gzip" : /\.zst$/i.test(path) ? ", COMPRESSION zstd" : "";
  switch (format) {
    case "csv":
      return `FORMAT csv, HEADER true, DELIMITER ${literal(delimiter)}, QUOTE '"', ESCAPE ${literal(mark)}${packed}`;
    case "json":
      return `FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER ''${packed}`;
    case "parquet":
      return "FORMAT parquet";
  }
}

/**
 * Why a window cannot be joined to a file; empty where it can.
 *
 * @param dialect how the configuration says that the file is read
 */
export function joinProblem(data: Table, window: Table, dialect: CsvDialect): string {
  const formats = new Set([...data.files, ...window.files].map(({ format }) => format));
  const [target] = data.files;
  if (formats.size > 1) {
    return `${window.files.map(({ path }) => path).join(", ")} of the window is of another format than ${target?.path}, which its rows are joined to`;
  }
  const encoding = target?.encoding ?? "utf-8";
  return encoding === "utf-8" && (dialect.encoding ?? "utf-8") === "utf-8"
    ? ""
    : `${target?.path} is in ${dialect.encoding ?? encoding}, and rows can be joined to files in UTF-8 only`;
}
