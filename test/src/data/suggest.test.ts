import fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/data/findings.ts";
import type { Inspection } from "../../../src/data/inspect.ts";
import type { ColumnProfile } from "../../../src/data/profile.ts";
import { corrected, draftOf } from "../../../src/data/suggest/draft.ts";
import { tomlComment, tomlKey, tomlNumber, tomlText, tomlTexts } from "../../../src/data/suggest/toml.ts";
import { writeDraft } from "../../../src/data/suggest/write.ts";
import { configOf } from "../support.ts";

const inspection = (columns: readonly ColumnProfile[], changes: Partial<Inspection> = {}): Inspection => ({
  rows: 2000,
  files: [{ file: "rows.csv", rows: 2000 }],
  columns,
  profiledRows: 2000,
  checks: 1,
  findings: [],
  ...changes,
});

const number = (name: string, changes: Partial<ColumnProfile> = {}): ColumnProfile => ({
  ...{ name, type: "integer", nulls: 0, distinct: 50, min: 17, max: 90, quantiles: [20, 30, 37, 50, 80] },
  ...changes,
});
const text = (name: string, values: readonly string[], changes: Partial<ColumnProfile> = {}): ColumnProfile => ({
  ...{ name, type: "text", nulls: 0, distinct: values.length, min: 1, max: 9, quantiles: [1, 2, 3, 4, 5] },
  top: values.map((value) => ({ value, rows: 10 })),
  ...changes,
});
const finding = (rule: string, changes: Partial<Finding> = {}): Finding => ({
  rule,
  reason: { code: "no-label" },
  message: "is wrong",
  examples: [],
  ...changes,
});

describe("TOML", () => {
  const anyText = fc.string({ unit: "binary" }).filter((one) => one !== "__proto__");

  test("keys, texts, lists and numbers are read as they were written", () => {
    const value = fc.record({
      key: anyText,
      text: anyText,
      list: fc.array(anyText),
      number: fc.double({ noNaN: true, noDefaultInfinity: true }),
    });
    fc.assert(
      fc.property(value, ({ key, text, list, number }) => {
        const written = `[${tomlKey(key)}]\ntext = ${tomlText(text)}\nlist = ${tomlTexts(list)}\nnumber = ${tomlNumber(number)}`;
        const read = parse(written)[key] as Record<string, unknown>;
        expect(read).toMatchObject({ text, list });
        expect(Number(read.number)).toBeCloseTo(number, 10);
      }),
      { numRuns: 300 },
    );
  });

  test("a comment stays on one line for any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(parse(tomlComment(text))).toEqual({});
      }),
      { numRuns: 300 },
    );
  });
});

describe("a draft", () => {
  test("of numbers has round limits", () => {
    const { ranges, types } = draftOf(inspection([number("age"), number("gain", { min: 0, max: 99_999 })]), undefined);
    expect(ranges.age?.value).toEqual([17, 90]);
    expect(ranges.gain?.value).toEqual([0, 100_000]);
    expect(types).toMatchObject({ age: { value: "integer" }, gain: { value: "integer" } });
  });

  test("limits contain all observed values, for any range", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        if (!Number.isFinite(min) || !Number.isFinite(max)) return;
        const [low, high] =
          draftOf(inspection([number("x", { type: "number", min, max })]), undefined).ranges.x?.value ?? [];
        expect(low).toBeLessThanOrEqual(min);
        expect(high).toBeGreaterThanOrEqual(max);
      }),
    );
  });

  test.each([
    ["all values are known", text("k", ["a", "b"]), ["a", "b"]],
    ["one value alone says nothing", text("k", ["a"]), undefined],
    ["not all were seen", text("k", ["a", "b"], { distinct: 3 }), undefined],
    ["a value may have been cut", text("k", ["a", "b".repeat(60)]), undefined],
  ])("values: %s", (_, column, values) => {
    expect(draftOf(inspection([column]), undefined).values.k?.value).toEqual(values);
  });

  test("keys are unique, and are no columns of the leakage rule", () => {
    const files = [
      { file: "train.csv", rows: 1000 },
      { file: "test.csv", rows: 1000 },
    ];
    const columns = [number("id", { distinct: 2000 }), text("k", ["a", "b"])];
    const { unique, ranges, leakage } = draftOf(inspection(columns, { files }), undefined);
    expect(unique).toEqual(["id"]);
    expect(ranges).toEqual({});
    expect(leakage?.value).toEqual({ train: ["train.csv"], evaluation: ["test.csv"], columns: ["k"], maxShare: 0 });
  });

  test.each([
    [["x", "Label"], undefined, "Label"],
    [["x", "income"], "income", "income"],
    [["x"], undefined, undefined],
  ])("the label of %j, when %s is configured", (names, configured, label) => {
    const columns = names.map((name) => text(name, ["a", "b"]));
    expect(draftOf(inspection(columns), configured).label?.value).toBe(label);
  });

  test("gives columns with missing values a limit for those only", () => {
    const { required, maxNulls } = draftOf(inspection([number("a", { nulls: 100 }), number("b")]), undefined);
    expect(required.value).toEqual(["b"]);
    expect(maxNulls).toEqual({ a: { value: 0.06, comment: "5 % are empty" } });
  });
});

describe("a rule that the data breaks", () => {
  const columns = [number("age"), text("k", ["a", "b"]), text("label", ["yes", "no"])];
  const files = [
    { file: "train.csv", rows: 1000 },
    { file: "test.csv", rows: 1000 },
  ];
  const draft = draftOf(inspection(columns, { files }), undefined);

  test("is left out", () => {
    const examples = [{ file: "a", row: 1, values: { age: "nan" } }];
    const rules = ["data.ranges.age", "data.values.k", "data.types.k", "data.label"];
    const less = corrected(draft, [...rules.map((rule) => finding(rule)), finding("data.required", { examples })]);
    expect(less.ranges).toEqual({});
    expect(Object.keys(less.values)).toEqual(["label"]);
    expect(Object.keys(less.types)).toEqual(["age", "label"]);
    expect(less.required.value).toEqual(["k", "label"]);
    expect(less.label).toBeUndefined();
  });

  test("is widened to the measured value", () => {
    const wider = corrected(draft, [
      finding("data.max-duplicates", { share: 0.1 }),
      finding("data.min-class-ratio", { value: 0.05 }),
      finding("data.leakage", { value: 0.01 }),
    ]);
    expect(wider.maxDuplicates.value).toBe(0.12);
    expect(wider.minClassRatio?.value).toBe(0.04);
    expect(wider.leakage?.value.maxShare).toBe(0.012);
  });
});

test("a written draft is a valid configuration for any column names", () => {
  const name = fc.string({ unit: "binary", minLength: 1 }).filter((one) => one !== "__proto__");
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), (names) => {
      const columns = names.map((one, index) => (index % 2 === 0 ? number(one) : text(one, [one, `${one}x`])));
      const config = configOf(writeDraft(draftOf(inspection(columns), names[0]), {}, "data")).data;
      expect(config.label).toBe(names[0]);
      expect(config.required).toEqual(names);
      expect(Object.keys(config.types ?? {}).sort()).toEqual([...names].sort());
    }),
  );
});
