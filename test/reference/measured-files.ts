import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { requestOf } from "../../src/gates/gates.ts";
import { computeResults } from "../../src/measurements/predictions/compute.ts";
import { type ColumnSettings, planMeasurement } from "../../src/measurements/predictions/plan.ts";
import type { PredictionResults } from "../../src/measurements/predictions/results.ts";
import { measurementScript } from "../../src/measurements/predictions/sql.ts";
import { type PredictionSummary, predictionQueries, summarize } from "../../src/measurements/predictions/summary.ts";
import { readTables } from "../../src/measurements/predictions/tables.ts";
import { readFile as tableOf } from "../../src/tables/sql.ts";
import { configOf } from "../src/support.ts";
import { duckdb } from "./python.ts";

/**
 * The whole way from the predictions files of one or two models to results, by the module's own queries.
 *
 * @param folder is made for what the script writes
 */
export async function measuredFiles(
  folder: string,
  files: readonly string[],
  toml: string,
  columns: ColumnSettings,
): Promise<PredictionResults> {
  const config = configOf(toml);
  const tables = files.map((file) => tableOf("csv", file));
  const rows = async (sql: string) => JSON.parse(await duckdb("-json", "-c", sql));
  const summaries: PredictionSummary[] = [];
  for (const [index, table] of tables.entries()) {
    const { counts, answers, labels } = predictionQueries(table);
    const [[count], given, wanted] = [await rows(counts), await rows(answers), await rows(labels)];
    const counted = { file: `${index}`, counts: count, answers: given, labels: wanted };
    summaries.push(summarize(counted, config.evaluation.task));
  }
  const request = requestOf(config.gates);
  const plan = planMeasurement(summaries, tables, config.evaluation, request, columns);
  if (typeof plan === "string") throw new Error(plan);
  await mkdir(folder, { recursive: true });
  await duckdb("-bail", "-c", measurementScript(plan, folder));
  const written = await readTables(plan, (name) => readFile(join(folder, name), "utf8"));
  return computeResults(plan, written, config.evaluation, request);
}
