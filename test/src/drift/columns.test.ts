import { describe, expect, test } from "vitest";
import {
  type ColumnFacts,
  type ColumnOptions,
  type ColumnPlan,
  planColumns,
  type TableFacts,
} from "../../../src/drift/columns.ts";

const facts = (more: Partial<ColumnFacts> = {}): ColumnFacts => ({
  name: "x",
  ...{
    present: 5000,
    distinct: 5000,
    numeric: 0,
    gaps: 0,
    decimals: 0,
    times: 0,
    otherDates: 0,
    words: 1,
    low: null,
    high: null,
    quantiles: null,
  },
  ...more,
});

const numbers = (more: Partial<ColumnFacts> = {}): ColumnFacts =>
  facts({ numeric: 5000, decimals: 4000, low: 0, high: 100, quantiles: [5, 25, 50, 75, 95], ...more });

const tableOf = (...columns: ColumnFacts[]): TableFacts => ({
  rows: 5000,
  types: Object.fromEntries(columns.map(({ name }) => [name, "VARCHAR"])),
  columns: columns.filter(({ present }) => present > 0),
});

const plan = (before: ColumnFacts, now = before, options?: ColumnOptions): ColumnPlan | undefined =>
  planColumns(tableOf(before), tableOf(now), options).columns[0];

describe("what a column is", () => {
  test.each<[string, ColumnFacts, Partial<ColumnPlan>]>([
    ["numbers with decimals", numbers(), { kind: "number", exact: true, center: 50 }],
    [
      "many different numbers",
      numbers({ present: 1e5, distinct: 9e4, numeric: 1e5 }),
      { kind: "number", exact: false },
    ],
    ["few whole numbers: codes", numbers({ distinct: 7, decimals: 0 }), { kind: "category", numeric: true }],
    ["whole numbers that repeat", numbers({ distinct: 900, decimals: 0 }), { kind: "number" }],
    ["whole numbers, each of its own", numbers({ decimals: 0 }), { kind: "skipped" }],
    [
      "a few rows numbered in order",
      numbers({ present: 300, distinct: 300, numeric: 300, decimals: 0, high: 299 }),
      { kind: "skipped" },
    ],
    [
      "a few rows with large whole numbers",
      numbers({ present: 300, distinct: 300, numeric: 300, decimals: 0, high: 1e6 }),
      { kind: "number" },
    ],
    ["numbers with NA for a gap", numbers({ numeric: 4000, gaps: 1000 }), { kind: "number" }],
    ["numbers with a stray text", numbers({ numeric: 4990 }), { kind: "number" }],
    ["few texts that repeat", facts({ distinct: 12 }), { kind: "category", numeric: false }],
    ["few sentences that repeat", facts({ distinct: 12, words: 6 }), { kind: "category" }],
    ["sentences", facts({ words: 9 }), { kind: "text" }],
    ["a few different sentences", facts({ present: 250, distinct: 240, words: 9 }), { kind: "text" }],
    ["many short names", facts({ distinct: 3000, words: 1.5 }), { kind: "text" }],
    ["some short names of few rows", facts({ present: 250, distinct: 150 }), { kind: "category" }],
    ["keys", facts(), { kind: "skipped" }],
    ["dates", facts({ times: 5000, distinct: 300, words: 2 }), { kind: "skipped" }],
    ["nothing at all", facts({ present: 0 }), { kind: "skipped" }],
  ])("%s", (_what, column, expected) => {
    expect(plan(column)).toMatchObject(expected);
    expect(plan(column)?.skipped !== undefined).toBe(expected.kind === "skipped");
  });

  test("a column that is empty on one side has the kind of the other", () => {
    expect(plan(facts({ present: 0 }), numbers())).toMatchObject({ kind: "number", center: 50 });
    expect(plan(numbers(), facts({ present: 0 }))).toMatchObject({ kind: "number", center: 50 });
  });

  test("what is to be predicted is never a name of a row, nor a time", () => {
    const outcomes = { outcomes: ["x"] };
    expect(plan(numbers({ decimals: 0 }), undefined, outcomes)).toMatchObject({ kind: "number" });
    expect(plan(facts(), undefined, outcomes)).toMatchObject({ kind: "text" });
  });

  test("the column that names the rows is skipped, whatever is in it", () => {
    expect(plan(numbers(), undefined, { id: "x" })?.skipped).toBe("names-rows");
  });

  test("columns that are no features are skipped for their own reason, and one side may lack them", () => {
    const unfeatured = { unfeatured: new Map([["x", "names-groups" as const]]) };
    expect(plan(facts(), undefined, unfeatured)).toMatchObject({ kind: "skipped", skipped: "names-groups" });
    expect(planColumns(tableOf(facts()), tableOf(), unfeatured)).toEqual({ columns: [], faults: [] });
    expect(planColumns(tableOf(), tableOf(facts()), unfeatured)).toEqual({ columns: [], faults: [] });
    expect(planColumns(tableOf(facts()), tableOf()).faults).toEqual([{ column: "x", fault: "gone" }]);
  });

  test("lists and structures are skipped", () => {
    const nested: TableFacts = { ...tableOf(facts()), types: { x: "DOUBLE[]" } };
    expect(planColumns(nested, nested).columns[0]?.skipped).toBe("nested");
  });

  test("numbers of which most are the same have a width all the same", () => {
    const scale = (quantiles: number[], high: number): number | undefined =>
      plan(numbers({ quantiles, low: 0, high }))?.scale;
    expect(scale([0, 0, 0, 0, 33], 50)).toBeCloseTo(10);
    expect(scale([0, 0, 0, 0, 0], 50)).toBe(25);
    expect(scale([0, 0, 0, 0, 0], 0)).toBe(1);
    expect(scale([-1e308, -1e308, 0, 1e308, 1e308], 1e308)).toBeGreaterThan(0);
  });
});

describe("columns that cannot be compared", () => {
  const named = (name: string): ColumnFacts => numbers({ name });

  test("are gone, new, or no longer numbers", () => {
    const { faults, columns } = planColumns(
      tableOf(named("a"), named("b"), named("c")),
      tableOf(named("b"), facts({ name: "c", distinct: 3 }), named("d")),
    );
    expect(faults).toEqual([
      { column: "a", fault: "gone" },
      { column: "c", fault: "no longer numbers" },
      { column: "d", fault: "new" },
    ]);
    expect(columns.map(({ name }) => name)).toEqual(["b"]);
  });

  test("labels may not be there yet", () => {
    expect(planColumns(tableOf(named("y")), tableOf(), { outcomes: ["y"] })).toEqual({ columns: [], faults: [] });
  });

  test("only those that were asked for, and those even where neither side has them", () => {
    const { faults, columns } = planColumns(tableOf(named("a"), named("b")), tableOf(named("b")), { only: ["b", "z"] });
    expect(columns.map(({ name }) => name)).toEqual(["b"]);
    expect(faults).toEqual([{ column: "z", fault: "gone" }]);
  });

  test("a name of every object is a name like any other", () => {
    expect(planColumns(tableOf(), tableOf(named("constructor"))).faults).toEqual([
      { column: "constructor", fault: "new" },
    ]);
  });
});
