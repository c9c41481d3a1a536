import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planColumns } from "../../src/drift/columns.ts";
import { readCounts, readFacts } from "../../src/drift/read.ts";
import type { ColumnTest } from "../../src/drift/readings.ts";
import { countScript, describeScript } from "../../src/drift/sql.ts";
import { columnTests } from "../../src/drift/tests.ts";
import { type Random, randomOf } from "../../src/statistics/random.ts";
import { tableFormat, readFile as tableIn } from "../../src/tables/sql.ts";
import type { TableRows } from "../../src/tables/table.ts";
import type { Compared } from "./compared.ts";
import { EXACT } from "./compared.ts";
import { duckdb, reference } from "./python.ts";

/* The whole way from two tables to tests of drift, by the module's own queries. */

const SCRIPT = readFileSync(new URL("drifted_files.py", import.meta.url), "utf8");

/** Every test of two files, on this machine's DuckDB. */
export async function testsOfFiles(folder: string, before: string, now: string): Promise<ColumnTest[]> {
  const results = join(folder, "results");
  await mkdir(results, { recursive: true });
  const database = join(await mkdtemp(join(folder, "database-")), "tables.duckdb");
  const run = async (sql: string): Promise<void> => {
    const file = join(results, "script.sql");
    await writeFile(file, sql);
    await duckdb("-bail", "-f", file);
  };
  const read = (file: string): Promise<string> => readFile(join(results, file), "utf8");
  const sides = { reference: tableOf(before), current: tableOf(now) };
  await run(describeScript(database, results, sides));
  const [old, recent] = await readFacts(read);
  const { columns } = planColumns(old, recent);
  await run(countScript(database, results, sides, { columns, rows: Math.max(old.rows, recent.rows) }));
  const counts = await readCounts(read, { reference: old.rows, current: recent.rows });
  return columnTests(columns, counts, () => "feature");
}

function tableOf(path: string): TableRows {
  const format = tableFormat(path) ?? "csv";
  return { rows: `FROM ${tableIn(format, path)}`, columns: [], settings: "", inPlace: format === "parquet" };
}

/** Of binned numbers: the largest share of rows that one bin has, for distributions without a spike. */
const BINNED = 2e-3;

/** A part of the reference that hardly has rows, beside a spike, weighs as much as any other in the stability index. */
const BINNED_STABILITY = 5e-3;
/** SciPy adds up values of 1e9 that differ by one. */
const OFFSET = 1e-7;

interface Pair {
  readonly input: string;
  readonly files: readonly [string, string];
  readonly binned: boolean;
}

export async function compareDriftedFiles(): Promise<Compared[]> {
  const folder = await mkdtemp(join(tmpdir(), "drift-"));
  try {
    const pairs = [
      await pairOf(folder, "values one by one", [3000, 2500], 1),
      await pairOf(folder, "more values than are counted one by one", [60_000, 50_000], 2),
    ];
    const theirs = (await reference(
      SCRIPT,
      pairs.map(({ files }) => files),
    )) as Record<string, Record<string, number>>[];
    const compared = await Promise.all(
      pairs.map(async ({ input, files, binned }, at) => {
        const tests = await testsOfFiles(join(folder, `${at}`), ...files);
        return tests.flatMap((test) =>
          numbersOf(test, theirs[at]?.[`${test.column} ${test.test}`] ?? {}, input, binned),
        );
      }),
    );
    return compared.flat();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toleranceOf(name: string, binned: boolean): number {
  if (name === "reference" || name === "current") return EXACT;
  if (binned) return name === "stability" ? BINNED_STABILITY : BINNED;
  return name === "wasserstein" ? OFFSET : EXACT;
}

function numbersOf(test: ColumnTest, theirs: Record<string, number>, input: string, binned: boolean): Compared[] {
  const { effect, p, reference: before, current, stability, wasserstein } = test;
  const number = test.kind === "number" && test.test !== "missing values";
  const ours = { effect, reference: before, current, stability, wasserstein, ...(number ? {} : { p }) };
  return Object.entries(ours).flatMap(([name, value]): Compared[] => {
    const their = theirs[name];
    if (value === undefined && their === undefined) return [];
    return [
      {
        what: `of tables: ${test.test} ${name}`,
        input: `${input}: ${test.column}`,
        ours: value ?? null,
        theirs: their ?? null,
        tolerance: toleranceOf(name, number && binned),
        scale: name === "p" ? Math.abs(their ?? 1) || 1 : Math.max(1, Math.abs(their ?? 1)),
      },
    ];
  });
}

/** Columns that try the bins: heavy tails, a large offset, most values the same; and what is not a number. */
async function pairOf(folder: string, input: string, sizes: readonly [number, number], seed: number): Promise<Pair> {
  const files = await Promise.all(
    sizes.map(async (rows, side) => {
      const random = randomOf(seed * 100 + side);
      const lines = Array.from({ length: rows }, () => lineOf(random, side).join(","));
      const file = join(folder, `${seed}-${side}.csv`);
      await writeFile(file, `plain,"it's ""heavy""",offset,mostly zero,broken,small,city\n${lines.join("\n")}\n`);
      return file;
    }),
  );
  return { input, files: files as [string, string], binned: sizes[0] > 10_000 };
}

function lineOf(random: Random, side: number): (string | number)[] {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return [
    normal() + 0.1 * side,
    Math.exp(2 * normal()) * (1 + 0.2 * side),
    1e9 + normal() * (1 + 0.3 * side),
    random() < 0.6 ? 0 : random() + 0.05 * side,
    random() < 0.02 * (1 + side) ? (["", "nan", "inf", "-Infinity", "none"][Math.floor(5 * random())] ?? "") : normal(),
    Math.floor((3 + side / 2) * random()),
    ["Bern", "Genf", '"a,""b"""', "Zug", ""][Math.floor((4.4 + 0.2 * side) * random() ** (1 + 0.1 * side))] ?? "",
  ];
}
