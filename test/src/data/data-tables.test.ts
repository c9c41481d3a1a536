import { describe, expect, test } from "vitest";
import { evaluatedTable, filePatterns, namedTables, ruleKey } from "../../../src/data/data-tables.ts";
import type { Inspection } from "../../../src/data/inspect.ts";
import { allInspected } from "../../../src/data/inspection.ts";
import { assignFiles, type TableFiles } from "../../../src/data/table-files.ts";
import { configOf } from "../support.ts";

const dataOf = (toml: string) => configOf(toml).data;

describe("a named table", () => {
  test("is read like the others, where it does not say otherwise, and has its own rules", () => {
    const config = dataOf(`
      [data]
      delimiter = ";"
      encoding = "latin-1"
      required = ["x"]
      [data.tables.a]
      encoding = "utf-8"
      min-rows = 3`);
    const [table] = namedTables(config);
    expect(table?.config).toMatchObject({ delimiter: ";", encoding: "utf-8", "min-rows": 3, finite: true });
    expect(table?.config.required).toBeUndefined();
  });

  test("takes the files of its name, or those that it names", () => {
    expect(filePatterns("a", {})).toEqual(["a.*", "a/**"]);
    expect(filePatterns("a", { files: ["b/*.csv"] })).toEqual(["b/*.csv"]);
  });

  test("is part of the keys of its rules", () => {
    expect(ruleKey("data.ranges.age", "a")).toBe("data.tables.a.ranges.age");
    expect(ruleKey("data.ranges.age", undefined)).toBe("data.ranges.age");
  });
});

describe("the table that the model is about", () => {
  const named = (toml: string) => evaluatedTable(dataOf(toml)).name;

  test.each([
    ["there is one table", '[data]\nlabel = "y"', undefined],
    ["a table has the label", '[data.tables.a]\n[data.tables.b]\nlabel = "y"', "b"],
    ["the files without a name have it too", '[data]\nlabel = "y"\n[data.tables.b]\nlabel = "y"', undefined],
    ["several have one", '[data.tables.a]\nlabel = "y"\n[data.tables.b]\nlabel = "y"', undefined],
    ["it is said", '[data]\nlabel = "y"\nevaluated-table = "a"\n[data.tables.a]', "a"],
  ])("is known where %s", (_, toml, name) => {
    expect(named(toml)).toBe(name);
  });

  test("must exist", () => {
    expect(() => named('[data]\nevaluated-table = "c"\n[data.tables.a]')).toThrow(
      "data.evaluated-table is c, and data.tables has a.",
    );
  });
});

describe("files", () => {
  const { data } = configOf("");
  const files = (name: string | undefined, ...paths: string[]): TableFiles => ({
    table: { name, config: data },
    paths,
  });
  const shared = files(undefined, "a.csv", "b.csv", "c.csv");

  test("are of the table that names them, and the others of the one without a name", () => {
    const { tables, problems } = assignFiles(shared, [files("a", "a.csv"), files("b", "b.csv")]);
    expect(tables.map(({ table, paths }) => [table.name, paths])).toEqual([
      [undefined, ["c.csv"]],
      ["a", ["a.csv"]],
      ["b", ["b.csv"]],
    ]);
    expect(problems).toEqual([]);
  });

  test("are all named, and then there is no other table", () => {
    const { tables } = assignFiles(shared, [files("a", "a.csv", "b.csv", "c.csv")]);
    expect(tables.map(({ table }) => table.name)).toEqual(["a"]);
  });

  test("of two tables, and names without any, are told", () => {
    const { tables, problems } = assignFiles(shared, [files("a", "a.csv"), files("b", "a.csv", "b.csv"), files("d")]);
    expect(problems).toEqual([
      "a.csv is of two tables, a and b: say with files which one it is of",
      "data.tables.d: no table matches d.*, d/**",
    ]);
    expect(tables.map(({ table }) => table.name)).toEqual([undefined, "a", "b"]);
  });
});

test("what was found in all tables is one inspection, in which each file and profile has its table", () => {
  const { data: config } = configOf("");
  const inspection = (rows: number): Inspection => ({
    ...{ rows, files: [{ file: `${rows}.csv`, rows }], profiledRows: rows, checks: 2, findings: [] },
    columns: [{ name: `c${rows}`, type: "text", nulls: 0, distinct: 1 }],
  });
  const all = allInspected([
    { table: { name: undefined, config }, inspection: inspection(3) },
    { table: { name: "a", config }, inspection: inspection(4) },
  ]);
  expect(all).toMatchObject({ rows: 7, checks: 4, profiledRows: 3, columns: [{ name: "c3" }] });
  expect(all.files).toEqual([
    { file: "3.csv", rows: 3 },
    { file: "4.csv", rows: 4, table: "a" },
  ]);
  expect(all.tables).toMatchObject([{ name: "a", rows: 4, columns: [{ name: "c4" }] }]);
});
