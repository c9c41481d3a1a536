import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Directory } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DescribedFile } from "../../src/tables/describe.ts";
import type { Table } from "../../src/tables/table.ts";
import { type JoinRequest, joinScript } from "../../src/training/join.ts";
import { duckdb, ENVIRONMENT_MS } from "./python.ts";

/* What the script that joins a window writes, by DuckDB itself. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "join-"));
  await duckdb("-c", "SELECT 1");
}, ENVIRONMENT_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Counts {
  readonly before: number;
  readonly after: number;
  readonly trained: number;
  readonly fresh: number;
}

const tableOf = (name: string, path: string, columns: readonly string[]): Table => ({
  ...{ name, directory: {} as Directory, mount: folder },
  files: [
    {
      ...{ path, bytes: 1, rows: 1, sample: [], encoding: "utf-8", delimiter: ";", newline: "\n" },
      format: path.endsWith(".csv") ? "csv" : path.endsWith(".jsonl") ? "json" : "parquet",
      columns: columns.map((column) => ({ name: column, type: null })),
    } satisfies DescribedFile,
  ],
});

/** Joins two texts that lie in files of one ending, and gives what was written. */
async function joined(
  ending: string,
  [data, window]: readonly [string, string],
  more: Partial<JoinRequest> = {},
): Promise<{ readonly joined: string; readonly fresh: string; readonly counts: Counts }> {
  await Promise.all([
    writeFile(join(folder, `data${ending}`), data),
    writeFile(join(folder, `window${ending}`), window),
  ]);
  const columns = ["a", "b", "day"];
  const script = joinScript(
    {
      data: tableOf("data", `data${ending}`, columns),
      window: tableOf("window", `window${ending}`, columns),
      ...{ join: "append", holdout: 0.5, maxRows: undefined, dateColumn: undefined },
      ...more,
    },
    {
      joined: join(folder, `joined${ending}`),
      fresh: join(folder, `fresh${ending}`),
      counts: join(folder, "counts.json"),
    },
  );
  await duckdb("-bail", "-c", script);
  const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
  const [all, fresh, counts] = await Promise.all([
    read(`joined${ending}`),
    read(`fresh${ending}`),
    read("counts.json"),
  ]);
  const [first] = JSON.parse(counts) as Counts[];
  if (first === undefined) throw new Error("nothing was counted");
  return { joined: all, fresh, counts: first };
}

const HEAD = "a;b;day\n";
const lines = (text: string): string[] => text.trimEnd().split("\n").slice(1);

it("keeps every value of a CSV as it is written, and each row on one side", async () => {
  const data = '001;"x;""y""";2026-01-01\n1.50;;2026-01-02\n';
  const rows = Array.from({ length: 200 }, (_, index) => `0${index};"n ""${index}""";2026-01-03`);
  const { joined: all, fresh, counts } = await joined(".csv", [HEAD + data, `${HEAD}${rows.join("\n")}\n`]);
  expect(all.startsWith(HEAD + data)).toBe(true);
  const trained = lines(all).slice(2);
  const kept = lines(fresh);
  expect([...trained, ...kept].sort()).toEqual([...rows].sort());
  expect(counts).toEqual({ before: 2, after: 2 + trained.length, trained: trained.length, fresh: kept.length });
  expect(kept.length).toBeGreaterThan(60);
  expect(kept.length).toBeLessThan(140);

  // Rows that are equal fall on one side, in whatever order they come, and a larger share has all of a smaller one.
  const again = await joined(".csv", [HEAD, `${HEAD}${[...rows, ...rows].reverse().join("\n")}\n`]);
  expect(new Set(lines(again.fresh))).toEqual(new Set(kept));
  const more = await joined(".csv", [HEAD, `${HEAD}${rows.join("\n")}\n`], { holdout: 0.7 });
  expect(lines(more.fresh)).toEqual(expect.arrayContaining(kept));
});

it("leaves out the oldest rows by a column of dates, or by their place", async () => {
  const data = "1;x;2026-01-09\n2;x;2026-01-01\n3;x;2026-01-05\n";
  const window = "4;x;2026-01-08\n5;x;2026-01-02\n";
  const sliding = { join: "sliding", holdout: 0, maxRows: 3 } as const;
  const byDate = await joined(".csv", [HEAD + data, HEAD + window], { ...sliding, dateColumn: "day" });
  expect(lines(byDate.joined)).toEqual(["1;x;2026-01-09", "3;x;2026-01-05", "4;x;2026-01-08"]);
  const byPlace = await joined(".csv", [HEAD + data, HEAD + window], sliding);
  expect(lines(byPlace.joined)).toEqual(["3;x;2026-01-05", "4;x;2026-01-08", "5;x;2026-01-02"]);
  const replaced = await joined(".csv", [HEAD + data, HEAD + window], { join: "replace", holdout: 0 });
  expect(lines(replaced.joined)).toEqual(lines(HEAD + window));
  await expect(joined(".csv", [HEAD + data, HEAD + window], { ...sliding, dateColumn: "when" })).rejects.toThrow(
    "retraining.date-column is when, and data.csv has no such column",
  );
});

it("writes lines of JSON as they are", async () => {
  const data = '{"a":1.50,"day":"2026-01-01T00:00:00Z","b":"q,\\"z\\""}\n';
  const window = '{"a":2,"day":"2026-01-03","b":{"c":[1,2]}}\n{"a":3,"day":"2026-01-02"}\n';
  const { joined: all, counts } = await joined(".jsonl", [data, window], { holdout: 0 });
  expect(all).toBe(data + window);
  expect(counts).toEqual({ before: 1, after: 3, trained: 2, fresh: 0 });
  const newest = await joined(".jsonl", [data, window], {
    ...{ join: "sliding", holdout: 0, maxRows: 1, dateColumn: "day" },
  });
  expect(newest.joined).toBe('{"a":2,"day":"2026-01-03","b":{"c":[1,2]}}\n');
});
