import { describe, expect, test } from "vitest";
import { columnsOf } from "../../../src/tables/columns.ts";
import { sortAnswers } from "../../../src/tables/describe.ts";
import { isHidden, otherTables } from "../../../src/tables/files.ts";
import { hiveColumn, hiveValues } from "../../../src/tables/hive.ts";
import { nameConflicts } from "../../../src/tables/name-conflicts.ts";
import { inReadingOrder, selectRows } from "../../../src/tables/read.ts";
import { fileTypes, tableRows } from "../../../src/tables/table.ts";
import { described, typed } from "../data/support.ts";

describe("kinds of columns", () => {
  const kindOf = (sample: readonly (string | null)[]): string | undefined =>
    columnsOf([described("a.csv", ["x"], { sample: sample.map((value) => [value]) })])[0]?.kind;

  test.each([
    ["number", ["1", "2.5", "-3e4", "+.5", " 7 ", null]],
    ["number", ["nan", "NaN", "inf", "-Infinity"]],
    ["number", [null, null]],
    ["number", []],
    ["number", ["1", "NA", " ? ", "null"]],
    ["date", ["2024-01-01", "NULL"]],
    ["text", ["NA", "NULL"]],
    ["text", ["1", "one"]],
    ["text", ["1,5"]],
    ["text", ["0x10"]],
    ["date", ["2024-01-01"]],
    ["timestamp", ["2024-01-01 10:00", "2024-01-01T10:00:00Z"]],
    ["text", ["2024-01-01", "2024-01-01 10:00"]],
    ["text", ["1 2"]],
  ])("%s: %j", (kind, sample) => {
    expect(kindOf(sample)).toBe(kind);
  });

  test.each([
    ["BIGINT", "integer"],
    ["UTINYINT", "integer"],
    ["HUGEINT", "integer"],
    ["DOUBLE", "number"],
    ["FLOAT", "number"],
    ["DECIMAL(9,3)", "number"],
    ["BOOLEAN", "boolean"],
    ["DATE", "date"],
    ["TIMESTAMP", "timestamp"],
    ["TIMESTAMP WITH TIME ZONE", "timestamp"],
    ["TIME", "other"],
    ["INTEGER[]", "other"],
    ["STRUCT(a INTEGER)", "other"],
    ["MAP(VARCHAR, DATE)", "other"],
    ["BLOB", "other"],
  ])("%s in Parquet is %s", (type, kind) => {
    expect(columnsOf([typed("a.parquet", { x: type })])).toEqual([{ name: "x", kind, textual: false, absentIn: [] }]);
  });

  test.each(["VARCHAR", "ENUM('a', 'b')"])("%s is text", (type) => {
    expect(columnsOf([typed("a.parquet", { x: type })])[0]?.textual).toBe(true);
  });

  test("a column with different types in different files is text", () => {
    const both = columnsOf([typed("a.parquet", { x: "BIGINT" }), typed("b.parquet", { x: "DOUBLE" })]);
    expect(both).toMatchObject([{ name: "x", textual: true }]);
    expect(columnsOf([typed("a.parquet", { x: "BIGINT" }), described("b.csv", ["x"])])).toMatchObject([
      { name: "x", textual: true },
    ]);
  });

  test("columns come in order of appearance, with the files that lack them", () => {
    const files = [described("a.csv", ["x", "y"]), described("b.csv", ["z", "y"]), described("c.csv", ["y"])];
    expect(columnsOf(files).map(({ name, absentIn }) => [name, absentIn])).toEqual([
      ["x", ["b.csv", "c.csv"]],
      ["y", []],
      ["z", ["a.csv", "c.csv"]],
    ]);
  });

  test("keys of the path are columns, unless the file has one of that name", () => {
    const files = [described("year=2024/city=Ulm/a.csv", ["x", "city"], { sample: [["1", "Ulm"]] })];
    expect(columnsOf(files).map(({ name, kind }) => [name, kind])).toEqual([
      ["x", "number"],
      ["city", "text"],
      ["year", "number"],
    ]);
  });

  test("names such as __proto__ and constructor are columns", () => {
    expect(columnsOf([described("a.csv", ["__proto__", "toString"])]).map(({ name }) => name)).toEqual([
      "__proto__",
      "toString",
    ]);
  });
});

describe("which files are tables", () => {
  test.each([
    ["a.csv", false],
    ["_year=2024/a.csv", false],
    ["._a.parquet", true],
    ["_delta_log/0.json", true],
    [".ipynb_checkpoints/a-checkpoint.csv", true],
    ["out/_temporary/0/part-0.csv", true],
    ["a_b/c.d_e.csv", false],
  ])("%s is a program's own: %j", (path, hidden) => {
    expect(isHidden(path)).toBe(hidden);
  });

  test("what may be data and is not looked at is named", () => {
    const paths = ["a.csv", "b.csv.bz2", "c.parquet.gzip", "d.json", "notes.md", "e/", "_x.json", "f.xlsx"];
    expect(otherTables(paths)).toEqual(["b.csv.bz2", "c.parquet.gzip", "d.json", "f.xlsx"]);
  });

  const sorted = (empty: readonly string[], full: readonly string[]) => {
    const { emptyParts, unreadable } = sortAnswers([
      ...empty.map((path) => ({ path, empty: true as const })),
      ...full.map((path) => described(path, ["x"])),
    ]);
    return { emptyParts, unreadable: unreadable.map(({ path }) => path) };
  };

  test.each([
    ["part-0.csv", "part-11.csv"],
    [
      "part-00000-7b2c1d3e-1111-2222-3333-444455556666-c000.csv",
      "part-00001-9a2c1d3e-aaaa-2222-3333-444455556666-c000.csv",
    ],
    ["year=2024/0.parquet", "year=2025/1.parquet"],
  ])("%s is an empty part of a table with %s", (empty, full) => {
    expect(sorted([empty], [full])).toEqual({ emptyParts: [empty], unreadable: [] });
  });

  test("an empty file that is no part is refused", () => {
    expect(sorted(["test.csv"], ["train.csv"])).toEqual({ emptyParts: [], unreadable: ["test.csv"] });
    expect(sorted(["part-0.csv"], [])).toEqual({ emptyParts: [], unreadable: ["part-0.csv"] });
  });
});

describe("Hive-style paths", () => {
  test.each([
    ["year=2024/month=03/part.parquet", { year: "2024", month: "03" }],
    ["data/city=K%C3%B6ln/a.csv", { city: "Köln" }],
    ["share=100%/a.csv", { share: "100%" }],
    ["a=b=c/x.csv", { a: "b=c" }],
    ["a=/x.csv", { a: "" }],
    ["day=__HIVE_DEFAULT_PARTITION__/x.csv", { day: null }],
    ["plain/year=2024.csv", {}],
    ["=x/a.csv", {}],
    ["a.csv", {}],
  ])("%s", (path, values) => {
    expect(hiveValues(path)).toEqual(values);
  });

  test("a key is not a pattern, nor SQL", () => {
    expect(hiveColumn("a.b")).toContain("a\\.b=([^/]*)/");
    expect(hiveColumn("it's (x)")).toContain("it''s \\(x\\)=");
  });

  /** The pattern as SQL has it in `regexp_extract`. */
  const patternOf = (key: string) =>
    new RegExp(
      /, '((?:[^']|'')*)', 1/.exec(hiveColumn(key))?.[1]?.replaceAll("''", "'").replace("(?s)", "") ?? "",
      "s",
    );

  test.each([
    ["year", "year=2024/a.csv", "2024"],
    ["year", "x/year=2024/m=1/a.csv", "2024"],
    ["year", "fiscalyear=1/year=2/a.csv", "2"],
    ["year", "year=1/year=2/a.csv", "2"],
    ["a+b", "a+b=1/x.csv", "1"],
    ["[k]", "[k]=1/x.csv", "1"],
  ])("the value of %s in %s", (key, path, value) => {
    expect(patternOf(key).exec(path)?.[1]).toBe(value);
  });
});

describe("reading", () => {
  const selects = (sql: string) => sql.split("\nUNION ALL BY NAME\n");

  test("files of one format, dialect and columns are read together", () => {
    const [one, ...more] = selects(selectRows([described("a.csv", ["x"]), described("b.csv", ["x"])]));
    expect(more).toEqual([]);
    expect(one).toContain("read_csv(['a.csv', 'b.csv'],");
  });

  test.each([
    ["columns", described("b.csv", ["y"])],
    ["the columns' order", described("b.csv", ["y", "x"])],
    ["separator", described("b.csv", ["x", "y"], { delimiter: ";" })],
    ["encoding", described("b.csv", ["x", "y"], { encoding: "utf-16" })],
    ["packing", described("b.csv.gz", ["x", "y"])],
    ["keys", described("k=1/b.csv", ["x", "y"])],
    ["format", described("b.jsonl", ["x", "y"], { format: "json" })],
  ])("files that differ in %s are read by themselves", (_, other) => {
    expect(selects(selectRows([described("a.csv", ["x", "y"]), other]))).toHaveLength(2);
  });

  test.each([
    ["the escape", { escape: "\\" }, "escape = '\\'"],
    ["a longer line", { longest: 3_000_000 }, "max_line_size = 12000000"],
  ])("%s is said to DuckDB", (_, more, sql) => {
    expect(selectRows([described("a.csv", ["x"], more)])).toContain(sql);
  });

  test("JSON lines with a byte-order mark are read as lines", () => {
    const sql = selectRows([described("a.jsonl", ["it's", 'a"b'], { format: "json", marked: true })]);
    expect(sql).toContain("read_csv(['a.jsonl'], ");
    expect(sql).toContain(`ml_pipeline_json ->> '$."it''s"' AS "it's"`);
    expect(sql).toContain(`ml_pipeline_json ->> '$."a\\"b"' AS "a""b"`);
  });

  test("in a table of one column a blank line is no row, and a quoted nothing is a missing value", () => {
    expect(selectRows([described("a.csv", ["x"])])).toMatch(
      /^SELECT "x", "ml_pipeline_file" FROM \(SELECT nullif\("x", ''\) AS "x", "ml_pipeline_file" FROM read_csv\(.*allow_quoted_nulls = false\) WHERE "x" IS NOT NULL\)$/,
    );
    expect(selectRows([described("a.csv", ["x", "y"])])).not.toContain("allow_quoted_nulls");
  });

  test("values of a key may differ", () => {
    expect(selects(selectRows([described("k=1/a.csv", ["x"]), described("k=2/a.csv", ["x"])]))).toHaveLength(1);
  });

  test("rows come group by group, which is the order of their numbers", () => {
    const files = [described("a.csv", ["x"]), described("b.csv", ["y"]), described("c.csv", ["x"])];
    expect(inReadingOrder(files).map(({ path }) => path)).toEqual(["a.csv", "c.csv", "b.csv"]);
    const sql = selectRows(files);
    expect(sql.indexOf("'c.csv'")).toBeLessThan(sql.indexOf("'b.csv'"));
  });

  test("a column of several types is read as text everywhere, others are not", () => {
    const sql = selectRows([
      typed("a.parquet", { x: "BIGINT", y: "DATE" }),
      typed("b.parquet", { x: "DOUBLE", y: "DATE" }),
    ]);
    expect(sql.match(/"x"::VARCHAR AS "x"/g)).toHaveLength(2);
    expect(sql).not.toContain('"y"::VARCHAR');
  });

  test("a column that is a partition key in another file is read as text too", () => {
    const sql = selectRows([typed("a.parquet", { year: "BIGINT" }), typed("year=2024/b.parquet", { x: "BIGINT" })]);
    expect(sql).toContain('"year"::VARCHAR AS "year"');
    expect(sql).not.toContain('"x"::VARCHAR');
  });

  test("a CSV and JSON lines have the same type: text", () => {
    expect(selectRows([described("a.csv", ["x"]), described("b.jsonl", ["x"], { format: "json" })])).not.toContain(
      "::VARCHAR",
    );
  });

  test("column names, delimiter and encoding are given to DuckDB, never detected by it", () => {
    const sql = selectRows([described("it's.csv", ['a "b"', "it's"], { delimiter: "\t", encoding: "utf-16" })]);
    expect(sql).toContain(`read_csv(['it''s.csv'], auto_detect = false, header = true`);
    expect(sql).toContain(`columns = {'a "b"': 'VARCHAR', 'it''s': 'VARCHAR'}, delim = '\t'`);
    expect(sql).toContain("encoding = 'utf-16'");
    expect(sql).toContain('SELECT "a ""b""", "it\'s", "ml_pipeline_file" FROM');
  });

  test.each([
    [described("a[1]*.csv", ["x"]), "read_csv(['a[[]1][*].csv'],"],
    [described("a.jsonl", ["x"], { format: "json" }), "read_json(['a.jsonl'], format = 'newline_delimited'"],
    [typed("a.parquet", { x: "DATE" }), "read_parquet(['a.parquet'], hive_partitioning = false"],
  ])("%j", (file, sql) => {
    expect(selectRows([file])).toContain(sql);
  });
});

test("the types of a table are those in its files, also for JSON lines, which are read as text", () => {
  const objects = described("a.jsonl", [], {
    ...{ format: "json", columns: [{ name: "tags", type: "VARCHAR[]" }] },
  });
  expect(fileTypes({ files: [objects, described("b.csv", ["x"]), typed("c.parquet", { y: "DATE" })] })).toEqual({
    ...{ tags: "VARCHAR[]", y: "DATE" },
  });
  const { rows, columns } = tableRows({ mount: "/data", files: [objects] });
  expect(rows).toContain("columns = {'tags': 'VARCHAR'}");
  expect(columns).toEqual(["tags"]);
});

describe("names of columns", () => {
  test.each([
    [[described("a.csv", ["x"]), described("b.csv", ["x", "y"])], []],
    [
      [described("a.csv", ["Id", "x"]), described("b.csv", ["id", "X"])],
      [
        'b.csv has a column "id" beside "Id" of a.csv: names must differ in more than case, write them alike',
        'b.csv has a column "X" beside "x" of a.csv: names must differ in more than case, write them alike',
      ],
    ],
    [
      [described("Year=2024/a.csv", ["year"])],
      ['Year=2024/a.csv has a column "Year" beside "year": names must differ in more than case, write them alike'],
    ],
    [
      [described("a.csv", ["ML_pipeline_file", "ml_pipeline_version"]), described("b.csv", ["ml_pipeline_raw_1"])],
      [
        'a.csv has a column "ML_pipeline_file": the module calls its own so, rename it',
        'b.csv has a column "ml_pipeline_raw_1": the module calls its own so, rename it',
      ],
    ],
  ])("%#", (files, problems) => {
    expect(nameConflicts(files).map(({ path, problem }) => `${path} ${problem}`)).toEqual(problems);
  });
});
