import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Directory } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DescribedFile } from "../../src/tables/describe.ts";
import type { Table } from "../../src/tables/table.ts";
import { sampleScript } from "../../src/training/sample.ts";
import { duckdb, ENVIRONMENT_MS } from "./python.ts";

/* Which rows the script keeps, by DuckDB itself. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sample-"));
  await duckdb("-c", "SELECT 1");
}, ENVIRONMENT_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

const tableOf = (path: string, columns: readonly string[]): Table => ({
  ...{ name: "data", directory: {} as Directory, mount: folder },
  files: [
    {
      ...{ path, bytes: 1, rows: 1, sample: [], encoding: "utf-8", delimiter: ",", newline: "\n" },
      format: path.endsWith(".csv") ? "csv" : "json",
      columns: columns.map((column) => ({ name: column, type: null })),
    } satisfies DescribedFile,
  ],
});

/** The rows that are kept of a file with these lines, in their order. */
async function kept(name: string, lines: readonly string[], share: number, columns = ["a", "b"]): Promise<string[]> {
  await writeFile(join(folder, name), lines.map((line) => `${line}\n`).join(""));
  const files = { rows: join(folder, `kept-${name}`), counts: join(folder, "counts.json") };
  await duckdb("-bail", "-c", sampleScript(tableOf(name, columns), share, files));
  const [counts] = JSON.parse(await readFile(files.counts, "utf8"));
  const rows = (await readFile(files.rows, "utf8")).trimEnd().split("\n");
  const header = name.endsWith(".csv") ? 1 : 0;
  expect(counts).toEqual({ all: lines.length - header, kept: rows.length - header });
  return rows;
}

const ROWS = Array.from({ length: 2000 }, (_, row) => `${row},0${row % 7}.50`);

it("keeps about that share of the rows, as they are written and in their order", async () => {
  const [header, ...rows] = await kept("a.csv", ["a,b", ...ROWS], 0.2);
  expect(header).toBe("a,b");
  expect(rows.length).toBeGreaterThan(330);
  expect(rows.length).toBeLessThan(470);
  expect(rows).toEqual(ROWS.filter((row) => rows.includes(row)));
});

it("keeps the same rows in whichever order they and their columns are, and of a larger share all of a smaller one's", async () => {
  const [, ...rows] = await kept("a.csv", ["a,b", ...ROWS], 0.2);
  const [, ...turned] = await kept("b.csv", ["a,b", ...ROWS.toReversed()], 0.2);
  expect(turned.toReversed()).toEqual(rows);
  const swap = (row: string): string => row.split(",").reverse().join(",");
  const [, ...swapped] = await kept("c.csv", ["b,a", ...ROWS.map(swap)], 0.2, ["b", "a"]);
  expect(swapped.map(swap)).toEqual(rows);
  const [, ...more] = await kept("d.csv", ["a,b", ...ROWS], 0.5);
  expect(more).toEqual(expect.arrayContaining(rows));
});

it("keeps lines of JSON as they are", async () => {
  const lines = ROWS.map((row) => `{"a": ${row.replace(",0", ', "b": ')}, "deep": {"x": [1, 2.50]}}`);
  const rows = await kept("a.jsonl", lines, 0.3);
  expect(rows.length).toBeGreaterThan(500);
  expect(lines).toEqual(expect.arrayContaining(rows));
});
