import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { identifier, literal, pathLiteral, readFile, tableFormat } from "../../../src/tables/sql.ts";

const ODD = '$(touch x) "ü.csv';

describe("quoting", () => {
  test.each([
    ["plain.csv", "'plain.csv'"],
    ["it's", "'it''s'"],
    [ODD, `'${ODD}'`],
    ["a\nb", "'a\nb'"],
    ["\\", "'\\'"],
  ])("a text: %j", (text, sql) => {
    expect(literal(text)).toBe(sql);
  });

  test("an identifier", () => {
    expect(identifier('a "b"; DROP')).toBe('"a ""b""; DROP"');
  });

  test("glob characters in a path are escaped", () => {
    expect(pathLiteral("a[1]*?'.csv")).toBe("'a[[]1][*][?]''.csv'");
  });

  const ODD_SIGNS = "'\"\\-;[]*?ü\n\0a ";

  /** What DuckDB reads in a literal: from its quote to the next one that is not doubled. */
  const readBack = (sql: string, quote: string): [text: string, rest: string] => {
    const [, text = "", rest = ""] =
      new RegExp(`^${quote}((?:[^${quote}]|${quote}${quote})*)${quote}([\\s\\S]*)$`).exec(sql) ?? [];
    return [text.replaceAll(quote + quote, quote), rest];
  };

  test("nothing gets out of its quotes", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...ODD_SIGNS) }), (text) => {
        expect(readBack(literal(text), "'")).toEqual([text, ""]);
        expect(readBack(identifier(text), '"')).toEqual([text, ""]);
        expect(readBack(pathLiteral(text), "'")[0].replace(/\[([*?[])\]/g, "$1")).toBe(text);
      }),
    );
  });
});

test.each([
  ["train.csv", "csv"],
  ["a/b.TSV", "csv"],
  ["x.csv.gz", "csv"],
  ["x.csv.zst", "csv"],
  ["x.jsonl", "json"],
  ["x.ndjson.gz", "json"],
  ["x.parquet", "parquet"],
  ["x.pq", "parquet"],
  [ODD, "csv"],
  ["x.json", undefined],
  ["README.md", undefined],
  ["csv", undefined],
  ["x.csv.bak", undefined],
  ["x.parquet.gz", undefined],
])("the format of %j is %s", (path, format) => {
  expect(tableFormat(path)).toBe(format);
});

describe("queries", () => {
  test("a file is read with its own columns only; a CSV with commas and as text", () => {
    expect(readFile("csv", ODD)).toBe(
      `read_csv('${ODD}', header = true, all_varchar = true, hive_partitioning = false, delim = ',', quote = '"', escape = '"')`,
    );
    expect(readFile("json", "a.jsonl")).toBe(
      "read_json('a.jsonl', format = 'newline_delimited', hive_partitioning = false)",
    );
    expect(readFile("parquet", "a.pq")).toBe("read_parquet('a.pq', hive_partitioning = false)");
  });
});
