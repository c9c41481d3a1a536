/**
 * Makes every decision of gates by predictions on files of this machine: `gates.ts DUCKDB FOLDER RESULTS CONFIG`. It
 * uses the module's own queries, statistics and gates, without containers.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { loadConfig } from "../../src/context/load.ts";
import { requestOf, runGates } from "../../src/gates/gates.ts";
import { missing, present } from "../../src/measurements/measured.ts";
import type { Measurements } from "../../src/measurements/measurements.ts";
import { computeResults } from "../../src/measurements/predictions/compute.ts";
import { planMeasurement } from "../../src/measurements/predictions/plan.ts";
import { measurementScript } from "../../src/measurements/predictions/sql.ts";
import { predictionQueries, summarize } from "../../src/measurements/predictions/summary.ts";
import { readTables } from "../../src/measurements/predictions/tables.ts";
import { readFile } from "../../src/tables/sql.ts";

const [duckdb = "", folder = "", results = "", configFile = ""] = process.argv.slice(2);
const config = loadConfig({ mlPipeline: readFileSync(configFile, "utf8") });
const roles = ["candidate", "baseline"] as const;
const tables = roles.map((role) => readFile("csv", `${folder}/${role}/predictions.csv`));

const run = (...args: string[]): string =>
  execFileSync(duckdb, ["-cmd", "SET memory_limit = '1500MB'", ...args], { encoding: "utf8", maxBuffer: 1e9 });
const rows = (sql: string) => JSON.parse(run("-json", "-c", sql));

const summaries = tables.map((table, index) => {
  const { counts, answers, labels } = predictionQueries(table);
  const raw = { file: `${roles[index]}`, counts: rows(counts)[0], answers: rows(answers), labels: rows(labels) };
  return summarize(raw, undefined);
});
const plan = planMeasurement(summaries, tables, config.evaluation, requestOf(config.gates));
if (typeof plan === "string") throw new Error(plan);
run("-bail", "-c", measurementScript(plan, results));
const written = await readTables(plan, (name) => Promise.resolve(readFileSync(`${results}/${name}`, "utf8")));
const predictions = computeResults(plan, written, config.evaluation, requestOf(config.gates));

const metricsOf = (role: "candidate" | "baseline") => ({
  computed: predictions[role]?.metrics ?? {},
  claimed: {},
  claimedBy: "src.evaluate" as const,
});
const [summary] = summaries;
if (summary === undefined || predictions.pairs === undefined) throw new Error("nothing was paired");
const measured: Partial<Measurements> = {
  summary,
  predictions,
  metrics: metricsOf("candidate"),
  comparison: {
    candidate: metricsOf("candidate"),
    baseline: metricsOf("baseline"),
    pairs: predictions.pairs,
    confidence: predictions.confidence,
  },
};
const take = <Name extends keyof Measurements>(name: Name) => {
  const value: Measurements[Name] | undefined = measured[name];
  return async () => (value === undefined ? missing("no image in this measurement") : present(value));
};
const found = await runGates(
  {
    summary: take("summary"),
    metrics: take("metrics"),
    comparison: take("comparison"),
    predictions: take("predictions"),
    worstSlices: take("worstSlices"),
    leaks: async () => present({ unmeasured: "not in this measurement" }),
    doubtfulRows: take("doubtfulRows"),
    rows: take("rows"),
    load: take("load"),
    served: take("served"),
    cases: take("cases"),
    shadow: take("shadow"),
    external: take("external"),
  },
  config.gates,
);
console.log(JSON.stringify({ gates: found, difference: predictions.pairs.differences.accuracy }));
