import { expect, test } from "vitest";
import type { Table } from "../../../src/adopt/findings.ts";
import { limitsOf } from "../../../src/adopt/limits.ts";
import type { EntryPoint } from "../../../src/project/commands/entry-point.ts";
import { configOf } from "../support.ts";

const table = (path: string, rows: number | null, more: Partial<Table> = {}): Table => ({
  ...{ path, columns: ["x", "y"], bytes: 10, rows, repeats: {}, classes: { y: ["a", "b"] } },
  ...{ encoding: "", decimal: "", thousands: "" },
  ...more,
});
const entry: EntryPoint = { title: "src.train", args: ["python"], env: {} };

/** What is said of tables that are checked as one. */
function said(
  tables: readonly Table[],
  toml = "",
  commands: readonly string[] = ["train"],
  checked = tables,
): string[] {
  const config = configOf(toml);
  const entryPoints = Object.fromEntries(commands.map((name) => [name, entry]));
  const files = [{ table: { name: undefined, config: config.data }, paths: checked.map(({ path }) => path) }];
  return limitsOf({ config, project: { entryPoints } }, files, tables).map(({ kind, text }) => `${kind}: ${text}`);
}

const OWN = "\n[gates.metrics]\naccuracy = 0.7";

test("few rows fail before a run, with the line that allows them", () => {
  expect(said([table("a.csv", 100), table("b.csv", 50)], OWN)).toEqual([
    "fails: 150 rows in 2 files, at least 1,000 are needed (a guess of the pipeline, and min-rows = 150 allows it) (data.min-rows)",
  ]);
  expect(said([table("a.csv", 150)], `data.min-rows = 150${OWN}`)).toEqual([]);
  expect(said([table("a.csv", 150)], `data.min-rows = 200${OWN}`)).toEqual([
    "fails: 150 rows in 1 file, at least 200 are needed (data.min-rows)",
  ]);
});

test("repeated rows fail before a run, those of files that are not checked do not", () => {
  const copies = [table("all.csv", 2000), table("part.csv", 1000, { repeats: { "all.csv": 990, "part.csv": 15 } })];
  expect(said(copies, OWN)[0]).toContain("1,005 of 3,000 rows (34 %) are the same as an earlier one");
  expect(said(copies, OWN, ["train"], copies.slice(1))).toEqual([
    "fails: 15 of 1,000 rows (1.5 %) are the same as an earlier one, at most 1 % may be (a guess of the pipeline, and max-duplicates = 0.015 allows it) (data.max-duplicates)",
  ]);
  expect(said(copies, `data.max-duplicates = 1${OWN}`)).toEqual([]);
});

test("what was not counted, or is still to be made, is not judged", () => {
  expect(said([table("a.csv", 10), table("large.csv", null)], OWN)).toEqual([]);
  expect(said([table("a.csv", 10)], OWN, ["train", "prepare"])).toEqual([]);
  expect(said([], OWN)).toEqual([]);
});

test("thresholds that nobody set are guesses, those of what is predicted", () => {
  const many = [table("a.csv", 5000)];
  expect(said(many)).toEqual([
    "guess: a model passes with accuracy at least 0.85, f1 at least 0.8, since nobody said what yours must reach: write gates.metrics.accuracy = …, gates.metrics.f1 = …",
  ]);
  const numbers = [table("a.csv", 5000, { classes: {} })];
  expect(said(numbers, 'data.label = "y"')[0]).toContain("r2 at least 0,");
  expect(said(many, 'evaluation.task = "regression"')[0]).toContain("r2 at least 0,");
  expect(said(many, "[gates.metrics]\nrequired = false")).toHaveLength(1);
  expect(said(many, "", [])).toEqual([]);
});

test("how fast a server must be is a guess until somebody says it", () => {
  const many = [table("a.csv", 5000)];
  expect(said(many, OWN, ["train", "serve"])).toEqual([
    "guess: a server passes with gates.latency.single-ms = 100, gates.latency.per-sample-ms = 50, since nobody said how fast yours must be: write what it must keep",
  ]);
  const single = `${OWN}\n[gates.latency]\nsingle-ms = 20`;
  expect(said(many, single, ["train", "serve"])).toEqual([
    "guess: a server passes with gates.latency.per-sample-ms = 50, since nobody said how fast yours must be: write what it must keep",
  ]);
  expect(said(many, `${single}\nper-sample-ms = 50`, ["train", "serve"])).toEqual([]);
});
