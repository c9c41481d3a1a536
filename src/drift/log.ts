import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { RESULTS } from "../containers/paths.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";
import type { PredictionFile } from "../measurements/predictions/measure.ts";
import { duckdbContainer, parseRows, withScript } from "../tables/duckdb.ts";
import { EVERY_TABLE, tabularFiles } from "../tables/files.ts";
import { toJson } from "../tables/sql.ts";
import { openTable, type Table, tableRows, withTables } from "../tables/table.ts";
import { counted } from "../text.ts";
import { type Compared, compareTables } from "./compare.ts";
import { type IdFacts, idFacts, labelledRows, referencePredictions, toParquet } from "./log-sql.ts";
import { type ComparedFiles, type MetricSettings, takeMetric } from "./metric.ts";
import type { JudgedMetric, Role } from "./readings.ts";
import { unreadError } from "./unread.ts";

/** What live predictions are compared with. */
export interface LogInputs {
  readonly predictions: Directory;
  /** Labels that came later. */
  readonly labels?: Directory | undefined;
  readonly reference: Table;
  /** The accepted model's predictions on the reference; where absent, the reference has its own. */
  readonly accepted?: PredictionFile | undefined;
}

/** What the project says of its log. */
export interface LogSettings extends MetricSettings {
  /** The column of the reference that is predicted. */
  readonly label: string;
}

export interface LogReadings extends Pick<Compared, "faults" | "tests" | "runs"> {
  /** Rows of the log. */
  readonly rows: number;
  readonly metric?: JudgedMetric;
}

const LOG = "/log";
const LABELS = "/labels";
const ACCEPTED = "/accepted";
const LIVE_FOLDER = `${RESULTS}/live`;
const ACCEPTED_FOLDER = `${RESULTS}/accepted`;
const MADE = "predictions.parquet";
const IDS = "ids.json";

const idFactsSchema: z.ZodType<IdFacts> = z.object({ repeatedInLog: z.number(), repeatedInLabels: z.number() });

/**
 * The log's predictions beside those of the accepted model, and its metric where labels are known.
 *
 * @throws UserError when a column is missing, ids are repeated, or there is nothing to compare with
 */
export async function readLog(runtime: Runtime, inputs: LogInputs, settings: LogSettings): Promise<LogReadings> {
  const { tables, runs: describing } = await openTables(runtime, inputs);
  const columns = columnsOf(tables);
  checkColumns(columns, inputs, settings.monitoring.id);
  const scored = columns.log.includes("score") && columns.accepted.includes("score");
  const compared = await compareTables(runtime, {
    name: "predictions",
    tables: { reference: tables.accepted, current: tables.log },
    only: ["prediction", ...(scored ? ["score"] : [])],
    outcomes: ["prediction", "score"],
    roleOf: (column): Role => (column === "score" ? "score" : "prediction"),
  });
  const found = { ...compared, rows: compared.rows.current, runs: [...describing, ...compared.runs] };
  if (inputs.labels === undefined && !columns.log.includes("label")) return found;
  // The reference's own predictions say nothing of a metric unless it has labels, too.
  if (inputs.accepted === undefined && !columns.accepted.includes(settings.label)) return found;
  const { run, ...files } = await labelled(runtime, tables, { accepted: inputs.accepted, settings });
  const { reading, runs } = await takeMetric(runtime, files, settings);
  return { ...found, metric: reading, runs: [...found.runs, run, ...runs] };
}

/** By what they are of. */
interface LogTables {
  readonly log: Table;
  /** Absent where the log alone has labels. */
  readonly labels?: Table;
  /** The accepted model's predictions on the reference, or the reference itself. */
  readonly accepted: Table;
}

type ByTable<T> = Readonly<Record<"log" | "labels" | "accepted", T>>;

/** What `src.evaluate` is to write. */
const PREDICTIONS_FORM = { encoding: "utf-8", delimiter: "," };

async function openTables(
  runtime: Runtime,
  { predictions, labels, reference, accepted }: LogInputs,
): Promise<{ tables: LogTables; runs: CommandsResult[] }> {
  const live = async (name: string, directory: Directory, mount: string) => {
    const paths = await tabularFiles(directory, EVERY_TABLE, name);
    return openTable(runtime, { name, directory, mount, paths, form: {} });
  };
  const [log, later, before] = await Promise.all([
    live("predictions", predictions, LOG),
    labels && live("labels", labels, LABELS),
    accepted &&
      openTable(runtime, {
        ...{ name: "predictions of src.evaluate", directory: accepted.directory, mount: ACCEPTED },
        ...{ paths: [accepted.file], form: PREDICTIONS_FORM },
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

const columnsOf = ({ log, labels, accepted }: LogTables): ByTable<readonly string[]> => ({
  ...{ log: tableRows(log).columns, accepted: tableRows(accepted).columns },
  labels: labels === undefined ? [] : tableRows(labels).columns,
});

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
  runtime: Runtime,
  tables: LogTables,
  { accepted, settings }: Pick<LogInputs, "accepted"> & { readonly settings: LogSettings },
): Promise<ComparedFiles & { readonly run: CommandsResult }> {
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
      toParquet(labelledRows({ log, labels, id }), `${LIVE_FOLDER}/${MADE}`),
      ...(accepted === undefined ? [toParquet(referencePredictions(before, label), `${ACCEPTED_FOLDER}/${MADE}`)] : []),
    ].join("\n"),
  );
  const run = await runCommands(container, [command], {
    since: runtime.since,
    folders: [LIVE_FOLDER, ACCEPTED_FOLDER],
  });
  if (!run.ok) throw await unreadError(runtime, Object.values(tables), run.commands[0]?.tail ?? "");
  const [ids] = labels === undefined ? [] : parseRows(await run.results.file(IDS).contents(), idFactsSchema, IDS);
  checkIds(ids, id);
  const made = (folder: string): PredictionFile => ({ directory: run.container.directory(folder), file: MADE });
  return { live: made(LIVE_FOLDER), accepted: accepted ?? made(ACCEPTED_FOLDER), run };
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
