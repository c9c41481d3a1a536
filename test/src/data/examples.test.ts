import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ExampleRow,
  examplesText,
  findExamples,
  lineRequest,
  lineRequests,
  toExamples,
  withLines,
} from "../../../src/data/examples.ts";
import { findingOf, findingText, findingWithExamples } from "../../../src/data/findings.ts";
import type { RuleReason } from "../../../src/data/rules/reasons.ts";
import { type RuleCheck, rowCheck } from "../../../src/data/rules/rule.ts";
import { contextOf, described, typed } from "./support.ts";

const check = (...columns: string[]): RuleCheck =>
  rowCheck({ rule: "data.x", columns, broken: "wrong", fault: { code: "empty" } });

describe("toExamples", () => {
  const files = [
    { file: "a.csv", rows: 3 },
    { file: "empty.csv", rows: 0 },
    { file: "b.csv", rows: 5 },
  ];
  const one = (file: string, position: number, values: (string | null)[] = []) => ({ file, position, values });

  test.each([
    ["a.csv", 1, "a.csv", 1],
    ["a.csv", 3, "a.csv", 3],
    ["b.csv", 4, "b.csv", 1],
    ["b.csv", 8, "b.csv", 5],
    ["./b.csv", 4, "b.csv", 1],
  ])("%s, the %d. of all rows: %s, row %d", (file, position, name, row) => {
    expect(toExamples({ "check 0": [one(file, position)] }, [check()], files)).toEqual([
      [{ file: name, row, values: {} }],
    ]);
  });

  test("rows are numbered within their files", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 }), (counts) => {
        const all = counts.map((rows, at) => ({ file: `${at}.csv`, rows }));
        const rows = all.flatMap(({ file, rows }) => Array.from({ length: rows }, (_, at) => ({ file, row: at + 1 })));
        const found = rows.map(({ file }, at) => one(file, at + 1));
        expect(toExamples({ "check 0": found }, [check()], all)[0]).toEqual(
          rows.map((row) => ({ ...row, values: {} })),
        );
      }),
    );
  });

  test("values have their columns' names, also __proto__; a column that does not exist gives null", () => {
    const names = ["a", "__proto__", "absent"];
    const [[example] = []] = toExamples({ "check 0": [one("a.csv", 1, ["1", "2"])] }, [check(...names)], files);
    expect(Object.entries(example?.values ?? {})).toEqual([
      ["a", "1"],
      ["__proto__", "2"],
      ["absent", null],
    ]);
  });

  test("each check has its own rows, or none", () => {
    const row = { "check 0": null, "check 1": [one("a.csv", 2)] };
    expect(toExamples(row, [check(), check(), check()], files).map((of) => of.length)).toEqual([0, 1, 0]);
  });
});

describe("findExamples", () => {
  test("numbers rows in reading order and takes ten per check", () => {
    const { view } = contextOf(["a"]);
    const sql = findExamples(view, [check("a"), check("a", "absent")], "/results");
    expect(sql).toMatch(/^SET preserve_insertion_order = true;/);
    expect(sql.match(/min_by\(.*, 10\) FILTER \(wrong\)/g)).toHaveLength(2);
    expect(sql).toContain(`"values": [left("a", 100)]`);
    expect(sql).toContain("'/results/examples.json'");
  });

  test("runs the setup of checks first", () => {
    const { view } = contextOf(["a"]);
    const needy: RuleCheck = {
      ...check("a"),
      setup: (from) => [`FIRST ${from("")};`],
      find: { broken: "wrong", setup: () => ["SECOND;"] },
    };
    expect(findExamples(view, [needy], "/r")).toMatch(
      /FIRST \(SELECT \* FROM \(SELECT 1\)\);\nSECOND;\nCREATE TEMP TABLE examples_0/,
    );
  });
});

describe("lines", () => {
  const row = (file: string, row: number): ExampleRow => ({ file, row, values: {} });

  test("are requested for text files only, each row once", () => {
    const examples = [row("a.csv", 3), row("a.csv", 3), row("a.csv", 1), row("p.parquet", 1)];
    const files = [described("a.csv", ["x"]), described("b.csv", ["x"]), typed("p.parquet", { x: "DATE" })];
    expect(lineRequests(examples, files)).toEqual([
      {
        path: "a.csv",
        format: "csv",
        encoding: "utf-8-sig",
        delimiter: ",",
        escape: null,
        rows: [3, 1],
        blank: false,
      },
    ]);
  });

  test.each([
    ["utf-8", "utf-8-sig"],
    ["utf-16", "utf-16"],
    ["latin-1", "latin-1"],
  ])("of %s are read as %s", (encoding, read) => {
    expect(lineRequest(described("a.csv", ["x"], { encoding }), [1], true)).toMatchObject({
      encoding: read,
      blank: true,
    });
  });

  test("are added where they were found", () => {
    const found = [{ path: "a.csv", lines: { 1: 2, 3: 9 } }];
    expect(withLines([row("a.csv", 3), row("a.csv", 2), row("b.csv", 1)], found)).toEqual([
      { ...row("a.csv", 3), line: 9 },
      row("a.csv", 2),
      row("b.csv", 1),
    ]);
  });
});

describe("in a message", () => {
  const at = (
    file: string,
    line: number | undefined,
    values: Readonly<Record<string, string | null>> = {},
  ): ExampleRow => ({
    file,
    row: 7,
    values,
    ...(line === undefined ? {} : { line }),
  });

  test.each([
    ["none", [], 0, ""],
    ["a line", [at("a.csv", 9, { x: "1" })], 1, 'a.csv line 9 ("1")'],
    ["a row", [at("a.parquet", undefined, { x: "1" })], 1, 'a.parquet row 7 ("1")'],
    ["nothing there", [at("a.csv", 9, { x: null })], 1, "a.csv line 9 (empty)"],
    ["two columns", [at("a.csv", 9, { x: "1", y: "2" })], 1, 'a.csv line 9 ("1", "2")'],
    ["three are too many to show", [at("a.csv", 9, { x: "1", y: "2", z: "3" })], 1, "a.csv line 9"],
    ["a file is named once", [at("a", 1), at("a", 2), at("b", 3)], 3, "a line 1, line 2, b line 3"],
    ["more than three", [at("a", 1), at("a", 2), at("a", 3), at("a", 4)], 4, "a line 1, line 2, line 3, …"],
    ["more rows than were found", [at("a", 1)], 2, "a line 1, …"],
    ["quotation marks", [at("a", 1, { x: 'a "b"\n' })], 1, 'a line 1 ("a \\"b\\"\\n")'],
    ["forty letters", [at("a", 1, { x: "x".repeat(40) })], 1, `a line 1 ("${"x".repeat(40)}")`],
    ["more letters", [at("a", 1, { x: "x".repeat(41) })], 1, `a line 1 ("${"x".repeat(40)}…")`],
  ] as const)("%s", (_, examples, all, text) => {
    expect(examplesText(examples, all)).toBe(text);
  });
});

describe("a finding", () => {
  const SOME: RuleReason = { code: "empty", columns: ["x"], rows: 1, of: 2 };
  const example: ExampleRow = { file: "a.csv", row: 1, line: 2, values: { x: "1" } };

  test("about rows has their number and share", () => {
    const finding = findingOf("data.x", SOME, [example], 4);
    expect(finding).toEqual({
      rule: "data.x",
      reason: SOME,
      message: '"x" is empty in 1 of 2 rows (50 %)',
      ...{ rows: 1, of: 2, share: 0.25 },
      examples: [example],
    });
    expect(findingText(finding)).toBe('"x" is empty in 1 of 2 rows (50 %): a.csv line 2 ("1") (data.x)');
  });

  test("about the data as a whole has no number of rows", () => {
    expect(findingOf("data.x", { code: "no-label" }, [], 4)).toEqual({
      rule: "data.x",
      reason: { code: "no-label" },
      message: "there is no data.label, of which classes could be counted",
      examples: [],
    });
  });

  test("has the value that was compared with the limit", () => {
    const reason: RuleReason = { code: "too-few-rows", value: 7, least: 10, files: 2 };
    const { value, rows } = findingOf("data.x", reason, [], 7);
    expect([value, rows]).toEqual([7, undefined]);
  });

  const price = { columns: ["price"], rows: 1, of: 2 };
  test.each<[RuleReason, string]>([
    [{ code: "out-of-range", low: 0, high: 9, ...price }, "0,50"],
    [{ code: "other-type", type: "number", ...price }, "1.100,01"],
    [{ code: "other-type", type: "integer", ...price }, "1,100"],
    [{ code: "mistaken-kind", kind: "number", ...price }, " -1 100,5"],
    [{ code: "mistaken-kind", kind: "number", ...price }, "1,100.50"],
    [{ code: "unlisted-value", values: [0.5, 1.5], ...price }, "0,5"],
    [{ code: "unlisted-value", values: ["0.5", "none"], ...price }, "0,5"],
  ])("of %j says of %s that it has commas", (reason, value) => {
    const finding = findingOf("data.x", reason, [{ ...example, values: { price: value } }], 2);
    expect(findingText(finding)).toMatch(
      /; numbers have a decimal point here, unless data\.decimal and data\.thousands say otherwise \(data\.x\)$/,
    );
  });

  test.each<[RuleReason, string | null]>([
    [{ code: "out-of-range", low: 0, high: 9, ...price }, "10.5"],
    [{ code: "other-type", type: "number", ...price }, "a, b"],
    [{ code: "other-type", type: "number", ...price }, "1,"],
    [{ code: "other-type", type: "date", ...price }, "1,5"],
    [{ code: "mistaken-kind", kind: "number", ...price }, null],
    [{ code: "empty", ...price }, "1,5"],
    [{ code: "unlisted-value", values: ["1,6", true], ...price }, "1,5"],
    [{ code: "unlisted-value", values: [1.5], ...price }, "many"],
  ])("of %j does not of %s", (reason, value) => {
    const finding = findingOf("data.x", reason, [{ ...example, values: { price: value } }], 2);
    expect(findingText(finding)).not.toContain("decimal point");
  });

  test("a repeated row is shown with the row that it repeats, which is not counted", () => {
    const rows = [1, 2, 3, 4].map((line) => ({ file: "a", row: line, line, values: {} }));
    const reason: RuleReason = { code: "repeated-key", columns: ["x"], rows: 2, of: 4 };
    expect(findingWithExamples(findingOf("data.x", reason, rows, 4))).toBe(
      `"x" repeats an earlier row's in 2 of 4 rows (50 %): a line 1, line 2, line 3, …`,
    );
  });
});
