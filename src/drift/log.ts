import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { RESULTS } from "../containers/paths.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";
import { type PredictionsSettings, renamedColumns } from "../measurements/predictions/file-settings.ts";
import { PREDICTIONS_DIALECT, type PredictionFile } from "../measurements/predictions/measure.ts";
import { duckdbContainer, parseRows, withScript } from "../tables/duckdb.ts";
import { EVERY_TABLE, tabularFiles } from "../tables/files.ts";
import { toJson } from "../tables/sql.ts";
import { openTable, type Table, tableRows, withTables } from "../tables/table.ts";
import { counted } from "../text.ts";
import type { ColumnFault } from "./columns.ts";
import { type ComparisonResult, compareTables } from "./compare.ts";
import { estimateMetric } from "./estimate.ts";
import { type IdFacts, idFacts, labelledRows, referencePredictions, toParquet } from "./log-sql.ts";
import { type ComparedFiles, type MetricSettings, takeMetric } from "./metric.ts";
import { type LogColumns, logColumns, namedTable } from "./model-columns.ts";
import { readError } from "./read-error.ts";
import type { JudgedEstimate, JudgedMetric, Role } from "./readings.ts";

/** Live predictions, and what to compare them with. */
export interface LogInputs {
  readonly predictions: Directory;
  /** Labels that arrived later. */
  readonly labels?: Directory | undefined;
  readonly reference: Table;
  /** The accepted model's predictions on the reference; when absent, the reference has a column of predictions. */
  readonly accepted?: PredictionFile | undefined;
}

/** The project's settings for its log. */
export interface LogSettings extends MetricSettings {
  /** The reference's label column. */
  readonly label: string;
  /** What the project calls the columns of its predictions. */
  readonly predictions: PredictionsSettings;
}

export interface LogReadings extends Pick<ComparisonResult, "faults" | "tests" | "runs"> {
  /** The number of rows in the log. */
  readonly rows: number;
  readonly metric?: JudgedMetric;
  readonly estimate?: JudgedEstimate;
}

const LOG = "/log";
const LABELS = "/labels";
const ACCEPTED = "/accepted";
const LIVE_FOLDER = `${RESULTS}/live`;
const ACCEPTED_FOLDER = `${RESULTS}/accepted`;
const PREDICTIONS = "predictions.parquet";
const IDS = "ids.json";

const idFactsSchema: z.ZodType<IdFacts> = z.object({
  repeatedInLog: z.number(),
  repeatedInLabels: z.number(),
  labels: z.number(),
  matched: z.number(),
});

/**
 * Compares the log's predictions with those of the accepted model, and the metric of both if labels are known. Where they are not,
 * or too few, it is estimated from the scores, if there are any.
 *
 * @throws UserError when a column is missing, IDs are repeated, or there is nothing to compare with
 */
export async function readLog(runtime: Runtime, inputs: LogInputs, settings: LogSettings): Promise<LogReadings> {
  const { tables: opened, runs: describing } = await openTables(runtime, inputs);
  const tables = namedTables(opened, inputs, settings);
  const columns = columnsOf(tables);
  checkColumns(columns, inputs, settings);
  const further = logColumns(settings.predictions, columns.log, columns.accepted);
  const scored = columns.log.includes("score") && columns.accepted.includes("score");
  const compared = await compareTables(runtime, {
    name: "predictions",
    tables: { reference: tables.accepted, current: tables.log },
    only: ["prediction", ...(scored ? ["score"] : []), ...further.compared],
    outcomes: ["prediction", "score", ...further.compared],
    roleOf: (column): Role => (column === "score" || further.scores.includes(column) ? "score" : "prediction"),
  });
  const readings = { ...compared, rows: compared.rows.current, runs: [...describing, ...compared.runs] };
  // Predictions in the reference have a metric only if it has labels too.
  if (inputs.accepted === undefined && !columns.accepted.includes(settings.label)) return readings;
  const labelled = inputs.labels !== undefined || columns.log.includes("label");
  const measured = labelled
    ? await measureLabelled(runtime, tables, { accepted: inputs.accepted, settings, further })
    : undefined;
  const unknown = measured === undefined || measured.metric.reason?.code === "too-few-labels";
  const estimated =
    scored && unknown
      ? await estimateMetric(
          runtime,
          { log: tables.log, reference: tables.accepted, accepted: inputs.accepted, label: settings.label },
          settings,
        )
      : undefined;
  return {
    ...readings,
    faults: [...readings.faults, ...(measured?.faults ?? [])],
    ...(measured === undefined ? {} : { metric: measured.metric }),
    ...(estimated === undefined ? {} : { estimate: estimated.reading }),
    runs: [...readings.runs, ...(measured?.runs ?? []), ...(estimated?.runs ?? [])],
  };
}

interface LabelledInputs extends Pick<LogInputs, "accepted"> {
  readonly settings: LogSettings;
  readonly further: LogColumns;
}

/** The metric of the labelled rows, and what is wrong with the labels. */
async function measureLabelled(
  runtime: Runtime,
  tables: LogTables,
  given: LabelledInputs,
): Promise<Pick<LogReadings, "faults" | "runs"> & { readonly metric: JudgedMetric }> {
  const { run, ids, ...files } = await joinLabels(runtime, tables, given);
  const { reading, runs } = await takeMetric(runtime, files, { ...given.settings, columns: given.further.settings });
  return { faults: joinFaults(ids, given.settings.monitoring.id), metric: reading, runs: [run, ...runs] };
}

/** The opened tables. */
interface LogTables {
  readonly log: Table;
  /** Absent if only the log has labels. */
  readonly labels?: Table;
  /** The accepted model's predictions on the reference, or the reference itself. */
  readonly accepted: Table;
}

type ByTable<T> = Readonly<Record<"log" | "labels" | "accepted", T>>;

async function openTables(
  runtime: Runtime,
  { predictions, labels, reference, accepted }: LogInputs,
): Promise<{ tables: LogTables; runs: CommandsResult[] }> {
  const live = async (name: string, directory: Directory, mount: string) => {
    const paths = await tabularFiles(directory, EVERY_TABLE, name);
    return openTable(runtime, { name, directory, mount, paths, dialect: {} });
  };
  const [log, later, before] = await Promise.all([
    live("predictions", predictions, LOG),
    labels && live("labels", labels, LABELS),
    accepted &&
      openTable(runtime, {
        ...{ name: "predictions of the evaluation", directory: accepted.directory, mount: ACCEPTED },
        ...{ paths: [accepted.file], dialect: PREDICTIONS_DIALECT },
      }),
  ]);
  return {
    tables: {
      ...{ log: log.table, accepted: before?.table ?? reference },
      ...(later === undefined ? {} : { labels: later.table }),
    },
    runs: [log, later, before].flatMap((one) => (one === undefined ? [] : [one.run])),
  };
}

/** The tables under the names that everything else uses. An evaluation's predictions have them, and the label of the data has its own. */
function namedTables(
  { log, labels, accepted }: LogTables,
  inputs: LogInputs,
  { predictions, monitoring: { id } }: LogSettings,
): LogTables {
  const { prediction, score, quantiles } = predictions;
  return {
    log: namedTable(log, predictions, id),
    accepted: inputs.accepted === undefined ? namedTable(accepted, { prediction, score, quantiles }) : accepted,
    ...(labels === undefined ? {} : { labels: namedTable(labels, predictions, id) }),
  };
}

const columnsOf = ({ log, labels, accepted }: LogTables): ByTable<readonly string[]> => ({
  ...{ log: tableRows(log).columns, accepted: tableRows(accepted).columns },
  labels: labels === undefined ? [] : tableRows(labels).columns,
});

/** @throws UserError for the first column that is missing */
export function checkColumns(
  { log, labels, accepted }: ByTable<readonly string[]>,
  given: Pick<LogInputs, "accepted" | "labels">,
  {
    predictions,
    monitoring: { id },
  }: Pick<LogSettings, "predictions"> & { readonly monitoring: { readonly id: string } },
): void {
  const requireColumn = (there: readonly string[], column: string, what: string): void => {
    if (there.includes(column)) return;
    const named = renamedColumns(predictions).get(column);
    const either = named === undefined ? column : `${named} (predictions.${column}), and no ${column}`;
    throw new UserError(`${what} has no column ${either}; it has ${there.join(", ")}.`);
  };
  requireColumn(log, "prediction", "The log (--predictions)");
  if (given.labels !== undefined) {
    requireColumn(log, id, `Labels are joined by ${id} (monitoring.id), and the log (--predictions)`);
    requireColumn(labels, id, `Labels are joined by ${id} (monitoring.id), and the table of labels (--labels)`);
    requireColumn(labels, "label", "The table of labels (--labels)");
  }
  if (accepted.includes("prediction")) return;
  throw new UserError(
    given.accepted === undefined
      ? "Live predictions have nothing to be compared with: the reference has no column prediction. Give the accepted model with --baseline."
      : "The evaluation wrote predictions without a column prediction.",
  );
}

/** Writes the files to compute metrics from: labelled rows of the log, and the accepted model's predictions. */
async function joinLabels(
  runtime: Runtime,
  tables: LogTables,
  { accepted, settings, further }: LabelledInputs,
): Promise<ComparedFiles & { readonly run: CommandsResult; readonly ids: IdFacts | undefined }> {
  const { label, monitoring } = settings;
  const { id } = monitoring;
  const [log, labels] = [tableRows(tables.log), tables.labels && tableRows(tables.labels)];
  const before = tableRows(tables.accepted);
  const { container, command } = withScript(
    withTables(duckdbContainer(runtime), Object.values(tables)),
    "labels",
    [
      ...[log, labels, before].map((one) => one?.settings ?? ""),
      ...(labels === undefined ? [] : [toJson(idFacts(log, labels, id), `${RESULTS}/${IDS}`)]),
      toParquet(labelledRows({ log, labels, id, further: further.measured }), `${LIVE_FOLDER}/${PREDICTIONS}`),
      ...(accepted === undefined
        ? [toParquet(referencePredictions(before, label, further.measured), `${ACCEPTED_FOLDER}/${PREDICTIONS}`)]
        : []),
    ].join("\n"),
  );
  const run = await runCommands(container, [command], {
    since: runtime.since,
    limits: runtime.limits,
    folders: [LIVE_FOLDER, ACCEPTED_FOLDER],
  });
  if (!run.ok) throw await readError(runtime, Object.values(tables), run.commands[0]?.tail ?? "");
  const [ids] = labels === undefined ? [] : parseRows(await run.results.file(IDS).contents(), idFactsSchema, IDS);
  checkIds(ids, id);
  const written = (folder: string): PredictionFile => ({
    directory: run.container.directory(folder),
    file: PREDICTIONS,
  });
  return { live: written(LIVE_FOLDER), accepted: accepted ?? written(ACCEPTED_FOLDER), run, ids };
}

/** Labels of which none belongs to a prediction say nothing about the model: IDs of another kind, or of another time. */
export const joinFaults = (facts: IdFacts | undefined, id: string): ColumnFault[] =>
  facts !== undefined && facts.labels > 0 && facts.matched === 0 ? [{ column: id, fault: "in no prediction" }] : [];

/** @throws UserError when the join would match one row with several */
export function checkIds(facts: IdFacts | undefined, id: string): void {
  const counts = [
    ["the log (--predictions)", facts?.repeatedInLog ?? 0],
    ["the table of labels (--labels)", facts?.repeatedInLabels ?? 0],
  ] as const;
  const repeated = counts.filter(([, count]) => count > 0);
  if (repeated.length === 0) return;
  const where = repeated.map(([what, count]) => `${what} repeats ${id} in ${counted(count, "row")}`).join(", and ");
  throw new UserError(`Labels cannot be joined by ${id} (monitoring.id): ${where}.`);
}
