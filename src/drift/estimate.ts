import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { RESULTS } from "../containers/paths.ts";
import type { Runtime } from "../containers/runtime.ts";
import type { PredictionFile } from "../measurements/predictions/measure.ts";
import { duckdbContainer, parseRows, withScript } from "../tables/duckdb.ts";
import { toJson } from "../tables/sql.ts";
import { type Table, tableRows, withTables } from "../tables/table.ts";
import type { ScoredCell } from "./cbpe.ts";
import { judgeEstimate } from "./judge-estimate.ts";
import { referencePredictions, scoredCells, toParquet } from "./log-sql.ts";
import { type MetricSettings, measureFiles } from "./metric.ts";
import { readError } from "./read-error.ts";
import type { JudgedEstimate } from "./readings.ts";

/** A log whose labels are not known, and the accepted model's predictions. */
export interface EstimateInputs {
  readonly log: Table;
  /** The accepted model's predictions on the reference, or the reference itself with a column of labels. */
  readonly reference: Table;
  readonly accepted: PredictionFile | undefined;
  readonly label: string;
}

const FOLDER = `${RESULTS}/reference`;
const PREDICTIONS = "predictions.parquet";
const CELLS = "cells.json";

const cellSchema: z.ZodType<ScoredCell> = z.object({
  prediction: z.string(),
  // NaN and infinity are written as null: they are no probabilities.
  score: z
    .number()
    .nullable()
    .transform((score) => score ?? Number.NaN),
  rows: z.number(),
});

/** Estimates the metric of a log without labels from its scores, and decides whether it has decayed. */
export async function estimateMetric(
  runtime: Runtime,
  { log, reference, accepted, label }: EstimateInputs,
  settings: MetricSettings,
): Promise<{ readonly reading: JudgedEstimate; readonly runs: readonly CommandsResult[] }> {
  const [live, before] = [tableRows(log), tableRows(reference)];
  const { container, command } = withScript(
    withTables(duckdbContainer(runtime), [log, reference]),
    "scores",
    [
      ...[live, before].map((one) => one.settings ?? ""),
      toJson(scoredCells(live), `${RESULTS}/${CELLS}`),
      ...(accepted === undefined ? [toParquet(referencePredictions(before, label), `${FOLDER}/${PREDICTIONS}`)] : []),
    ].join("\n"),
  );
  const run = await runCommands(container, [command], {
    ...{ since: runtime.since, limits: runtime.limits, folders: [FOLDER] },
  });
  if (!run.ok) throw await readError(runtime, [log, reference], run.commands[0]?.tail ?? "");
  const cells = parseRows(await run.results.file(CELLS).contents(), cellSchema, CELLS);
  const file = accepted ?? { directory: run.container.directory(FOLDER), file: PREDICTIONS };
  const measured = await measureFiles(runtime, [file], { evaluation: settings.evaluation });
  const runs = [run, ...measured.runs];
  const found = "missing" in measured ? ({ code: "not-measured", text: measured.missing } as const) : measured.value;
  return { reading: judgeEstimate(cells, found, settings), runs };
}
