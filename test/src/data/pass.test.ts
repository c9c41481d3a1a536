import { describe, expect, test } from "vitest";
import { planPass, toCounts } from "../../../src/data/pass.ts";
import { toProfiles } from "../../../src/data/profile.ts";
import { type RuleCheck, rowCheck } from "../../../src/data/rules/rule.ts";
import type { Column } from "../../../src/tables/columns.ts";
import { column, contextOf } from "./support.ts";

const check = (measures: Readonly<Record<string, string>>, setup: readonly string[] = []): RuleCheck => ({
  ...rowCheck({ rule: "data.x", columns: [], broken: "x", fault: { code: "empty" } }),
  measures,
  setup: () => setup,
});

describe("the pass over all rows", () => {
  const plan = (about: number, checks: readonly RuleCheck[] = []) =>
    planPass(contextOf(["a"]).view, checks, { rows: about, files: 2, profiled: true, columnsAtOnce: 50 }, "/out");

  test.each([
    [0, false],
    [120_000, false],
    [120_001, true],
    [10_000_000, true],
  ])("%d rows are sampled for the profile: %s", (about, sampled) => {
    expect(plan(about).includes("random()")).toBe(sampled);
  });

  test("profiles a sample of about a hundred thousand rows", () => {
    expect(plan(10_000_000)).toContain("random() < 0.0100000");
  });

  test("runs setups first, and names the measures of each check apart", () => {
    const script = plan(10, [check({ n: "count(*)" }, ["FIRST;"]), check({ n: "sum(1)" })]);
    expect(script).toMatch(/^FIRST;\nCREATE TEMP TABLE pass/);
    expect(script.match(/FROM \(SELECT \* FROM/g)).toHaveLength(1);
    expect(script).toContain('count(*) AS "check 0 n"');
    expect(script).toContain('sum(1) AS "check 1 n"');
  });

  test("of a wide table is several statements, each about some columns and with what those need", () => {
    const { view } = contextOf(["a", "b", "c"].map((name) => column(name, { kind: "number" })));
    const about = (...columns: string[]): RuleCheck => ({
      ...check({ n: columns.map((name) => view.number(column(name, { kind: "number" }))).join(" + ") }),
      columns,
    });
    const script = planPass(
      view,
      [about("c"), about("a", "c")],
      { rows: 10, files: 1, profiled: true, columnsAtOnce: 2 },
      "/out",
    );
    const [, first = "", second = ""] = script.split("CREATE TEMP TABLE pass");
    expect(first).toMatch(/^ AS SELECT count\(\*\) AS "rows",[\s\S]*"check 1 n",[\s\S]*"profile 1 max"/);
    expect(second).toMatch(/^_1 AS SELECT [\s\S]*"check 0 n",[\s\S]*"profile 2 max"/);
    expect(second.split("CREATE")[0]).not.toContain('"a"');
    expect(script).toContain('CREATE TEMP VIEW sample AS SELECT "a", "b", "c" FROM');
    expect(script).toContain("AS profiled FROM pass, pass_1) TO");
  });

  test("counts no rows by file where there is one", () => {
    expect(
      planPass(contextOf(["a"]).view, [], { rows: 1, files: 1, profiled: false, columnsAtOnce: 2 }, "/o"),
    ).not.toContain("histogram");
    expect(toCounts({ rows: 3 }, [], ["a.csv"]).files).toEqual([{ file: "a.csv", rows: 3 }]);
  });

  test("is followed by another pass for a check that needs one", () => {
    const open = {
      ...check({ n: "count(x)" }),
      followUp: { measures: { m: "sum(x)" }, needed: (name: (of: string) => string) => `${name("n")} < "rows"` },
    };
    const script = plan(10, [check({ n: "count(*)" }), open]);
    expect(script).toMatch(
      /CREATE TEMP TABLE follow_up_1 AS SELECT sum\(x\) AS "check 1 m" FROM .* WHERE \(SELECT "check 1 n" < "rows" FROM pass\);/,
    );
    expect(script).toContain("AS profiled FROM pass, follow_up_1) TO");
    expect(
      toCounts({ rows: 3, files: null, "check 1 n": 2, "check 1 m": 9 }, [check({ n: "" }), open], []).measured[1],
    ).toEqual({ n: 2, m: 9 });
  });

  test("gives rows per file and measures per check", () => {
    const row = {
      rows: "7",
      files: [
        { key: "./b[1].csv", value: "5" },
        { key: "a.csv", value: 2 },
      ],
      "check 0 n": 1,
      "check 1 n": 2,
    };
    const counts = toCounts(row, [check({ n: "" }), check({ n: "", absent: "" })], ["a.csv", "b[1].csv", "empty.csv"]);
    expect(counts.rows).toBe(7);
    expect(counts.files).toEqual([
      { file: "a.csv", rows: 2 },
      { file: "b[1].csv", rows: 5 },
      { file: "empty.csv", rows: 0 },
    ]);
    expect(counts.measured).toEqual([{ n: 1 }, { n: 2, absent: undefined }]);
  });

  test("gives zeros without rows", () => {
    expect(toCounts({ rows: 0, files: null }, [], ["a.csv"])).toMatchObject({
      rows: 0,
      files: [{ file: "a.csv", rows: 0 }],
    });
  });
});

describe("profiles", () => {
  const sample = {
    column_index: 0,
    present: 4,
    numbers: 4,
    whole: 4,
    distinct: 3,
    mean: 2,
    quantiles: [1, 1, 2, 3, 3],
    min: 1,
    max: 3,
    bins: [
      { key: 0, value: 1 },
      { key: 19, value: 3 },
    ],
    top: [{ value: "3", rows: 2 }],
  };
  const exact = { "profile 0 nulls": "2", "profile 0 min": 0, "profile 0 max": 9 };
  const profile = (one: Column, more = {}, types = {}) =>
    toProfiles(contextOf([one], { types }).view, exact, [{ ...sample, ...more }])[0];
  const numbers = column("x", { kind: "number" });

  test("of numbers have the extremes of all rows, and the rest of the profiled rows", () => {
    expect(profile(numbers)).toEqual({
      name: "x",
      type: "integer",
      nulls: 2,
      distinct: 3,
      min: 0,
      max: 9,
      mean: 2,
      quantiles: [1, 1, 2, 3, 3],
      histogram: [1, ...Array(18).fill(0), 3],
    });
  });

  test.each([
    ["integer", numbers, {}, {}],
    ["number", numbers, { whole: 3 }, {}],
    ["text", numbers, { numbers: 3 }, {}],
    ["text", column("x"), {}, {}],
    ["text", numbers, { present: 0, numbers: 0 }, {}],
    ["date", column("x"), {}, { x: "date" }],
    ["boolean", column("x"), {}, { x: "boolean" }],
    ["text", numbers, {}, { x: "text" }],
    ["number", column("x", { kind: "number", textual: false }), { whole: 4 }, {}],
    ["date", column("x", { kind: "date", textual: false }), { present: 0 }, {}],
  ] as const)("type %s: %j, %j", (type, one, more, types) => {
    expect(profile(one, more, types)?.type).toBe(type);
  });

  test("of a column that turned out to be text have its frequent values, and no numbers", () => {
    expect(profile(numbers, { numbers: 3 })).toEqual({
      name: "x",
      type: "text",
      nulls: 2,
      distinct: 3,
      top: [{ value: "3", rows: 2 }],
    });
  });

  test("of texts have the lengths in the profiled rows", () => {
    expect(profile(column("x"))).toMatchObject({ min: 1, max: 3, quantiles: [1, 1, 2, 3, 3], top: sample.top });
    expect(profile(column("x"))).not.toHaveProperty("mean");
  });

  test("of NaN only", () => {
    const none = { mean: null, quantiles: null, bins: null };
    const [found] = toProfiles(
      contextOf([numbers]).view,
      { "profile 0 nulls": 0, "profile 0 min": null, "profile 0 max": null },
      [{ ...sample, ...none, whole: 0 }],
    );
    expect(found).toEqual({ name: "x", type: "number", nulls: 0, distinct: 3 });
  });

  test("of no rows", () => {
    expect(toProfiles(contextOf(["x"]).view, { "profile 0 nulls": 0 }, [])).toEqual([
      { name: "x", type: "text", nulls: 0, distinct: 0 },
    ]);
  });

  test("are matched with the columns in any order", () => {
    const rows = [
      { ...sample, column_index: 1, distinct: 7 },
      { ...sample, column_index: 0, distinct: 5 },
    ];
    const all = { "profile 0 nulls": 0, "profile 1 nulls": 1 };
    expect(
      toProfiles(contextOf(["a", "b"]).view, all, rows).map(({ name, nulls, distinct }) => [name, nulls, distinct]),
    ).toEqual([
      ["a", 0, 5],
      ["b", 1, 7],
    ]);
  });
});
