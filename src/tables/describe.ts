import { type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { DATA, DATA_TOOLS, PROGRAMS, RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Runtime } from "../containers/runtime.ts";
import { parseJson } from "../json.ts";
import { duckdbContainer } from "./duckdb.ts";
import { type Decimal, type RewrittenNumbers, type Thousands, withNumbers } from "./number-form.ts";
import { type TableFormat, tableFormat } from "./sql.ts";
import type { DeclaredType } from "./sql-view.ts";

/** The description of a table's file, made from its beginning. */
export interface DescribedFile {
  readonly path: string;
  readonly format: TableFormat;
  readonly bytes: number;
  /** An estimate; exact for Parquet. */
  readonly rows: number;
  readonly columns: readonly FileColumn[];
  /** The first rows, as text; empty for Parquet and JSON files after the first few. */
  readonly sample: readonly (readonly (string | null)[])[];
  /** For CSV only. */
  readonly encoding?: string;
  readonly delimiter?: string;
  /** The line end; empty for a header without one. */
  readonly newline?: string;
  /** The character before a quotation mark within a field; a quotation mark when absent. */
  readonly escape?: string;
  /** For JSON lines that begin with a byte-order mark. */
  readonly marked?: boolean;
  /** The bytes of the longest line, where one is longer than a megabyte. */
  readonly longest?: number;
  /** Its numbers that are not written with a decimal point; those of the first rows are rewritten. */
  readonly numbers?: RewrittenNumbers;
}

export interface FileColumn {
  readonly name: string;
  /** DuckDB's type; null in CSV, where all values are text. */
  readonly type: string | null;
}

/** A file that cannot be read as a table, and why. */
export interface UnreadableFile {
  readonly path: string;
  readonly problem: string;
}

const unreadableSchema: z.ZodType<UnreadableFile> = z.object({ path: z.string(), problem: z.string() });

const describedFileSchema: z.ZodType<DescribedFile> = z.object({
  path: z.string(),
  format: z.enum(["csv", "json", "parquet"]),
  bytes: z.number(),
  rows: z.number(),
  columns: z.array(z.object({ name: z.string(), type: z.string().nullable() })),
  sample: z.array(z.array(z.string().nullable())),
  encoding: z.string().optional(),
  delimiter: z.string().optional(),
  newline: z.string().optional(),
  escape: z.string().optional(),
  marked: z.boolean().optional(),
  longest: z.number().optional(),
});

/** A file without even a header, as Spark and Dask write for a part without rows. */
const emptySchema = z.object({ path: z.string(), empty: z.literal(true) });

/** A link to a folder, or to nothing. */
export interface UnfollowedLink {
  readonly path: string;
  readonly target: string;
}

const linkSchema: z.ZodType<UnfollowedLink> = z.object({ path: z.string(), target: z.string() });

/** The answer of `describe_tables.py`. */
export const describedSchema = z.array(z.union([unreadableSchema, emptySchema, linkSchema, describedFileSchema]));

export interface Described {
  readonly files: readonly DescribedFile[];
  readonly unreadable: readonly UnreadableFile[];
  /** The files that are empty parts of a table: they have no rows, and are none of `files`. */
  readonly emptyParts: readonly string[];
  /** Links in the folder that lead to another folder or to nothing. */
  readonly links: readonly UnfollowedLink[];
  /** The folder that they are read from: files that DuckDB cannot read are there in UTF-8. */
  readonly directory: Directory;
  readonly run: CommandsResult;
}

/** The configured dialect of CSV files; what is absent is detected. */
export interface CsvDialect {
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly escape?: string | undefined;
  /** The decimal point of numbers, and what stands between their thousands. */
  readonly decimal?: Decimal | undefined;
  readonly thousands?: Thousands | undefined;
  /** What is said of the columns' types, and of missing values: numbers are looked for in columns that have no others. */
  readonly types?: Readonly<Record<string, DeclaredType>> | undefined;
  readonly missing?: readonly string[] | undefined;
}

/** What of a table's settings says how its files are read. */
export const dialectOf = ({
  encoding,
  delimiter,
  escape: mark,
  decimal,
  thousands,
  types,
  missing,
}: CsvDialect): CsvDialect => ({ encoding, delimiter, escape: mark, decimal, thousands, types, missing });

/** Files of a folder, and their configured dialect. */
export interface FilesToDescribe {
  readonly directory: Directory;
  readonly paths: readonly string[];
  readonly dialect: CsvDialect;
}

const PROGRAM = "describe_tables.py";
const REQUEST = `${PROGRAMS}/tables.json`;
const ANSWER = "tables.json";
/** The folder of copies in UTF-8, beside the answer. */
const COPIES = "utf-8";

/** Describes all tables in one exec. */
export async function describeTables(
  runtime: Runtime,
  { directory, paths, dialect }: FilesToDescribe,
): Promise<Described> {
  const { encoding, delimiter, escape: mark } = dialect;
  const files = paths.map((path) => ({ path, format: tableFormat(path) }));
  const request = {
    files,
    encoding: encoding ?? null,
    delimiter: delimiter ?? null,
    escape: mark === undefined || mark === '"' ? null : mark,
  };
  const container = withProgram(duckdbContainer(runtime), PROGRAM)
    .withMountedDirectory(DATA, directory)
    .withMountedFile(REQUEST, dag.directory().withNewFile(ANSWER, JSON.stringify(request)).file(ANSWER))
    .withEnvVariable("PYTHONPATH", DATA_TOOLS)
    .withWorkdir(DATA);
  const run = await runCommands(
    container,
    [
      {
        name: "describe",
        args: ["python3", programPath(PROGRAM), REQUEST, `${RESULTS}/${ANSWER}`],
        purpose: "describe the tables",
      },
    ],
    { since: runtime.since, limits: runtime.limits },
  );
  if (!run.ok) return { files: [], unreadable: [], emptyParts: [], links: [], directory, run };
  const answers = parseJson(await run.results.file(ANSWER).contents(), describedSchema, ANSWER);
  const sorted = sortAnswers(answers);
  const { files: numbered, unreadable } = withNumbers(sorted.files, dialect);
  return {
    ...{ ...sorted, files: numbered, unreadable: [...sorted.unreadable, ...unreadable] },
    ...{ directory: await withCopies(directory, run), run },
  };
}

/** A folder with the copies in UTF-8 that were made of its files. */
async function withCopies(directory: Directory, { results }: CommandsResult): Promise<Directory> {
  const entries = await results.entries();
  return entries.some((entry) => entry.replace(/\/$/, "") === COPIES)
    ? directory.withDirectory(".", results.directory(COPIES))
    : directory;
}

/** Tells parts of a table that are empty from files that should not be. */
export function sortAnswers(answers: z.output<typeof describedSchema>): Omit<Described, "run" | "directory"> {
  const files = answers.filter((answer): answer is DescribedFile => "columns" in answer);
  const tables = new Set(files.map(({ path }) => tableOfPart(path)));
  const empty = answers.filter((answer) => "empty" in answer).map(({ path }) => path);
  const emptyParts = empty.filter((path) => tables.has(tableOfPart(path)));
  const unreadable = answers.flatMap((answer): UnreadableFile[] => {
    if ("problem" in answer) return [answer];
    return "empty" in answer && !emptyParts.includes(answer.path) ? [emptyFile(answer.path)] : [];
  });
  return {
    files,
    unreadable,
    emptyParts,
    links: answers.filter((answer) => "target" in answer),
  };
}

const emptyFile = (path: string): UnreadableFile => ({
  path,
  problem: /\.csv\b/i.test(path) ? "is empty: it has not even a header" : "is empty",
});

/** What the paths of all parts of a table have in common: they differ in numbers and identifiers only. */
export const tableOfPart = (path: string): string =>
  path.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{4,}/gi, "#").replace(/\d+/g, "#");
