import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decideTests } from "../../src/drift/decide.ts";
import type { ColumnTest, Limits } from "../../src/drift/readings.ts";
import { testsOfFiles } from "./drifted-files.ts";
import { duckdb } from "./python.ts";

/*
 * Prints how often a comparison raises an alarm, of samples from one distribution and of samples of which one column in
 * three moved, as a Markdown table:
 *
 *     npx tsx test/reference/drift-table.ts [COMPARISONS] [ROWS]
 *
 * All comparisons are columns of two tables, so that each query counts all of them; each is decided by itself.
 */

const COMPARISONS = Number(process.argv[2] ?? 200);
const ROWS = Number(process.argv[3] ?? 10_000);
/** In standard deviations. */
const SHIFT = 0.2;
const LIMITS: Limits = { alpha: 0.05, minSamples: 200, minEffect: 0.05 };

/** The one that moves, which is normal, one with heavy tails, and categories. */
const COLUMNS: readonly ((shift: number) => string)[] = [
  (shift) => `${normal()} + ${shift}`,
  () => `exp(2 * ${normal()})`,
  () => "chr(65 + floor(12 * random() * random())::INTEGER)",
];

const normal = (): string => "(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))";

/** A table of all comparisons; DuckDB's random numbers follow from the seed. */
async function table(file: string, seed: number, shift: number): Promise<string> {
  const columns = Array.from({ length: COMPARISONS }, (_, at) =>
    COLUMNS.map((value, index) => `${value(shift)} AS c${at}_${index}`),
  ).flat();
  const sql = `SET threads = 1; SELECT setseed(${seed / 100}); COPY (SELECT ${columns.join(", ")} FROM range(${ROWS})) TO '${file}' (FORMAT parquet);`;
  await duckdb("-bail", "-c", sql);
  return file;
}

const isOf = (comparison: number) => (test: ColumnTest) => test.column.startsWith(`c${comparison}_`);

function alarms(tests: readonly ColumnTest[], minEffect: number): number {
  const limits = { ...LIMITS, minEffect };
  return Array.from({ length: COMPARISONS }, (_, at) => decideTests(tests.filter(isOf(at)), limits)).filter((decided) =>
    decided.some(({ outcome }) => outcome === "drifted"),
  ).length;
}

const folder = await mkdtemp(join(tmpdir(), "drift-table-"));
try {
  const before = await table(join(folder, "before.parquet"), 1, 0);
  const same = await testsOfFiles(join(folder), before, await table(join(folder, "same.parquet"), 2, 0));
  const moved = await testsOfFiles(join(folder), before, await table(join(folder, "moved.parquet"), 3, SHIFT));
  console.log(`${COMPARISONS} comparisons of ${COLUMNS.length} columns, ${ROWS} rows on each side\n`);
  console.log("| least effect | alarms, same distribution | alarms, one column moved by 0.2 sd |\n|---:|---:|---:|");
  for (const effect of [0.05, 0]) console.log(`| ${effect} | ${alarms(same, effect)} | ${alarms(moved, effect)} |`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
