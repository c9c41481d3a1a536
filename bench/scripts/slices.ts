/**
 * Searches predictions for their worst slices: `slices.ts DUCKDB FILE FOLDER`. It uses the module's own queries and decisions, without
 * containers.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/context/load.ts";
import { predictionQueries, summarize } from "../../src/measurements/predictions/summary.ts";
import { planSearch } from "../../src/measurements/worst-slices/plan.ts";
import { searchSlices } from "../../src/measurements/worst-slices/search.ts";
import { readFile } from "../../src/tables/sql.ts";

const [duckdb = "", file = "", folder = ""] = process.argv.slice(2);
const run = (...args: string[]): string =>
  execFileSync(duckdb, ["-cmd", "SET memory_limit = '1500MB'", ...args], { encoding: "utf8", maxBuffer: 1e9 });
const rows = (sql: string) => JSON.parse(run("-json", "-c", sql));

const { evaluation } = loadConfig({ mlPipeline: "" });
const table = readFile("parquet", file);
// The gates have asked for this summary already.
const { counts, answers, labels } = predictionQueries(table);
const raw = { file: "predictions.parquet", counts: rows(counts)[0], answers: rows(answers), labels: rows(labels) };
const summary = summarize(raw, undefined);
const started = performance.now();
const plan = planSearch(summary, table, { evaluation });
if (typeof plan === "string") throw new Error(plan);
let before = "";
const found = await searchSlices(plan, evaluation.confidence, {
  async run(name, statements) {
    const target = join(folder, name);
    mkdirSync(target, { recursive: true });
    const script = join(folder, `${name}.sql`);
    writeFileSync(script, statements(target, before));
    run("-bail", "-f", script);
    before = target;
    return (written) => Promise.resolve(readFileSync(join(target, written), "utf8"));
  },
});
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, tried: found.tried, slices: found.slices.map(({ conditions }) => conditions) }));
