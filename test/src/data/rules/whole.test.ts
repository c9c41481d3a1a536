import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leakageRule } from "../../../../src/data/rules/leakage.ts";
import { maxDuplicatesRule } from "../../../../src/data/rules/max-duplicates.ts";
import { minClassRatioRule } from "../../../../src/data/rules/min-class-ratio.ts";
import { minRowsRule } from "../../../../src/data/rules/min-rows.ts";
import { textRule } from "../../../../src/data/rules/text.ts";
import { uniqueRule } from "../../../../src/data/rules/unique.ts";
import { column, contextOf, histogram, said, saidOf } from "../support.ts";

/* Rules that only all rows together keep or break. */

describe("min-rows", () => {
  test.each([
    [1000, 1000, undefined],
    [999, 1000, "999 rows in 1 file, at least 1,000 are needed"],
    [1, 2, "1 row in 1 file, at least 2 are needed"],
    [0, 0, undefined],
  ])("%d of %d", (rows, least, message) => {
    expect(saidOf(minRowsRule.checks(least, contextOf([]))[0], {}, rows)).toBe(message);
  });
});

describe("max-duplicates", () => {
  test.each([
    [100, 100, 0, undefined],
    [99, 100, 0.01, undefined],
    [71, 100, 0.29, undefined],
    [98, 100, 0.01, "2 of 100 rows (2 %) are the same as an earlier one, at most 1 % may be"],
    [99, 100, 0, "1 of 100 rows (1 %) are the same as an earlier one, at most 0 % may be"],
    [0, 0, 0, undefined],
  ])("%d different of %d, %d allowed", (different, rows, most, message) => {
    expect(saidOf(maxDuplicatesRule.checks(most, contextOf(["a"]))[0], { different }, rows)).toBe(message);
  });

  test("a limit of 1 needs no check", () => {
    expect(maxDuplicatesRule.checks(1, contextOf(["a"]))).toEqual([]);
  });

  test("rows are compared in all columns, and four columns are shown", () => {
    const context = contextOf(["a", "b", "c", "d", "e"]);
    expect(maxDuplicatesRule.checks(0, context)[0]?.columns).toEqual(["a", "b", "c", "d"]);
    expect(context.view.from()).toContain('hash("a", "b", "c", "d", "e")');
  });

  test("duplicates are counted in a follow-up pass, if the key has repeated values", () => {
    const context = contextOf(["id", "a"], { unique: [["gone"], ["id"]] });
    const [check] = maxDuplicatesRule.checks(0, context);
    const name = (measure: string) => `"check 3 ${measure}"`;
    expect(Object.keys(check?.measures ?? {})).toEqual(["keys"]);
    expect(Object.keys(check?.followUp?.measures ?? {})).toEqual(["different"]);
    expect(check?.followUp?.needed(name)).toBe('"check 3 keys" < "rows"');
    expect(check?.judge({ keys: 4, different: 0 }, 4)).toBeUndefined();
    expect(check?.judge({ keys: 3, different: 4 }, 4)).toBeUndefined();
    expect(check?.judge({ keys: 2, different: 3 }, 4)).toMatchObject({ rows: 1, of: 4 });
  });

  test("duplicates are counted in the first pass without a key", () => {
    const [check] = maxDuplicatesRule.checks(0, contextOf(["id", "a"], { unique: [["gone"]] }));
    expect(Object.keys(check?.measures ?? {})).toEqual(["different"]);
    expect(check?.followUp).toBeUndefined();
  });
});

describe("unique", () => {
  test.each([
    [["id"], { present: 10, different: 10 }, undefined],
    [["id"], { present: 8, different: 8 }, undefined],
    [["id"], { present: 10, different: 8 }, `"id" repeats an earlier row's in 2 of 10 rows (20 %)`],
    [[["id", "b"]], { present: 10, different: 9 }, `"id" and "b" repeat an earlier row's in 1 of 10 rows (10 %)`],
    [[["id", "c"]], {}, 'there is no column "c" (there are "id", "b")'],
  ])("%j: %j", (settings, measured, message) => {
    const checks = uniqueRule.checks(settings, contextOf(["id", "b"]));
    expect(said(checks, measured, 10)).toEqual(message === undefined ? [] : [["data.unique", message]]);
  });

  test("rows with a missing value are ignored", () => {
    const context = contextOf(["a", "b"]);
    uniqueRule.checks([["a", "b"]], context);
    expect(context.view.from()).toContain('CASE WHEN "a" IS NOT NULL AND "b" IS NOT NULL THEN hash("a", "b") END');
  });

  test("each group of columns has its own temporary table", () => {
    const checks = uniqueRule.checks(["a", "b"], contextOf(["a", "b"]));
    const tables = checks.map((check) => /TABLE (\w+)/.exec(check.find?.setup?.(() => "(rows)").at(-1) ?? "")?.[1]);
    expect(new Set(tables).size).toBe(2);
    checks.forEach((check, index) => {
      expect(check.find?.broken).toContain(tables[index]);
    });
  });
});

describe("min-class-ratio", () => {
  const judge = (
    settings: number | undefined,
    classes: Readonly<Record<string, number>>,
    more: Parameters<typeof contextOf>[1] = {},
  ): string[] => {
    const rows = Object.values(classes).reduce((total, one) => total + one, 0);
    const checks = minClassRatioRule.checks(settings, contextOf(["y"], { label: "y", ...more }));
    return said(checks, { classes: histogram(classes) }, rows).map(([, message]) => message);
  };
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, 5]));
  const indices = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

  test.each([
    ["exactly the default", undefined, { a: 10, b: 100 }, []],
    ["below the default", undefined, { a: 9, b: 100 }, ['class ratio 0.09 (at least 0.1): 9 rows of "a", 100 of "b"']],
    ["exactly what is asked", 0.3, { a: 3, b: 10 }, []],
    [
      "hardly below",
      0.1,
      { a: 9999, b: 100_000 },
      ['class ratio 0.09999 (at least 0.1): 9,999 rows of "a", 100,000 of "b"'],
    ],
    [
      "rarest and most common of three",
      0.5,
      { a: 5, b: 10, c: 1 },
      ['class ratio 0.1 (at least 0.5): 1 row of "c", 10 of "b"'],
    ],
    ["one class", undefined, { 'the "one"': 7 }, ['"y" has one class alone: "the \\"one\\""']],
    ["one class, of which nothing is asked", 0, { a: 7 }, []],
    ["no label at all", undefined, {}, []],
    ["a hundred classes", 0.1, many(100), []],
    [
      "more than that are none",
      0.1,
      many(101),
      ['"y" has too many different values for classes, and data.min-class-ratio is configured'],
    ],
    ["more than that, of which nobody asked", undefined, many(101), []],
  ] as const)("%s", (_, settings, classes, messages) => {
    expect(judge(settings, classes)).toEqual(messages);
  });

  test("a configured classification may have any number of classes", () => {
    expect(judge(0.5, { ...many(101), rare: 1 }, { task: "classification" })).toEqual([
      'class ratio 0.2 (at least 0.5): 1 row of "rare", 5 of "c100"',
    ]);
  });

  test("whole numbers that nobody said to be classes may be a quantity", () => {
    const guess = '; evaluation.task = "regression" takes the whole numbers of "y" for quantities';
    const ratio = 'class ratio 0.05 (at least 0.1): 1 row of "2", 20 of "1"';
    const numbers = { 0: 20, 1: 20, 2: 1 };
    expect(judge(undefined, numbers)).toEqual([ratio + guess]);
    expect(judge(undefined, numbers, { task: "classification" })).toEqual([ratio]);
    expect(judge(0.1, numbers)).toEqual([ratio]);
    expect(judge(undefined, { 0: 20, 1: 1 })).toEqual(['class ratio 0.05 (at least 0.1): 1 row of "1", 20 of "0"']);
  });

  const quantity = ['"y" has too many different values for classes, and data.min-class-ratio is configured'];

  test.each([
    ["a regression", { task: "regression" as const }, quantity],
    ["decimals", { sampleOf: () => ["1", "0.5"] }, quantity],
    ["more than a hundred values", { sampleOf: () => indices(101) }, quantity],
    ["mostly different ones", { sampleOf: () => indices(21) }, quantity],
    ["few different ones", { sampleOf: () => indices(20) }, []],
    ["often repeated ones", { sampleOf: () => [...indices(30), ...indices(30)] }, []],
    ["whole numbers written as fractions", { sampleOf: () => ["1.0", "2.0"] }, []],
    ["decimals that are classes, as it is said", { task: "classification" as const, sampleOf: () => ["0.5"] }, []],
  ])("a label of %s", (_, more, messages) => {
    const classes = { a: 1, b: 1 };
    expect(judge(0.1, classes, more)).toEqual(messages);
    expect(judge(undefined, classes, more)).toEqual([]);
  });

  test("without a label", () => {
    const without = (settings: number | undefined) => said(minClassRatioRule.checks(settings, contextOf(["y"])), {}, 1);
    expect(without(undefined)).toEqual([]);
    expect(without(0.1)).toEqual([
      ["data.min-class-ratio", "there is no data.label, of which classes could be counted"],
    ]);
  });

  test("a label that does not exist is reported by the rule on mandatory columns only", () => {
    expect(minClassRatioRule.checks(0.1, contextOf(["x"], { label: "y" }))).toEqual([]);
  });
});

describe("text", () => {
  const limits = textRule.settings.parse({ t: {} }) ?? {};
  const checks = (settings = limits) => textRule.checks(settings, contextOf(["t"]));
  const median = (lengths: Readonly<Record<string, number>>) => saidOf(checks()[2], { lengths: histogram(lengths) }, 1);

  test("has default limits", () => {
    expect(limits.t).toEqual({ "min-length": 10, "max-length": 10_000, "min-median-length": 50 });
  });

  test("too short and too long rows", () => {
    const found = said(
      checks({ t: { "min-length": 1, "max-length": 2000, "min-median-length": 0 } }),
      { broken: 1 },
      2,
    );
    expect(found).toEqual([
      ["data.text.t.min-length", '"t" is shorter than 1 letter in 1 of 2 rows (50 %)'],
      ["data.text.t.max-length", '"t" is longer than 2,000 letters in 1 of 2 rows (50 %)'],
    ]);
  });

  test.each([
    ["the middle one", { 10: 1, 49: 1, 90: 1 }, "49"],
    ["the mean of the two in the middle", { 10: 1, 48: 1, 51: 1, 90: 1 }, "49.5"],
    ["exactly what is asked", { 49: 1, 51: 1 }, undefined],
    ["one", { 3: 1 }, "3"],
    ["the most of them", { 9: 7, 100: 3, 1000: 3 }, "9"],
    ["none", {}, undefined],
  ])("a median of %s", (_, lengths, shown) => {
    expect(median(lengths)).toBe(
      shown === undefined ? undefined : `the median length of "t" is ${shown} (at least 50)`,
    );
  });

  test("a median is looked for only where half of the lengths are below the limit", () => {
    const [, , asked] = checks();
    expect(asked?.followUp?.needed((name) => name)).toBe("2 * below >= present");
    expect(saidOf(asked, { present: 3, below: 1, lengths: null }, 3)).toBeUndefined();
  });

  test("lengths are sorted as numbers, not as text", () => {
    expect(median({ 100: 1, 9: 1, 20: 1 })).toContain("is 20 ");
  });

  test("is the median of the sorted lengths", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 }), (lengths) => {
        const sorted = [...lengths].sort((a, b) => a - b);
        const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
        const counts: Record<string, number> = {};
        for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
        expect(median(counts)).toContain(`is ${((low ?? 0) + (high ?? 0)) / 2} (`);
      }),
    );
  });

  test("a column that does not exist", () => {
    expect(said(textRule.checks({ u: limits.t as never }, contextOf(["t"])), {}, 1)).toEqual([
      ["data.text.u", 'there is no column "u" (there are "t")'],
    ]);
  });
});

describe("leakage", () => {
  const settings = { train: ["train*"], evaluation: ["test*"], "max-share": 0 };
  const files: Readonly<Record<string, string[]>> = {
    "train*": ["train.csv"],
    "test*": ["test.csv"],
    "t*": ["train.csv", "test.csv"],
    "other*": ["other.csv"],
  };
  const context = (columns: Parameters<typeof contextOf>[0] = ["id", "text"]) =>
    contextOf(columns, { files: ["train.csv", "test.csv"], matching: (pattern) => files[pattern] ?? [] });

  test("asks for the files of both splits", () => {
    expect(leakageRule.patterns?.(settings)).toEqual(["train*", "test*"]);
    expect(leakageRule.patterns?.(undefined)).toEqual([]);
    expect(leakageRule.checks(undefined, context())).toEqual([]);
  });

  test.each([
    [{ train: ["no*"] }, "data.leakage.train", "no table matches no*"],
    [{ evaluation: ["no*", "nor*"] }, "data.leakage.evaluation", "no table matches no*, nor*"],
    [{ evaluation: ["t*"] }, "data.leakage", "train.csv is among the files of both train and evaluation"],
    [{ train: ["other*"] }, "data.leakage", "other.csv is none of the files that are checked (data.files)"],
    [{ columns: ["id", "no"] }, "data.leakage.columns", 'there is no column "no" (there are "id", "text")'],
  ])("%j", (more, rule, message) => {
    expect(said(leakageRule.checks({ ...settings, ...more }, context()), {}, 1)).toEqual([[rule, message]]);
  });

  test.each([
    [0, 10, 0, undefined],
    [1, 10, 0, "1 of 10 rows (10 %) of the evaluation data are in the training data, at most 0 % may be"],
    [29, 100, 0.29, undefined],
    [30, 100, 0.29, "30 of 100 rows (30 %) of the evaluation data are in the training data, at most 29 % may be"],
    [0, 0, 0, undefined],
  ])("%d of %d, %d allowed: a share of the evaluation data alone", (leaked, evaluated, most, message) => {
    const [check] = leakageRule.checks({ ...settings, "max-share": most }, context());
    expect(saidOf(check, { leaked, evaluated }, 1_000_000)).toBe(message);
  });

  test.each([
    ["text by its letters and digits", column("c"), "lower("],
    [
      "numbers in text by value where a DOUBLE holds it",
      column("c", { kind: "number" }),
      "THEN (\"ml_pipeline_value_0\" + 0)::VARCHAR ELSE regexp_replace(trim(\"c\"), '\\.0*$', '') END)",
    ],
    ["whole numbers exactly", column("c", { kind: "integer", textual: false }), 'hash("c")'],
    ["all else as it is", column("c", { kind: "date", textual: false }), 'hash("c")'],
  ])("compares %s", (_, one, sql) => {
    const asked = context([one]);
    leakageRule.checks(settings, asked);
    expect(asked.view.from()).toContain(sql);
  });

  test("compares only the configured columns", () => {
    const asked = context([column("id", { kind: "number" }), column("n", { kind: "number" })]);
    expect(leakageRule.checks({ ...settings, columns: ["n"] }, asked)[0]?.columns).toEqual(["n"]);
    expect(asked.view.from()).toContain('trim("n")');
  });
});
