import { runCommands } from "../../containers/commands.ts";
import { DATA, RESULTS } from "../../containers/paths.ts";
import type { TableConfig } from "../../data/settings.ts";
import { evaluatedFiles } from "../../data/table-files.ts";
import { UserError } from "../../errors.ts";
import { type Column, columnsOf } from "../../tables/columns.ts";
import type { DescribedFile } from "../../tables/describe.ts";
import { duckdbContainer, reasonOf, withScript } from "../../tables/duckdb.ts";
import { openTable, type Table } from "../../tables/table.ts";
import type { MeasurementContext } from "../context.ts";
import { type Measured, present } from "../measured.ts";
import { type PredictionFile, tableIn } from "../predictions/measure.ts";
import type { PredictionSummary } from "../predictions/summary.ts";
import { pairedRows } from "./decide.ts";
import type { EvaluatedRows, SampledRow } from "./evaluated-rows.ts";
import { instancesOf, linesTypes } from "./instance.ts";
import { planPairing } from "./plan.ts";
import { pairingScript } from "./sql.ts";
import { isSamePairing, type Pairing, type PairingTables, readPairings } from "./tables.ts";

export interface RowsRequest {
  /** How many of the evaluated rows to draw, to ask the served model about. */
  readonly sample: number;
}

const PREDICTIONS = "/predictions";

/** Finds out which rows of the data the predictions are of, and compares their labels. */
export async function measureRows(
  context: MeasurementContext,
  predictions: PredictionFile,
  summary: PredictionSummary,
  { sample }: RowsRequest,
  rowsOf: readonly string[] | undefined,
): Promise<Measured<EvaluatedRows>> {
  const opened = await openData(context);
  if ("unheld" in opened) return present(opened);
  const { table, config, run: describing } = opened;
  const { files, mount } = table;
  const named = rowsOf === undefined ? undefined : await namedFiles(context.data, rowsOf, files);
  const planned = planPairing({ files, mount, named }, config, summary);
  if ("unheld" in planned) return present(planned, describing);
  const { plan, facts } = planned;
  const text = pairingScript({ ...plan, predictions: tableIn(predictions, PREDICTIONS), sample }, RESULTS);
  const mounted = duckdbContainer(context)
    .withMountedDirectory(DATA, table.directory)
    .withMountedDirectory(PREDICTIONS, predictions.directory);
  const { container, command } = withScript(mounted, "rows", text);
  const run = await runCommands(container, [command], { since: context.since });
  if (!run.ok) {
    return present({ unheld: `the data cannot be read: ${reasonOf(run.commands[0]?.tail ?? "")}` }, describing, run);
  }
  const tables = await readPairings((name) => run.results.file(name).contents());
  const found = pairedRows(facts, tables);
  if ("unheld" in found) return present(found, describing, run);
  const { pairing: way, ...held } = found;
  const drawn = way === undefined ? [] : drawnRows(table, facts.labelColumn, tables, way);
  return present({ ...held, predictions: summary.rows, sample: drawn }, describing, run);
}

type Opened = Awaited<ReturnType<typeof openTable>> & { readonly config: TableConfig };

/** Data that are no tables, or cannot be read as one, are no reason to fail: an evaluation may be of images. */
export async function openData({
  data,
  config,
  ...runtime
}: MeasurementContext): Promise<Opened | { readonly unheld: string }> {
  try {
    const { table, paths } = await evaluatedFiles(data, config.data);
    const source = { name: "data", directory: data, mount: DATA, paths, dialect: table.config };
    return { ...(await openTable(runtime, source)), config: table.config };
  } catch (error) {
    if (error instanceof UserError) return { unheld: error.message };
    throw error;
  }
}

async function namedFiles(
  data: MeasurementContext["data"],
  patterns: readonly string[],
  files: readonly DescribedFile[],
): Promise<string[]> {
  const found = new Set((await Promise.all(patterns.map((pattern) => data.glob(pattern)))).flat());
  return files.map(({ path }) => path).filter((path) => found.has(path));
}

/** The drawn rows as instances, without their label. */
export function drawnRows(
  table: Pick<Table, "files">,
  label: string,
  { sample, instances }: PairingTables,
  way: Pairing,
): SampledRow[] {
  const columns: Column[] = columnsOf(table.files).filter(({ name }) => name !== label);
  const rowAt = new Map(instances.map((row) => [row.ml_pipeline_at, row]));
  const drawn = sample.flatMap((one) => {
    const row = rowAt.get(one.at);
    return isSamePairing(one, way) && row !== undefined && one.prediction !== null ? [{ ...one, row }] : [];
  });
  return instancesOf(
    drawn.map(({ row }) => row),
    columns,
    linesTypes(table),
  ).map((instance, index): SampledRow => {
    const { prediction, score } = drawn[index] ?? {};
    return { ...instance, prediction: prediction ?? "", ...(score == null ? {} : { score }) };
  });
}
