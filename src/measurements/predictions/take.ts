import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../../containers/commands.ts";
import { DATA, RESULTS } from "../../containers/paths.ts";
import type { DataContext } from "../../context/context.ts";
import { UserError } from "../../errors.ts";
import { duckdbContainer, query, reasonOf, rowsOf, script } from "../../tables/duckdb.ts";
import { tabularFiles } from "../../tables/files.ts";
import { readFile, tableFormat } from "../../tables/sql.ts";
import { openTable, type TableRows, tableRows } from "../../tables/table.ts";
import { missing, present, type Taken } from "../taken.ts";
import { planMeasurement } from "./plan.ts";
import { readReadings } from "./read.ts";
import type { PredictionReadings } from "./readings.ts";
import { measurementScript } from "./sql.ts";
import {
  type PredictionCounts,
  type PredictionSummary,
  predictionQueries,
  type RawAnswer,
  summarize,
} from "./summary.ts";
import { readTables } from "./tables.ts";

/** A predictions file where `src.evaluate` left it. */
export interface PredictionFile {
  readonly directory: Directory;
  /** `predictions.parquet` or `predictions.csv`. */
  readonly file: string;
}

const sizeSchema = z.object({ rows: z.number() });
/** Which counts there are depends on the file's columns. */
const countsSchema: z.ZodType<PredictionCounts> = z.object({ rows: z.number() }).catchall(z.number().nullable());
const answerSchema: z.ZodType<RawAnswer> = z.object({ answer: z.string().nullable(), rows: z.number() });

const mountOf = (index: number): string => `/predictions/${index}`;
const tableOf = ({ file }: PredictionFile, index: number): string => {
  const format = tableFormat(file);
  if (format === undefined) throw new Error(`predictions of unknown format: ${file}`);
  return readFile(format, `${mountOf(index)}/${file}`);
};

/**
 * The form of each predictions file.
 *
 * @throws UserError when one cannot be read
 */
export async function takeForms(
  context: DataContext,
  files: readonly PredictionFile[],
): Promise<Taken<PredictionSummary[]>> {
  const { config } = context.project;
  const expected = config.gates.schema?.["rows-of"];
  const queries = files.flatMap((file, index) =>
    Object.entries(predictionQueries(tableOf(file, index))).map(([name, sql]) => query(`${name}-${index}`, sql)),
  );
  const opened = expected === undefined ? undefined : await openExpected(context, expected);
  const counting = opened === undefined ? [] : [query("expected", countRows(tableRows(opened.table)))];
  const container = withPredictions(context, files);
  const mounted = opened === undefined ? container : container.withMountedDirectory(DATA, context.data);
  const run = await runCommands(mounted, [...queries, ...counting], { since: context.since });
  const failure = run.commands.find(({ name, exitCode }) => exitCode !== 0 && /^(counts|expected)/.test(name));
  if (failure !== undefined) {
    const what =
      failure.name === "expected"
        ? "the files of gates.schema.rows-of"
        : `${files[Number(failure.name.slice(7))]?.file} of src.evaluate`;
    throw new UserError(`${what} cannot be read: ${reasonOf(failure.tail)}`);
  }
  // Without a column of that name there are no answers to count; the schema gate says so.
  const read = async <Row>(name: string, row: z.ZodType<Row>): Promise<Row[]> =>
    run.commands.find((command) => command.name === name)?.exitCode === 0 ? rowsOf(run.results, name, row) : [];
  const [total] = expected === undefined ? [] : await read("expected", sizeSchema);
  const summaries = await Promise.all(
    files.map(async ({ file }, index) => {
      const [counts, answers, labels] = await Promise.all([
        read(`counts-${index}`, countsSchema),
        read(`answers-${index}`, answerSchema),
        read(`labels-${index}`, answerSchema),
      ]);
      const raw = {
        file,
        counts: counts[0],
        answers,
        labels,
        ...(total === undefined ? {} : { expectedRows: total.rows }),
      };
      return summarize(raw, config.evaluation.task);
    }),
  );
  return present(summaries, ...(opened === undefined ? [] : [opened.run]), run);
}

/** The evaluation data that there is to be a prediction for each row of. */
const openExpected = async (context: DataContext, patterns: readonly string[]) =>
  openTable(context, {
    ...{ name: "files of gates.schema.rows-of", directory: context.data, mount: DATA },
    ...{ paths: await tabularFiles(context, patterns), form: context.project.config.data },
  });

const countRows = ({ rows, settings }: TableRows): string => `${settings}SELECT count(*) AS "rows" FROM (${rows})`;

/** Metrics, differences, groups: everything that predictions say, of the candidate and of the baseline where there is one. */
export async function takeReadings(
  context: DataContext,
  files: readonly PredictionFile[],
  summaries: readonly PredictionSummary[],
): Promise<Taken<PredictionReadings>> {
  const { config } = context.project;
  const plan = planMeasurement(summaries, files.map(tableOf), config);
  if (typeof plan === "string") return missing(plan);
  const run = await runCommands(
    withPredictions(context, files),
    [script("measure", measurementScript(plan, RESULTS))],
    {
      since: context.since,
    },
  );
  if (!run.ok) throw new UserError(`the predictions cannot be measured: ${reasonOf(run.commands[0]?.tail ?? "")}`);
  return present(readReadings(plan, await readTables(plan, (name) => run.results.file(name).contents()), config), run);
}

const withPredictions = (context: DataContext, files: readonly PredictionFile[]) =>
  files.reduce(
    (container, { directory }, index) => container.withMountedDirectory(mountOf(index), directory),
    duckdbContainer(context),
  );
