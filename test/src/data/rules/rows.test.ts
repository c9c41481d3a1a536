import { describe, expect, test } from "vitest";
import { finiteRule } from "../../../../src/data/rules/finite.ts";
import { maxNullsRule } from "../../../../src/data/rules/max-nulls.ts";
import { predicatesRule } from "../../../../src/data/rules/predicates.ts";
import { rangesRule } from "../../../../src/data/rules/ranges.ts";
import { referencesRule } from "../../../../src/data/rules/references.ts";
import { requiredRule } from "../../../../src/data/rules/required.ts";
import type { Rule } from "../../../../src/data/rules/rule.ts";
import { typesRule } from "../../../../src/data/rules/types.ts";
import { valuesRule } from "../../../../src/data/rules/values.ts";
import { column, contextOf, said, saidOf } from "../support.ts";

/* Rules that a row keeps or breaks by itself. */

const NUMBER = column("x", { kind: "number" });
const TYPED = column("x", { kind: "number", textual: false });
const ONE = "in 1 of 4 rows (25 %)";
const oneBroken = { broken: 1 };

test("rules that are not configured check nothing", () => {
  const context = contextOf(["a"]);
  const rules: Rule[] = [typesRule, valuesRule, rangesRule, maxNullsRule, referencesRule, predicatesRule];
  for (const rule of rules) expect(rule.checks(rule.settings.parse(undefined), context)).toEqual([]);
  expect(requiredRule.checks(undefined, context)).toEqual([]);
});

test("every rule reports a column that does not exist", () => {
  const context = contextOf(["a"]);
  const absent = 'there is no column "b" (there are "a")';
  expect(said(typesRule.checks({ b: "date" }, context), {}, 1)).toEqual([["data.types.b", absent]]);
  expect(said(valuesRule.checks({ b: [1] }, context), {}, 1)).toEqual([["data.values.b", absent]]);
  expect(said(rangesRule.checks({ b: [0, 1] }, context), {}, 1)).toEqual([["data.ranges.b", absent]]);
  expect(said(maxNullsRule.checks({ b: 1 }, context), {}, 1)).toEqual([["data.max-nulls.b", absent]]);
  expect(said(referencesRule.checks({ b: { file: "t.csv", column: "c" } }, context), {}, 1)).toEqual([
    ["data.references.b", absent],
  ]);
});

describe("required", () => {
  const checks = (mandatory: string[], columns: Parameters<typeof contextOf>[0], more = {}) =>
    requiredRule.checks(
      mandatory.filter((name) => name !== "label"),
      contextOf(columns, { mandatory, ...more }),
    );

  test("a column of text is checked for empty values and NaN", () => {
    expect(said(checks(["x"], ["x"]), oneBroken, 4)).toEqual([
      ["data.required", `"x" is empty ${ONE}`],
      ["data.required", `"x" is NaN or infinite ${ONE}`],
    ]);
  });

  test.each([
    ["text by data.types may be called nan", ["x"], { types: { x: "text" } }],
    ["a date has no NaN", [column("x", { kind: "date", textual: false })], {}],
    ["nor has a whole number", [column("x", { kind: "integer", textual: false })], {}],
  ])("%s", (_, columns, more) => {
    expect(said(checks(["x"], columns, more), oneBroken, 4)).toEqual([["data.required", `"x" is empty ${ONE}`]]);
  });

  test("blanks count as empty in text columns only", () => {
    expect(checks(["x"], ["x"])[0]?.find?.broken).toContain("regexp_full_match");
    expect(checks(["x"], [TYPED])[0]?.find?.broken).toBe('"x" IS NULL');
  });

  test("spellings of a missing value count as empty, unless the column is text by data.types", () => {
    const broken = (more = {}) => checks(["x"], ["x"], { missing: ["NA", "?"], ...more })[0]?.find?.broken;
    expect(broken()).toContain(`list_contains(['NA', '?'], trim("x"))`);
    expect(broken({ types: { x: "text" } })).not.toContain("list_contains");
    expect(broken({ missing: [] })).not.toContain("list_contains");
  });

  test("findings about the label have its own key, unless it is required as well", () => {
    expect(checks(["label"], [])[0]?.rule).toBe("data.label");
    expect(requiredRule.checks(["label"], contextOf([], { mandatory: ["label"] })).map(({ rule }) => rule)).toEqual([
      "data.required",
    ]);
  });

  test("a mandatory column that no file has is a finding", () => {
    expect(said(checks(["y"], ["x", "z"]), {}, 4)).toEqual([
      ["data.required", 'mandatory column "y" is missing; there are "x", "z"'],
    ]);
  });

  test("a file without a mandatory column is one finding, without its rows", () => {
    const found = said(checks(["x"], [column("x", { absentIn: ["b.csv", "c.csv"] })]), oneBroken, 4);
    expect(found.map(([, message]) => message)).toEqual([
      'b.csv: mandatory column "x" is missing',
      'c.csv: mandatory column "x" is missing',
      `"x" is NaN or infinite ${ONE}`,
    ]);
  });
});

describe("finite", () => {
  const checked = (settings: boolean, more = {}) =>
    finiteRule
      .checks(
        settings,
        contextOf(
          [
            NUMBER,
            "word",
            column("d", { kind: "number", textual: false }),
            column("i", { kind: "integer", textual: false }),
          ],
          more,
        ),
      )
      .flatMap(({ columns }) => columns);

  test.each([
    ["columns of numbers, and no others", true, {}, ["x", "d"]],
    ["not where it is switched off", false, {}, []],
    ["not mandatory ones, which are looked at already", true, { mandatory: ["x"] }, ["d"]],
    ["not what is said to be text", true, { types: { x: "text" } }, ["d"]],
  ])("%s", (_, settings, more, expected) => {
    expect(checked(settings, more)).toEqual(expected);
  });

  test.each([
    ["numbers throughout", { broken: 1, present: 3, numbers: 3 }, [`"x" is NaN or infinite ${ONE}`]],
    ["one word among them, so nan may be one", { broken: 1, present: 3, numbers: 2 }, []],
    ["nothing wrong", { broken: 0, present: 3, numbers: 3 }, []],
    [
      "counts as text, as JSON has great ones",
      { broken: "1", present: "3", numbers: "3" },
      [`"x" is NaN or infinite ${ONE}`],
    ],
  ])("text: %s", (_, measured, messages) => {
    const checks = finiteRule.checks(true, contextOf([NUMBER]));
    expect(said(checks, measured, 4).map(([, message]) => message)).toEqual(messages);
  });

  test("typed columns need no check that all values are numbers", () => {
    const [check] = finiteRule.checks(true, contextOf([TYPED]));
    expect(Object.keys(check?.measures ?? {})).toEqual(["broken"]);
  });
});

describe("types", () => {
  test.each([
    ["integer", "an integer"],
    ["number", "a number"],
    ["boolean", "true or false"],
    ["date", "a date (YYYY-MM-DD)"],
    ["timestamp", "a timestamp (ISO 8601)"],
  ] as const)("%s", (type, words) => {
    const checks = typesRule.checks({ x: type }, contextOf(["x"]));
    expect(said(checks, oneBroken, 4)).toEqual([["data.types.x", `"x" is not ${words} ${ONE}`]]);
    expect(checks[0]?.find?.broken).toMatch(/^CASE WHEN "x" IS NULL OR .* THEN false ELSE NOT CASE .*'NA'.* END END$/s);
  });

  test("a column whose file has the type needs no query, and counts as a check", () => {
    const [check] = typesRule.checks({ x: "text" }, contextOf(["x"]));
    expect(check?.measures).toEqual({});
    expect(check?.judge({}, 4)).toBeUndefined();
  });
});

describe("values", () => {
  const broken = (values: (string | number | boolean)[], one = column("x")): string =>
    valuesRule.checks({ x: values }, contextOf([one]))[0]?.find?.broken ?? "";

  test.each([
    [["a"], `list_contains(['a'], "x")`],
    [["it's"], `list_contains(['it''s'], "x")`],
    [[1, 2.5], "list_contains([1::DOUBLE, 2.5::DOUBLE], "],
    [[true, false], `list_contains(['true', 'false'], lower("x"))`],
    [[true], "list_contains([1::DOUBLE], "],
    [["True"], `list_contains(['true'], lower("x"))`],
    [[0, 1], `list_contains(['false', 'true'], lower("x"))`],
    [["1.0"], "list_contains([1.0::DOUBLE], "],
  ])("%j", (values, sql) => {
    expect(broken(values)).toContain(sql);
  });

  test.each([
    ["1,5", { decimal: ",", thousands: "" }, "[1.5::DOUBLE]"],
    ["1.234,5", { decimal: ",", thousands: "." }, "[1234.5::DOUBLE]"],
    ["1.5", { decimal: ",", thousands: "" }, "[1.5::DOUBLE]"],
    ["1,5", undefined, undefined],
  ] as const)("%j is a number where numbers are written as %j", (text, numbers, sql) => {
    const [check] = valuesRule.checks({ x: [text] }, contextOf(["x"], { numbers }));
    if (sql === undefined) expect(check?.find?.broken).not.toContain("DOUBLE");
    else expect(check?.find?.broken).toContain(`list_contains(${sql}, `);
  });

  test("a code is no number, and 1 among others no truth value", () => {
    for (const code of ["01", "+1", "1e3", "12345678901234567890"]) expect(broken([code])).not.toContain("DOUBLE");
    expect(broken(["1", "2"])).not.toContain("true");
    expect(broken(["1"])).toContain("regexp_matches");
  });

  test("allowed values of several kinds are combined; missing values are allowed", () => {
    expect(broken(["a", 1, true]).match(/coalesce\(.*?, false\)/g)).toHaveLength(4);
    expect(broken(["a"])).toMatch(/^\("x" IS NOT NULL AND NOT \(/);
  });

  test("a message names ten values", () => {
    const eleven = Array.from({ length: 11 }, (_, index) => index);
    const message = (values: number[]) =>
      said(valuesRule.checks({ x: values }, contextOf(["x"])), oneBroken, 4)[0]?.[1];
    expect(message(eleven)).toBe(`"x" is none of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … ${ONE}`);
    expect(message(eleven.slice(1))).toBe(`"x" is none of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ${ONE}`);
  });
});

test("ranges: both ends are allowed, and what is no number is outside", () => {
  const checks = rangesRule.checks({ x: [-1.5, 1e21] }, contextOf(["x"]));
  expect(said(checks, oneBroken, 4)).toEqual([["data.ranges.x", `"x" is outside -1.5 to 1e+21 ${ONE}`]]);
  expect(checks[0]?.find?.broken).toMatch(
    /^CASE WHEN "x" IS NULL OR .* BETWEEN -1.5::DOUBLE AND 1e\+21::DOUBLE THEN false ELSE NOT CASE/,
  );
});

describe("max-nulls", () => {
  test.each([
    [10, 0.1, undefined],
    [11, 0.1, '"x" is empty in 11 of 100 rows (11 %), at most 10 % may'],
    [1, 0, '"x" is empty in 1 of 100 rows (1 %)'],
    [100, 1, undefined],
  ])("%d of 100, %d allowed", (broken, most, message) => {
    expect(saidOf(maxNullsRule.checks({ x: most }, contextOf(["x"]))[0], { broken }, 100)).toBe(message);
  });
});

describe("references", () => {
  const table = { columns: [column("id"), column("name")], rows: "SELECT * FROM others" };
  const checks = (target: { file: string; column: string }, files: string[]) =>
    referencesRule.checks({ x: target }, contextOf(["x"], { matching: () => files, table: () => table }));

  test("the rule asks for its target file", () => {
    expect(
      referencesRule.patterns?.({ x: { file: "a.csv", column: "id" }, y: { file: "b/*.csv", column: "id" } }),
    ).toEqual(["a.csv", "b/*.csv"]);
    expect(referencesRule.patterns?.(undefined)).toEqual([]);
  });

  test("values that the other table lacks are broken", () => {
    const found = checks({ file: "t.csv", column: "id" }, ["t.csv"]);
    expect(said(found, oneBroken, 4)).toEqual([["data.references.x", `"x" is not in "id" of t.csv ${ONE}`]]);
    expect(found[0]?.setup?.(() => "(rows)")).toEqual([
      `CREATE TEMP TABLE referenced_0 AS SELECT DISTINCT regexp_replace("id"::VARCHAR, '^([+-]?\\d+)\\.0+$', '\\1') AS v FROM (SELECT * FROM others) WHERE "id" IS NOT NULL;`,
    ]);
    expect(found[0]?.find?.broken).toContain(`(regexp_replace("x", '^([+-]?`);
  });

  test("typed integers are not normalized", () => {
    const integer = column("id", { textual: false, kind: "integer" });
    const context = contextOf([integer], {
      matching: () => ["t.csv"],
      table: () => ({ ...table, columns: [integer] }),
    });
    const [check] = referencesRule.checks({ id: { file: "t.csv", column: "id" } }, context);
    expect(check?.setup?.(() => "(rows)").join()).not.toContain("regexp");
    expect(check?.find?.broken).not.toContain("regexp");
  });

  test.each([
    [{ file: "t.csv", column: "id" }, [], "there is no table t.csv in the data"],
    [{ file: "t.csv", column: "ID" }, ["t.csv"], 't.csv has no column "ID" (there are "id", "name")'],
  ])("%j in %j", (target, files, message) => {
    expect(said(checks(target, files), {}, 4)).toEqual([["data.references.x", message]]);
  });

  test("each reference has its own temporary table", () => {
    const target = { file: "t.csv", column: "id" };
    const both = referencesRule.checks(
      { x: target, y: target },
      contextOf(["x", "y"], { matching: () => ["t.csv"], table: () => table }),
    );
    expect(both.map((check) => /TABLE (\w+)/.exec(check.setup?.(() => "")[0] ?? "")?.[1])).toEqual([
      "referenced_0",
      "referenced_1",
    ]);
  });
});

describe("predicates", () => {
  const columns = [
    column("low", { kind: "number" }),
    column("high", { kind: "number" }),
    "last seen",
    "seen",
    'a "b"',
    "null",
  ];
  const shown = (sql: string) => predicatesRule.checks({ r: sql }, contextOf(columns))[0]?.columns;

  test.each([
    ["low <= high", ["low", "high"]],
    ["LOW > 0", ["low"]],
    ["lower(high) > 0", ["high"]],
    ["slow < 3 and flow > 2 and low_2 = 1", []],
    ['"last seen" > 0', ["last seen"]],
    ["seen > 0", ["seen"]],
    ["'low' = 'it''s low'", []],
    ['"a ""b""" = 1 -- not low', ['a "b"']],
    ["seen /* low\nhigh */ > 1", ["seen"]],
    ["1 = 1", []],
    ["seen IS NOT NULL", ["seen"]],
    ['"null" > 0', ["null"]],
  ])("the columns of %j", (sql, names) => {
    expect(shown(sql)).toEqual(names);
  });

  test("the message has the name and the predicate", () => {
    const checks = predicatesRule.checks({ "in order": " seen > 0\n" }, contextOf(columns));
    expect(said(checks, oneBroken, 4)).toEqual([["data.rules.in order", `in order (seen > 0) is broken ${ONE}`]]);
  });

  test.each([
    ["BOOLEAN", undefined],
    [undefined, undefined],
    ["DOUBLE", "sum (low + 1) is no predicate: it gives DOUBLE, and not true or false"],
  ])("one that gives %s", (type, message) => {
    const [check] = predicatesRule.checks({ sum: "low + 1" }, contextOf(columns));
    expect(saidOf(check, { broken: 0, type }, 4)).toBe(message);
  });

  test("a guessed number column is checked for other values, once for all predicates", () => {
    const checks = predicatesRule.checks({ a: "low < 1", b: "low < 2 and seen > 0" }, contextOf(columns));
    expect(checks.map(({ rule, columns }) => [rule, columns])).toEqual([
      ["data.rules.a", ["low"]],
      ["data.rules.b", ["low", "seen"]],
      ["data.rules", ["low"]],
    ]);
  });

  test.each([
    ["whose type is said", contextOf(columns, { types: { low: "number" } })],
    ["that has a type of its own", contextOf([column("low", { kind: "number", textual: false })])],
    ["of text", contextOf(["low"])],
  ])("nothing is guessed of a column %s", (_, context) => {
    expect(predicatesRule.checks({ a: "low < 1" }, context).map(({ rule }) => rule)).toEqual(["data.rules.a"]);
  });
});
