import type { Container, Directory } from "@dagger.io/dagger";
import { type CommandsResult, runCommands } from "../commands/run.ts";
import { duckdbContainer, query, reasonOf, rowsOf, script } from "../data/duckdb.ts";
import { EVERY_TABLE, tabularFiles } from "../data/files.ts";
import { REFERENCE, RESULTS } from "../environment/paths.ts";
import { UserError } from "../errors.ts";
import type { PredictionFile } from "../measurements/predictions/take.ts";
import type { DataContext } from "../stages/context.ts";
import { counted } from "../text.ts";
import { type Compared, compareTables } from "./compare.ts";
import {
  columnsQuery,
  type IdFacts,
  idFacts,
  type LabelSources,
  labelledRows,
  referencePredictions,
  toParquet,
} from "./log-sql.ts";
import { takeMetric } from "./metric.ts";
import type { MetricReading, Role } from "./readings.ts";

/** What live predictions are compared with. */
export interface LogInputs {
  readonly predictions: Directory;
  /** Labels that came later. */
  readonly labels?: Directory | undefined;
  /** The reference, and its tables below it. */
  readonly reference: Directory;
  readonly referenceFiles: readonly string[];
  /** The accepted model's predictions on the reference; where absent, the reference has its own. */
  readonly accepted?: PredictionFile | undefined;
}

export interface LogReadings extends Pick<Compared, "faults" | "tests" | "runs"> {
  /** Rows of the log. */
  readonly rows: number;
  readonly metric?: MetricReading;
}

const LOG = "/log";
const LABELS = "/labels";
const ACCEPTED = "/accepted";
const LIVE_FOLDER = `${RESULTS}/live`;
const ACCEPTED_FOLDER = `${RESULTS}/accepted`;
const MADE = "predictions.parquet";

/**
 * The log's predictions beside those of the accepted model, and its metric where labels are known.
 *
 * @throws UserError when a column is missing, ids are repeated, or there is nothing to compare with
 */
export async function readLog(context: DataContext, inputs: LogInputs): Promise<LogReadings> {
  const files = await filesOf(context, inputs);
  const container = mounted(context, inputs);
  const [columns, describing] = await columnsOf(container, files, context.since);
  checkColumns(columns, inputs, context.project.config.monitoring.id);
  const scored = columns.log.includes("score") && columns.accepted.includes("score");
  const compared = await compareTables(
    container,
    {
      name: "predictions",
      tables: { reference: { paths: files.accepted }, current: { paths: files.log } },
      only: ["prediction", ...(scored ? ["score"] : [])],
      outcomes: ["prediction", "score"],
      roleOf: (column): Role => (column === "score" ? "score" : "prediction"),
    },
    context.since,
  );
  const found = { ...compared, rows: compared.rows.current, runs: [describing, ...compared.runs] };
  if (inputs.labels === undefined && !columns.log.includes("label")) return found;
  const label = context.project.config.data.label ?? "label";
  // The reference's own predictions say nothing of a metric unless it has labels, too.
  if (inputs.accepted === undefined && !columns.accepted.includes(label)) return found;
  const [[live, accepted], labelling] = await labelled(context, container, inputs, files, columns, label);
  const { reading, runs } = await takeMetric(context, live, accepted);
  return { ...found, metric: reading, runs: [...found.runs, labelling, ...runs] };
}

/** By what they are of, each from the root of the container. */
type ByTable<T> = Readonly<Record<"log" | "labels" | "accepted", T>>;

async function filesOf(context: DataContext, inputs: LogInputs): Promise<ByTable<string[]>> {
  const tables = async (directory: Directory | undefined, name: string, mount: string): Promise<string[]> =>
    directory === undefined
      ? []
      : (await tabularFiles({ ...context, data: directory }, EVERY_TABLE, name)).map((path) => `${mount}/${path}`);
  const [log, labels] = await Promise.all([
    tables(inputs.predictions, "predictions", LOG),
    tables(inputs.labels, "labels", LABELS),
  ]);
  const accepted =
    inputs.accepted === undefined
      ? inputs.referenceFiles.map((path) => `${REFERENCE}/${path}`)
      : [`${ACCEPTED}/${inputs.accepted.file}`];
  return { log, labels, accepted };
}

function mounted(context: DataContext, { predictions, labels, reference, accepted }: LogInputs): Container {
  const base = duckdbContainer(context).withMountedDirectory(LOG, predictions);
  const withLabels = labels === undefined ? base : base.withMountedDirectory(LABELS, labels);
  return accepted === undefined
    ? withLabels.withMountedDirectory(REFERENCE, reference)
    : withLabels.withMountedDirectory(ACCEPTED, accepted.directory);
}

async function columnsOf(
  container: Container,
  files: ByTable<string[]>,
  since: number,
): Promise<[ByTable<string[]>, CommandsResult]> {
  const tables = Object.entries(files).filter(([, paths]) => paths.length > 0);
  const run = await runCommands(
    container,
    tables.map(([name, paths]) => query(name, columnsQuery(paths))),
    { since },
  );
  const failed = run.commands.find(({ exitCode }) => exitCode !== 0);
  if (failed !== undefined)
    throw new UserError(`the ${TABLES[failed.name] ?? failed.name} cannot be read: ${reasonOf(failed.tail)}`);
  const names = async (table: string): Promise<string[]> =>
    (await rowsOf<{ readonly name: string }>(run.results, table)).map(({ name }) => name);
  const [log, labels, accepted] = await Promise.all([
    names("log"),
    files.labels.length === 0 ? [] : names("labels"),
    names("accepted"),
  ]);
  return [{ log, labels, accepted }, run];
}

const TABLES: Readonly<Record<string, string>> = {
  log: "log of predictions",
  labels: "table of labels",
  accepted: "accepted model's predictions",
};

/** @throws UserError for the first column that is missing */
export function checkColumns(
  { log, labels, accepted }: ByTable<readonly string[]>,
  given: Pick<LogInputs, "accepted" | "labels">,
  id: string,
): void {
  const need = (there: readonly string[], column: string, what: string): void => {
    if (there.includes(column)) return;
    throw new UserError(`${what} has no column ${column}; it has ${there.join(", ")}.`);
  };
  need(log, "prediction", "The log (--predictions)");
  if (given.labels !== undefined) {
    need(log, id, `Labels are joined by ${id} (monitoring.id), and the log (--predictions)`);
    need(labels, id, `Labels are joined by ${id} (monitoring.id), and the table of labels (--labels)`);
    need(labels, "label", "The table of labels (--labels)");
  }
  if (accepted.includes("prediction")) return;
  throw new UserError(
    given.accepted === undefined
      ? "Live predictions have nothing to be compared with: the reference has no column prediction. Give the accepted model with --baseline."
      : "src.evaluate wrote predictions without a column prediction.",
  );
}

/** The files that metrics are computed from: the log's rows whose labels are known, and the accepted model's. */
async function labelled(
  { since, project }: DataContext,
  container: Container,
  { accepted }: LogInputs,
  files: ByTable<string[]>,
  columns: ByTable<string[]>,
  label: string,
): Promise<[[PredictionFile, PredictionFile], CommandsResult]> {
  const { id } = project.config.monitoring;
  const sources: LabelSources = { log: files.log, columns: columns.log, labels: files.labels, id };
  const statements = [
    toParquet(labelledRows(sources), `${LIVE_FOLDER}/${MADE}`),
    ...(accepted === undefined
      ? [toParquet(referencePredictions(files.accepted, columns.accepted, label), `${ACCEPTED_FOLDER}/${MADE}`)]
      : []),
  ];
  const run = await runCommands(
    container,
    [...(files.labels.length === 0 ? [] : [query("ids", idFacts(sources))]), script("labels", statements.join("\n"))],
    { since, folders: [LIVE_FOLDER, ACCEPTED_FOLDER], stopAtFailure: true },
  );
  const failed = run.commands.find(({ exitCode }) => exitCode !== 0);
  if (failed !== undefined) throw new UserError(`the labels cannot be read: ${reasonOf(failed.tail)}`);
  const [ids] = files.labels.length === 0 ? [] : await rowsOf<IdFacts>(run.results, "ids");
  checkIds(ids, id);
  const made = (folder: string): PredictionFile => ({ directory: run.container.directory(folder), file: MADE });
  return [[made(LIVE_FOLDER), accepted ?? made(ACCEPTED_FOLDER)], run];
}

/** @throws UserError when a row of one table would be joined to several of the other */
export function checkIds(facts: IdFacts | undefined, id: string): void {
  const found = [
    ["the log (--predictions)", facts?.repeatedInLog ?? 0],
    ["the table of labels (--labels)", facts?.repeatedInLabels ?? 0],
  ] as const;
  const repeated = found.filter(([, count]) => count > 0);
  if (repeated.length === 0) return;
  const where = repeated.map(([what, count]) => `${what} repeats ${id} in ${counted(count, "row")}`).join(", and ");
  throw new UserError(`Labels cannot be joined by ${id} (monitoring.id): ${where}.`);
}
