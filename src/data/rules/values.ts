import { z } from "zod";
import { byName, cell } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import type { Column } from "../../tables/columns.ts";
import { type NumberForm, rewritten } from "../../tables/number-form.ts";
import { literal } from "../../tables/sql.ts";
import type { SqlView } from "../../tables/sql-view.ts";
import { defineRule, rowCheck, withColumn } from "./rule.ts";

type Cell = z.output<typeof cell>;

/**
 * The allowed values of a column; missing values are allowed. Texts are compared exactly, numbers and truth values by
 * value: `1`, `"1"` and `1.0` are one, and so is `"1,0"` where `decimal` is a comma; `true` is `True` or 1.
 */
export const valuesRule = defineRule({
  key: "values",
  settings: byName(stricter("fewer", z.array(cell).min(1))).optional(),
  checks: (settings = {}, context) =>
    Object.entries(settings).flatMap(([name, values]) =>
      withColumn(name, `data.values.${name}`, context, (column) => {
        const { view, numbers } = context;
        const allowed = allowedOf(view, column, values, numbers);
        const broken = `(${view.raw(column)} IS NOT NULL AND NOT (${allowed}))`;
        return [
          rowCheck({ rule: `data.values.${name}`, columns: [name], broken, fault: { code: "unlisted-value", values } }),
        ];
      }),
    ),
});

function allowedOf(view: SqlView, column: Column, values: readonly Cell[], form: NumberForm | undefined): string {
  const texts = values.filter((value) => typeof value === "string");
  const numbers = values.filter((value) => typeof value === "number");
  const truths = truthsOf(values);
  // A number is listed as the file has it, where settings say that it is written so.
  const inFile = texts.map((text) => (form === undefined ? text : (rewritten(text, form) ?? text)));
  const written = [...inFile.filter(isPlainNumber), ...truths.map((truth) => String(Number(truth)))];
  const [text, number] = [view.text(column), view.number(column)];
  // list_contains is many times as fast as IN in DuckDB.
  const tests = [
    ...(texts.length === 0 ? [] : [`list_contains([${texts.map(literal).join(", ")}], ${text})`]),
    ...(numbers.length === 0 ? [] : [`list_contains([${doubles(numbers)}], ${number})`]),
    // The zeros in front of a code are part of it: 01 is not 1.
    ...(written.length === 0
      ? []
      : [`(list_contains([${doubles(written)}], ${number}) AND NOT regexp_matches(${text}, '^[+-]?0[0-9]'))`]),
    ...(truths.length === 0 ? [] : [`list_contains([${truths.map((one) => `'${one}'`).join(", ")}], lower(${text}))`]),
  ];
  // A test is null for a value that is no number, which may still be an allowed text.
  return tests.map((test) => `coalesce(${test}, false)`).join(" OR ");
}

const doubles = (numbers: readonly (number | string)[]): string => numbers.map((one) => `${one}::DOUBLE`).join(", ");

/** A text that a file with numbers may hold as the number, and not a code with zeros in front or too many digits. */
const isPlainNumber = (text: string): boolean => /^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/.test(text);

/** The truth values that are allowed: those that are named, and 1 and 0 where nothing else is. */
function truthsOf(values: readonly Cell[]): boolean[] {
  const named = values.flatMap((value) => TRUTHS.get(String(value).toLowerCase()) ?? []);
  const binary = values.every((value) => ["0", "1"].includes(String(value)));
  return [...new Set(binary ? values.map((value) => String(value) === "1") : named)];
}

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false],
]);
