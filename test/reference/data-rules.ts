import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "smol-toml";
import {
  EXAMPLES,
  type ExampleRow,
  findExamples,
  lineRequests,
  toExamples,
  withLines,
} from "../../src/data/examples.ts";
import { COUNTS, PROFILE, toCounts } from "../../src/data/pass.ts";
import { brokenChecks, type DataFiles, planInspection } from "../../src/data/plan-inspection.ts";
import { toProfiles } from "../../src/data/profile.ts";
import { reasonText } from "../../src/data/rules/words.ts";
import { parseValue } from "../../src/json.ts";
import { type DescribedFile, describedSchema, sortAnswers } from "../../src/tables/describe.ts";
import { readProblem } from "../../src/tables/read-error.ts";
import { identifier, literal, tableFormat } from "../../src/tables/sql.ts";
import { configOf } from "../src/support.ts";
import { environment, reference } from "./python.ts";

/*
 * The whole way from files to broken rules and the rows that break them, on random tables and rules of all kinds. It
 * runs the programs and scripts of the containers here; `data_rules.py` computes the expected findings slowly.
 */

const REFERENCE = new URL("data_rules.py", import.meta.url);
const PROGRAMS = new URL("../../src/python/", import.meta.url);
const run = promisify(execFile);

/** A file of a case: its bytes, or the rows that a Parquet file gets. */
export interface CaseFile {
  readonly path: string;
  readonly checked: boolean;
  readonly encoding: string | null;
  readonly delimiter: string;
  readonly content: Buffer | ParquetRows;
  /** What is done to a Parquet file after it has been written. */
  readonly damage?: Damage;
}

/** By shares of the file's length: where it is cut off, or which bytes are changed. */
export interface Damage {
  readonly cut?: number;
  readonly flips?: readonly (readonly [place: number, mask: number])[];
}

export function damaged(bytes: Buffer, { cut = 1, flips = [] }: Damage): Buffer {
  const copy = Buffer.from(bytes.subarray(0, Math.floor(cut * bytes.length)));
  for (const [place, mask] of flips) {
    const at = Math.min(copy.length - 1, Math.floor(place * copy.length));
    if (at >= 0) copy[at] = (copy[at] ?? 0) ^ mask;
  }
  return copy;
}

export interface ParquetRows {
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

export interface DataCase {
  readonly files: readonly CaseFile[];
  readonly matches: Readonly<Record<string, readonly string[]>>;
  /** The table [data]. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly task: "classification" | "regression";
}

/** A rule that is broken, as it is compared. */
export interface BrokenRule {
  readonly rule: string;
  readonly columns: readonly string[];
  readonly about: string;
  readonly rows: number | null;
  readonly examples: readonly (readonly [file: string, row: number, line: number | null])[];
}

interface ReferenceRule extends BrokenRule {
  /** The examples are all rows, of which any may be shown. */
  readonly all: boolean;
}

export type Expected =
  | readonly ReferenceRule[]
  | { readonly ragged: readonly (readonly [string, number])[] }
  | { readonly unreadable: string };

/** What the module finds, or the problems of files that are no tables. */
export type Found =
  | { readonly broken: readonly BrokenRule[]; readonly order: readonly string[] }
  | { readonly problems: readonly string[] };

/** Writes the files of a case and runs both sides. */
export async function askBoth(one: DataCase): Promise<{ readonly found: Found; readonly expected: Expected }> {
  const scratch = await mkdtemp(join(tmpdir(), "data-rules-"));
  try {
    const folder = join(scratch, "data");
    await mkdir(folder);
    const written = await Promise.all(one.files.map((file, place) => write(file, folder, join(scratch, `${place}`))));
    const found = await ask(one, folder, scratch);
    // Files of one format are read together, which decides which rows are the first.
    const order = "broken" in found ? found.order : written.map(({ path }) => path).sort();
    const place = ({ path, checked }: Pick<CaseFile, "path" | "checked">) =>
      checked ? order.indexOf(path) : order.length;
    const files = written.sort((a, b) => place(a) - place(b));
    const request = { folder, files, matches: one.matches, data: one.data, task: one.task };
    const [expected] = (await reference(await readFile(REFERENCE, "utf8"), [request])) as Expected[];
    return { found, expected: expected ?? [] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function write({ content, ...file }: CaseFile, folder: string, aside: string) {
  const path = join(folder, file.path);
  await mkdir(dirname(path), { recursive: true });
  const described = { ...file, format: tableFormat(file.path), rows: `${aside}.json` };
  if (Buffer.isBuffer(content)) await writeFile(path, content);
  else {
    await writeFile(described.rows, JSON.stringify(content));
    const lines = `${aside}.jsonl`;
    const { columns, rows } = content;
    await writeFile(
      lines,
      rows.map((row) => `${JSON.stringify(columns.map(([name]) => row[name] ?? null))}\n`).join(""),
    );
    const selected = columns.map(([name, type], at) => `CAST(json->>${at} AS ${type}) AS ${identifier(name)}`);
    const source = `read_ndjson_objects(${literal(lines)})`;
    const query = `COPY (SELECT ${selected.join(", ")} FROM ${source}) TO ${literal(path)} (FORMAT parquet);`;
    const failed = await script(query, folder, aside);
    if (failed !== undefined) throw new Error(failed);
    if (file.damage !== undefined) await writeFile(path, damaged(await readFile(path), file.damage));
  }
  return described;
}

/** The way that src/data/inspect.ts takes in containers. */
async function ask({ files, matches, data, task }: DataCase, folder: string, scratch: string): Promise<Found> {
  const config = configOf(stringify({ data }));
  const paths = files.map(({ path }) => path).sort();
  const described = parseValue(
    await pythonProgram("describe_tables.py", folder, scratch, {
      files: paths.map((path) => ({ path, format: tableFormat(path) })),
      encoding: config.data.encoding ?? null,
      delimiter: config.data.delimiter ?? null,
      escape: null,
    }),
    describedSchema,
    "tables.json",
  );
  const { unreadable } = sortAnswers(described);
  const problems = unreadable.map(({ path, problem }) => `${path} ${problem}`);
  if (problems.length > 0) return { problems };
  const tables = described.filter((file): file is DescribedFile => "columns" in file);
  const isChecked = new Set(files.filter(({ checked }) => checked).map(({ path }) => path));
  const dataFiles: DataFiles = {
    checked: tables.filter(({ path }) => isChecked.has(path)),
    described: tables,
    matches: new Map(Object.entries(matches)),
  };
  const { checked, view, checks, settings, pass } = planInspection(
    dataFiles,
    config.data,
    task,
    scratch,
    true,
    // Every other case takes the way of wide tables.
    data.required === undefined ? undefined : 2,
  );
  const order = checked.map(({ path }) => path);
  const output = await script(settings + pass, folder, join(scratch, "pass"));
  if (output !== undefined) return { problems: [readProblem(output, order)] };
  const rows = async (name: string) => JSON.parse(await readFile(join(scratch, name), "utf8"));
  const counted = toCounts((await rows(COUNTS))[0], checks, order);
  toProfiles(view, counted.row, await rows(PROFILE));
  const broken = brokenChecks(checks, counted);
  const sought = broken.map(({ check }) => check).filter(({ find }) => find !== undefined);
  let examples: ExampleRow[][] = [];
  if (sought.length > 0) {
    const failed = await script(settings + findExamples(view, sought, scratch), folder, join(scratch, "rows"));
    if (failed !== undefined) throw new Error(`rows that break rules cannot be found: ${failed}`);
    const found = toExamples((await rows(EXAMPLES))[0], sought, counted.files);
    const wanted = lineRequests(found.flat(), checked);
    const lines = wanted.length === 0 ? [] : await pythonProgram("find_lines.py", folder, scratch, wanted);
    examples = found.map((one) => withLines(one, lines as Parameters<typeof withLines>[1]));
  }
  return {
    order,
    broken: broken.map(({ check, reason }) => ({
      rule: check.rule,
      columns: check.columns,
      about: /is (empty|NaN or infinite|missing)/.exec(reasonText(reason))?.[0] ?? "",
      rows: "rows" in reason ? reason.rows : null,
      examples: (examples[sought.indexOf(check)] ?? []).map(({ file, row, line }) => [file, row, line ?? null]),
    })),
  };
}

/** @returns what was wrong */
async function script(statements: string, folder: string, name: string): Promise<string | undefined> {
  await writeFile(`${name}.sql`, statements);
  const duckdb = join(await environment(), "duckdb");
  return run(duckdb, ["-bail", "-f", `${name}.sql`], { cwd: folder }).then(
    () => undefined,
    (error: { stderr?: string }) => error.stderr ?? String(error),
  );
}

async function pythonProgram(name: string, folder: string, scratch: string, request: unknown): Promise<unknown> {
  const [asked, answered] = [join(scratch, `${name}.request`), join(scratch, `${name}.answer`)];
  await writeFile(asked, JSON.stringify(request));
  const python = join(await environment(), "python");
  await run(python, ["-B", new URL(name, PROGRAMS).pathname, asked, answered], { cwd: folder });
  return JSON.parse(await readFile(answered, "utf8"));
}

/** What the two sides disagree on, in words; nothing when they agree. */
export function disagreement(found: Found, expected: Expected): string | undefined {
  if (!("broken" in found) || !Array.isArray(expected)) {
    return `found ${JSON.stringify(found)}\nexpected ${JSON.stringify(expected)}`;
  }
  const wanted = expected as readonly ReferenceRule[];
  const plain = ({ rule, columns, about, rows }: BrokenRule) => JSON.stringify({ rule, columns, about, rows });
  const known = ({ about }: ReferenceRule) => about !== "";
  // Only mandatory columns have two rules of one name.
  const ours = found.broken.map((one) =>
    plain({ ...one, about: /^data\.(required|label)$/.test(one.rule) ? one.about : "" }),
  );
  const theirs = wanted.map((one) => plain({ ...one, about: known(one) ? one.about : "" }));
  const [more, less] = [ours.filter((one) => !theirs.includes(one)), theirs.filter((one) => !ours.includes(one))];
  if (more.length + less.length > 0) return `found ${more.join(" ")}\nexpected ${less.join(" ")}`;
  for (const [place, one] of found.broken.entries()) {
    const other = wanted[theirs.indexOf(ours[place] ?? "")];
    const allowed = (other?.examples ?? []).map((row) => JSON.stringify(row));
    const shown = one.examples.map((row) => JSON.stringify(row));
    const right = other?.all
      ? shown.length === Math.min(10, shown.length) && (shown.length > 0 || allowed.length === 0)
      : shown.length === allowed.length;
    if (!right || shown.some((row) => !allowed.includes(row))) {
      return `${ours[place]} has rows ${shown.join(" ")}\nexpected ${allowed.join(" ")}`;
    }
  }
  return undefined;
}

const CRASH = /Traceback|Stack Trace|INTERNAL Error/;

/**
 * What is wrong with the message about a damaged file, in words; nothing when the message is right, or the file was
 * read correctly.
 */
export function misjudged({ files }: DataCase, found: Found, expected: Expected): string | undefined {
  if ("problems" in found) {
    const unclear = found.problems.filter(
      (problem) => CRASH.test(problem) || problem.includes("\n") || !files.some(({ path }) => problem.includes(path)),
    );
    const isPlaceless = "ragged" in expected && !/line \d+|lines end in several/.test(found.problems.join());
    const isClear = found.problems.length > 0 && unclear.length === 0 && !isPlaceless;
    return isClear ? undefined : `unclear: ${JSON.stringify(found.problems)}`;
  }
  // A Parquet file has no checksum of its content.
  const isFlipped = files.some(({ content, damage }) => !Buffer.isBuffer(content) && damage?.cut === undefined);
  return isFlipped ? undefined : disagreement(found, expected);
}

interface LinedFile {
  readonly text: string;
  readonly delimiter: string;
}

/** The lines in which rows begin, as the helper finds them, and as the reference that reads letter by letter. */
export async function linesOf(files: readonly LinedFile[]) {
  const scratch = await mkdtemp(join(tmpdir(), "data-lines-"));
  try {
    const wanted = files.map(({ text, delimiter }, at) => {
      const rows = Array.from({ length: text.length }, (_, row) => row + 1);
      return {
        path: `${at}.csv`,
        format: "csv",
        encoding: "utf-8-sig",
        text,
        delimiter,
        rows,
        blank: false,
        escape: null,
      };
    });
    await Promise.all(wanted.map(({ path, text }) => writeFile(join(scratch, path), text)));
    const [found, expected] = await Promise.all([
      pythonProgram("find_lines.py", scratch, scratch, wanted),
      reference(await readFile(REFERENCE, "utf8"), files) as Promise<Record<string, number>[]>,
    ]);
    return { found: (found as { lines: Record<string, number> }[]).map(({ lines }) => lines), expected };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
