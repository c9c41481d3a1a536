import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../../containers/commands.ts";
import { DATA, RESULTS } from "../../containers/paths.ts";
import type { Runtime } from "../../containers/runtime.ts";
import { UserError } from "../../errors.ts";
import type { CsvDialect } from "../../tables/describe.ts";
import { duckdbContainer, query, reasonOf, rowsOf, script } from "../../tables/duckdb.ts";
import { tabularFiles } from "../../tables/files.ts";
import { readFile, tableFormat } from "../../tables/sql.ts";
import { openTable, type TableRows, tableRows, withTables } from "../../tables/table.ts";
import { type Measured, missing, present } from "../measured.ts";
import type { MeasurementRequest } from "../request.ts";
import { computeResults } from "./compute.ts";
import { type ColumnSettings, planMeasurement } from "./plan.ts";
import type { PredictionResults } from "./results.ts";
import type { EvaluationConfig } from "./settings.ts";
import { measurementScript } from "./sql.ts";
import {
  type PredictionCounts,
  type PredictionSummary,
  predictionQueries,
  type RawAnswer,
  summarize,
} from "./summary.ts";
import { readTables } from "./tables.ts";

/** A predictions file as `src.evaluate` wrote it. */
export interface PredictionFile {
  readonly directory: Directory;
  /** `predictions.parquet` or `predictions.csv`. */
  readonly file: string;
  /** A SELECT of what is taken for its rows, by the table expression that reads them; the rows themselves when absent. */
  readonly view?: (table: string) => string;
  /** Whose they are, for messages; the candidate's when absent. */
  readonly owner?: "the baseline";
}

const nameOf = ({ file, owner }: PredictionFile): string => (owner === undefined ? file : `${file} of ${owner}`);

const sizeSchema = z.object({ rows: z.number() });
/** The other counts depend on the file's columns. */
const countsSchema: z.ZodType<PredictionCounts> = z.object({ rows: z.number() }).catchall(z.number().nullable());
const answerSchema: z.ZodType<RawAnswer> = z.object({ answer: z.string().nullable(), rows: z.number() });

export const mountOf = (index: number): string => `/predictions/${index}`;
export const tableOf = (predictions: PredictionFile, index: number): string => tableIn(predictions, mountOf(index));

/** The table expression of a predictions file in a folder of a container. */
export function tableIn({ file, view }: PredictionFile, folder: string): string {
  const format = tableFormat(file);
  if (format === undefined) throw new Error(`predictions of unknown format: ${file}`);
  const table = readFile(format, `${folder}/${file}`);
  return view === undefined ? table : `(${view(table)})`;
}

export interface SummarySettings {
  /** Derived from the predictions when absent. */
  readonly task?: EvaluationConfig["task"];
  /** The evaluation data, of which each row must have a prediction. */
  readonly expected?: ExpectedRows | undefined;
}

/** Tables of a folder, whose rows are counted. */
export interface ExpectedRows {
  readonly directory: Directory;
  /** Glob patterns. */
  readonly patterns: readonly string[];
  readonly dialect: CsvDialect;
}

/**
 * Summarizes each predictions file.
 *
 * @throws UserError when one cannot be read
 */
export async function summarizePredictions(
  runtime: Runtime,
  files: readonly PredictionFile[],
  { task, expected }: SummarySettings,
): Promise<Measured<PredictionSummary[]>> {
  const queries = files.flatMap((file, index) =>
    Object.entries(predictionQueries(tableOf(file, index))).map(([name, sql]) => query(`${name}-${index}`, sql)),
  );
  const opened = expected === undefined ? undefined : await openExpected(runtime, expected);
  await checkFiles(runtime, files);
  const counting = opened === undefined ? [] : [query("expected", countRows(tableRows(opened.table)))];
  const container = withPredictions(runtime, files);
  const mounted = opened === undefined ? container : withTables(container, [opened.table]);
  const run = await runCommands(mounted, [...queries, ...counting], { since: runtime.since, limits: runtime.limits });
  const failure = run.commands.find(({ name, exitCode }) => exitCode !== 0 && /^(counts|expected)/.test(name));
  if (failure !== undefined) {
    const file = files[Number(failure.name.slice("counts-".length))];
    const what =
      file === undefined ? "the files of gates.schema.rows-of" : `${nameOf(file)}, which the evaluation wrote,`;
    throw new UserError(`${what} cannot be read: ${reasonOf(failure.tail)}`);
  }
  // The query of a missing column fails; the schema gate reports the column.
  const read = async <Row>(name: string, row: z.ZodType<Row>): Promise<Row[]> =>
    run.commands.find((command) => command.name === name)?.exitCode === 0 ? rowsOf(run.results, name, row) : [];
  const [total] = opened === undefined ? [] : await read("expected", sizeSchema);
  const summaries = await Promise.all(
    files.map(async (file, index) => {
      const [counts, answers, labels] = await Promise.all([
        read(`counts-${index}`, countsSchema),
        read(`answers-${index}`, answerSchema),
        read(`labels-${index}`, answerSchema),
      ]);
      const raw = {
        file: nameOf(file),
        counts: counts[0],
        answers,
        labels,
        ...(total === undefined ? {} : { expectedRows: total.rows }),
      };
      return summarize(raw, task);
    }),
  );
  return present(summaries, ...(opened === undefined ? [] : [opened.run]), run);
}

/** The dialect in which `src.evaluate` writes predictions, by the project contract. */
export const PREDICTIONS_DIALECT: CsvDialect = { encoding: "utf-8", delimiter: "," };

/**
 * Looks for what DuckDB reads from a CSV without an error: a row with one field too many, whose last is empty.
 *
 * @throws UserError that says where it is
 */
async function checkFiles(runtime: Runtime, files: readonly PredictionFile[]): Promise<void> {
  const tables = files.filter(({ file }) => tableFormat(file) === "csv");
  await Promise.all(
    tables.map(({ directory, file }) =>
      openTable(runtime, {
        ...{ name: `${file} of the evaluation`, directory, mount: mountOf(0) },
        ...{ paths: [file], dialect: PREDICTIONS_DIALECT },
      }),
    ),
  );
}

const openExpected = async (runtime: Runtime, { directory, patterns, dialect }: ExpectedRows) =>
  openTable(runtime, {
    ...{ name: "files of gates.schema.rows-of", directory, mount: DATA },
    ...{ paths: await tabularFiles(directory, patterns), dialect },
  });

const countRows = ({ rows, settings }: TableRows): string => `${settings}SELECT count(*) AS "rows" FROM (${rows})`;

/** The predictions files of one or two models, with their summaries. */
export interface DescribedPredictions {
  readonly files: readonly PredictionFile[];
  readonly summaries: readonly PredictionSummary[];
}

/** How predictions are evaluated, and what is measured beside their metrics. */
export interface MeasurementSettings {
  readonly evaluation: EvaluationConfig;
  /** What the project calls its columns. */
  readonly columns?: ColumnSettings;
  readonly request?: MeasurementRequest | undefined;
}

/**
 * Measures metrics, differences and groups in the predictions of the candidate, and of the baseline if there is one.
 */
export async function measurePredictions(
  runtime: Runtime,
  { files, summaries }: DescribedPredictions,
  { evaluation, columns, request = {} }: MeasurementSettings,
): Promise<Measured<PredictionResults>> {
  const plan = planMeasurement(summaries, files.map(tableOf), evaluation, request, columns);
  if (typeof plan === "string") return missing(plan);
  const run = await runCommands(
    withPredictions(runtime, files),
    [script("measure", measurementScript(plan, RESULTS))],
    {
      since: runtime.since,
      limits: runtime.limits,
    },
  );
  if (!run.ok) throw new UserError(`the predictions cannot be measured: ${reasonOf(run.commands[0]?.tail ?? "")}`);
  const tables = await readTables(plan, (name) => run.results.file(name).contents());
  return present(computeResults(plan, tables, evaluation, request), run);
}

export const withPredictions = (runtime: Runtime, files: readonly PredictionFile[]) =>
  files.reduce(
    (container, { directory }, index) => container.withMountedDirectory(mountOf(index), directory),
    duckdbContainer(runtime),
  );
