import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Directory } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Table } from "../../src/tables/table.ts";
import { GUARD_FILES, type GuardFile, guardScript } from "../../src/training/guard-sql.ts";
import type { ColumnPower } from "../../src/training/guards.ts";
import { duckdb, ENVIRONMENT_MS } from "./python.ts";

/* What the script of the guards counts, by DuckDB itself. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guards-"));
  await duckdb("-c", "SELECT 1");
}, ENVIRONMENT_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

const window = { start: "2026-01-05", end: "2026-01-12" };

async function table(name: string, rows: readonly (readonly (string | number)[])[]): Promise<Table> {
  const [head = []] = rows;
  await writeFile(join(folder, `${name}.csv`), `${rows.map((row) => row.join(",")).join("\n")}\n`);
  const columns = head.map((column) => ({ name: `${column}`, type: null }));
  const file = { path: `${name}.csv`, format: "csv" as const, bytes: 1, rows: 1, sample: [], newline: "\n" };
  return { name, directory: {} as Directory, mount: folder, files: [{ ...file, columns }] };
}

/** What is counted in tables, by the file that it is written to. */
async function counted(
  tables: Parameters<typeof guardScript>[0],
  columns: Parameters<typeof guardScript>[1],
): Promise<Partial<Record<GuardFile, unknown>>> {
  const { statements, files } = guardScript(tables, columns, window, folder);
  await duckdb("-bail", "-c", statements);
  const read = async (file: GuardFile): Promise<[GuardFile, unknown]> => [
    file,
    JSON.parse(await readFile(join(folder, GUARD_FILES[file]), "utf8")),
  ];
  return Object.fromEntries(await Promise.all(files.map(read)));
}

it("counts rows of other days, in UTC, and rows of the test set in any order of their columns", async () => {
  const days = [
    ...["2026-01-04T23:59:59Z", "2026-01-05", "2026-01-11 23:59", "2026-01-12", "2026-01-12T01:00:00+02:00"],
    ...["soon", ""],
  ];
  const rows = days.map((day, index) => [index, index % 2, day]);
  const tables = {
    window: await table("window", [["a", "label", "day"], ...rows]),
    data: await table("data", [
      ["a", "label", "day"],
      ["0", "1", "2025-01-01"],
    ]),
    test: await table("test", [["label", "a"], ...rows.slice(0, 3).map(([a = "", label = ""]) => [label, a])]),
  };
  const { clock, overlap } = await counted(tables, { label: "label", date: "day" });
  expect(clock).toEqual([
    {
      ...{ rows: 7, undated: 2, before: 1, after: 1 },
      ...{ first: "2026-01-04 23:59:59", last: "2026-01-12 00:00:00" },
    },
  ]);
  expect(overlap).toEqual([{ window: { rows: 7, inTest: 3 }, data: { rows: 1, inTest: 0 } }]);
});

it("finds how well each column alone tells the label, of classes and of numbers", async () => {
  const rows = (leaks: boolean): (string | number)[][] =>
    Array.from({ length: 400 }, (_, index) => {
      const noise = (index * 7919) % 1009;
      const label = ["no", "yes", "no", "maybe"][index % 4] ?? "";
      const told = leaks ? `code-${label}` : `code-${noise % 3}`;
      // The number falls with the class, and the name is another one in each row.
      return [label, noise, told, label === "no" ? noise : noise + 500, `row-${index}`];
    });
  const head = ["label", "noise", "code", "shifted", "name"];
  const tables = {
    window: await table("window", [head, ...rows(true)]),
    data: await table("data", [head, ...rows(false)]),
    test: undefined,
  };
  const powers = (await counted(tables, { label: "label", date: undefined })).powers as ColumnPower[];
  const by = new Map(powers.map((one) => [one.column, one]));
  expect(by.get("code")?.window).toBe(1);
  expect(by.get("code")?.data).toBeLessThan(0.65);
  expect(by.get("noise")?.window).toBeLessThan(0.6);
  expect(by.get("shifted")?.window).toBeGreaterThan(0.8);
  expect(by.get("shifted")?.window).toBe(by.get("shifted")?.data);
  expect(by.has("name")).toBe(false);

  const ofNumbers = await counted(tables, { label: "noise", date: undefined });
  const shifted = (ofNumbers.powers as ColumnPower[]).find(({ column }) => column === "shifted");
  expect(shifted?.window).toBeGreaterThan(0.7);
  expect(shifted?.window).toBeLessThan(0.95);
});
