import { describe, expect, test } from "vitest";
import type { CsvDialect, DescribedFile } from "../../../src/tables/describe.ts";
import {
  formIn,
  type NumberForm,
  numberForm,
  rewritten,
  rewrittenSql,
  withNumbers,
} from "../../../src/tables/number-form.ts";
import { userError } from "../support.ts";

const file = (columns: Readonly<Record<string, readonly (string | null)[]>>): DescribedFile => {
  const names = Object.keys(columns);
  const rows = Math.max(...Object.values(columns).map((values) => values.length));
  return {
    ...{ path: "t.csv", format: "csv", bytes: 1, rows, columns: names.map((name) => ({ name, type: null })) },
    sample: Array.from({ length: rows }, (_, row) => names.map((name) => columns[name]?.[row] ?? null)),
  };
};

const comma: NumberForm = { decimal: ",", thousands: "" };
const german: NumberForm = { decimal: ",", thousands: "." };
const english: NumberForm = { decimal: ".", thousands: "," };

test.each<[string, NumberForm, string | undefined]>([
  ["3,14", comma, "3.14"],
  ["-3,5e-2", comma, "-3.5e-2"],
  ["7", comma, "7"],
  [",5", comma, ".5"],
  [" 1,5 ", comma, " 1.5 "],
  ["3.14", comma, undefined],
  ["1.234,5", comma, undefined],
  ["1.234,5", german, "1234.5"],
  ["1.234.567", german, "1234567"],
  ["1.23", german, undefined],
  ["12345,6", german, "12345.6"],
  ["1,234.5", english, "1234.5"],
  ["3,14", english, undefined],
  ["0,100", english, undefined],
  ["01.234", german, undefined],
  ["100,000", english, "100000"],
  ["1'234.5", { decimal: ".", thousands: "'" }, "1234.5"],
  ["1\u202f234,5", { decimal: ",", thousands: "\u202f" }, "1234.5"],
  ["a", comma, undefined],
  ["", comma, undefined],
  [",", comma, undefined],
])("%s", (text, form, number) => {
  expect(rewritten(text, form)).toBe(number);
});

test("one letter cannot stand for both", () => {
  expect(userError(() => numberForm({ decimal: ",", thousands: "," }))).toContain("data.thousands");
  expect(userError(() => numberForm({ thousands: "." }))).toContain('data.decimal = ","');
  expect(numberForm({})).toBeUndefined();
});

describe("which columns are rewritten", () => {
  const numbersOf = (columns: Parameters<typeof file>[0], dialect: CsvDialect) =>
    withNumbers([file(columns)], dialect).files[0];

  test("those that have nothing else in their first rows", () => {
    const found = numbersOf({ x: ["1,5", null, "NA"], name: ["1,5", "a"] }, { decimal: "," });
    expect(found?.numbers?.columns).toEqual(["x"]);
    expect(found?.sample).toEqual([
      ["1.5", "1,5"],
      [null, "a"],
      ["NA", null],
    ]);
  });

  test("those that are said to be numbers, and none that is said to be text", () => {
    const types = { x: "number", code: "text" } as const;
    expect(numbersOf({ x: ["1,5", "a"], code: ["1,5"] }, { decimal: ",", types })?.numbers?.columns).toEqual(["x"]);
  });

  test("those of files that are read, whatever is in one that is refused", () => {
    const refused = { ...file({ x: ["0.1"] }), path: "refused.csv" };
    const { files, unreadable } = withNumbers([file({ x: ["1,5"] }), refused], { decimal: "," });
    expect(unreadable.map(({ path }) => path)).toEqual(["refused.csv"]);
    expect(files.map(({ path, numbers }) => [path, numbers?.columns])).toEqual([["t.csv", ["x"]]]);
  });

  test("a column with a point is refused, since nobody knows what it means", () => {
    const { files, unreadable } = withNumbers([file({ x: ["1,5"], y: ["1.234"] })], { decimal: "," });
    expect(files).toEqual([]);
    expect(unreadable[0]?.problem).toMatch(/1\.234 in the column "y".*data\.thousands = "\.".*"y" = "text"/);
    expect(withNumbers([file({ y: ["1.234"] })], { decimal: ",", thousands: "." }).unreadable).toEqual([]);
    expect(withNumbers([file({ y: ["1.234"] })], { decimal: ",", types: { y: "text" } }).unreadable).toEqual([]);
  });
});

test.each<[string, Parameters<typeof file>[0], NumberForm | undefined]>([
  ["3,14 has a decimal comma", { x: ["3,14", "2"] }, comma],
  ["1,234 may be either", { x: ["1,234", "2,345"] }, undefined],
  ["1.234 may be either", { x: ["1.234"] }, undefined],
  ["1.234,5 has both", { x: ["1.234,5", "3,1"] }, german],
  ["1,234,567 has thousands", { x: ["1,234,567"] }, english],
  ["columns that contradict each other say nothing", { x: ["3,14"], y: ["1,234.5"] }, undefined],
  ["text says nothing", { x: ["a, b", "3,14 m"] }, undefined],
  ["usual numbers need nothing", { x: ["3.14", "2"] }, undefined],
])("%s", (_, columns, form) => {
  expect(formIn([file(columns)])).toEqual(form);
});

test("a number with a point ends the reading of a column that nobody says has numbers, and is no number in one that is said to", () => {
  const form = { decimal: ",", thousands: "", columns: ["x", "y"], declared: ["y"] } as const;
  expect(rewrittenSql("x", form)).toMatch(
    /THEN error\('It has ' \|\| "x" \|\| ' in the column "x", and data\.decimal says/,
  );
  expect(rewrittenSql("y", form)).toContain(`"y" || ' (with a decimal point)'`);
  expect(rewrittenSql("y", form)).not.toContain("error(");
});
