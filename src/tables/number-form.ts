import { UserError } from "../errors.ts";
import type { CsvDialect, DescribedFile, UnreadableFile } from "./describe.ts";
import { MISSING, withoutMissing } from "./missing.ts";
import { identifier, literal, numberOf } from "./sql.ts";
import type { DeclaredType } from "./sql-view.ts";

/*
 * Numbers of a CSV that are written otherwise than with a decimal point: 3,14 and 1.234,5. What a column has is decided by its first rows
 * or by data.types, and its numbers are rewritten where the file is read, so that whatever reads a table sees the same ones.
 */

/** How numbers are written. */
export interface NumberForm {
  readonly decimal: Decimal;
  /** What stands between groups of three digits; empty where nothing does. */
  readonly thousands: Thousands | "";
}

export const DECIMALS = [".", ","] as const;
export type Decimal = (typeof DECIMALS)[number];

export const THOUSANDS = [".", ",", " ", "'", "’", "\u00a0", "\u202f"] as const;
export type Thousands = (typeof THOUSANDS)[number];

/** The numbers of a file that are to be rewritten. */
export interface RewrittenNumbers extends NumberForm {
  readonly columns: readonly string[];
  /** Those of them that are said to be numbers; the others are, by their first rows. */
  readonly declared: readonly string[];
}

/**
 * The form of numbers that settings name; undefined for that which is read without them.
 *
 * @throws UserError when a letter stands for both
 */
export function numberForm(dialect: CsvDialect): NumberForm | undefined {
  const { decimal, thousands }: NumberForm = {
    decimal: dialect.decimal ?? ".",
    thousands: dialect.thousands ?? "",
  };
  if (decimal === thousands) {
    throw new UserError(
      `data.thousands and the decimal point are both "${decimal}": ${decimal === "." ? 'say data.decimal = "," with it' : "say another one of them"}.`,
      "configuration",
    );
  }
  return decimal === "." && thousands === "" ? undefined : { decimal, thousands };
}

const quoted = (letter: string): string => letter.replace(/[.]/, "[.]");

/**
 * Matches a whole number of this form, in JavaScript and in DuckDB. Groups have three digits, and the first of several begins with no zero:
 * 12.5 is no 125, 0,100 no hundred, and 01.234 a name.
 */
function pattern({ decimal, thousands }: NumberForm): string {
  const plain = "[0-9]+";
  const whole = thousands === "" ? plain : `(?:[1-9][0-9]{0,2}(?:${quoted(thousands)}[0-9]{3})+|${plain})`;
  const point = quoted(decimal);
  return `[ \\t]*[+-]?(?:${whole}(?:${point}[0-9]*)?|${point}[0-9]+)(?:[eE][+-]?[0-9]+)?[ \\t]*`;
}

/** A text with the number that it is in the form of all others; undefined for what is no number of this form. */
export function rewritten(text: string, form: NumberForm): string | undefined {
  if (!new RegExp(`^${pattern(form)}$`).test(text)) return undefined;
  const whole = form.thousands === "" ? text : text.replaceAll(form.thousands, "");
  return whole.replace(form.decimal, ".");
}

/** A number with a decimal comma, or with commas between its thousands. */
const WITH_COMMAS = /^\s*[+-]?\d+([.,\s]\d+)*,\d+(\.\d+)?\s*$/;

/** Whether a text is a number to who reads it, and none where numbers have a decimal point: spreadsheets write so in many languages. */
export const hasCommas = (text: string): boolean => WITH_COMMAS.test(text);

/** What is added to a number with a point where commas are expected, since nobody knows whether 1.234 is large: it is no number then. */
const OTHER = " (with a decimal point)";

/**
 * A column of text with its numbers in the form of all others. Where nobody said that it has numbers, no rule would find one with a point:
 * then reading it fails.
 */
export function rewrittenSql(name: string, form: RewrittenNumbers): string {
  const text = identifier(name);
  const whole = form.thousands === "" ? text : `replace(${text}, ${literal(form.thousands)}, '')`;
  const number = form.decimal === "." ? whole : `replace(${whole}, ${literal(form.decimal)}, '.')`;
  const shown = form.declared.includes(name)
    ? `${text} || ${literal(OTHER)}`
    : `error(${literal("It has ")} || ${text} || ${literal(doubt(name, form))})`;
  const other =
    form.decimal === "." ? "" : ` WHEN contains(${text}, '.') AND ${numberOf(text)} IS NOT NULL THEN ${shown}`;
  return `CASE WHEN regexp_full_match(${text}, ${literal(pattern(form))}) THEN ${number}${other} ELSE ${text} END`;
}

/** Files with their numbers in the form of all others, and those whose numbers nobody can tell. */
export interface NumberedFiles {
  readonly files: readonly DescribedFile[];
  readonly unreadable: readonly UnreadableFile[];
}

/** Says of files which of their columns have numbers to rewrite, and rewrites those of their first rows. */
export function withNumbers(files: readonly DescribedFile[], dialect: CsvDialect): NumberedFiles {
  const form = numberForm(dialect);
  if (form === undefined) return { files, unreadable: [] };
  const { types = {}, missing = MISSING } = dialect;
  const texts = files.filter(({ format }) => format === "csv");
  const typeOf = (name: string): DeclaredType | undefined => (Object.hasOwn(types, name) ? types[name] : undefined);
  const isNumber = (value: string): boolean => rewritten(value, form) !== undefined;
  const values = (file: DescribedFile, name: string): readonly string[] =>
    withoutMissing(valuesOf(file, name), missing);
  const isOfNumbers = (name: string): boolean => {
    const type = typeOf(name);
    if (type !== undefined) return type === "number" || type === "integer";
    return read.every((file) => values(file, name).every(isNumber));
  };
  const unreadable = texts.flatMap((file): UnreadableFile[] => {
    const doubtful = file.columns
      .filter(({ name }) => typeOf(name) === undefined)
      .map(({ name }) => ({ name, value: doubtfulValue(values(file, name), form) }))
      .find(({ value }) => value !== undefined);
    if (doubtful === undefined) return [];
    const { name, value } = doubtful;
    return [{ path: file.path, problem: `has ${value}${doubt(name, form)}` }];
  });
  const refused = new Set(unreadable.map(({ path }) => path));
  // What a file has that is refused says nothing of the others.
  const read = texts.filter(({ path }) => !refused.has(path));
  const names = [...new Set(read.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const columns = names.filter(isOfNumbers);
  const numbers = { ...form, columns, declared: columns.filter((name) => typeOf(name) !== undefined) };
  return {
    files: files
      .filter(({ path }) => !refused.has(path))
      .map((file) => (file.format === "csv" ? inForm(file, numbers) : file)),
    unreadable,
  };
}

/** A number that has a point where commas are expected, in a column that has numbers alone. */
function doubtfulValue(values: readonly string[], form: NumberForm): string | undefined {
  const isNumber = (value: string): boolean => rewritten(value, form) !== undefined;
  const isOther = (value: string): boolean => !isNumber(value) && rewritten(value, USUAL) !== undefined;
  return values.every((value) => isNumber(value) || isOther(value)) ? values.find(isOther) : undefined;
}

const USUAL: NumberForm = { decimal: ".", thousands: "" };

const doubt = (name: string, { thousands }: NumberForm): string =>
  ` in the column "${name}", and data.decimal says that a comma is the decimal point: ${
    thousands === "" ? 'where points stand between thousands, say data.thousands = "."; ' : ""
  }where this is text, data.types with "${name}" = "text"`;

function inForm(file: DescribedFile, numbers: RewrittenNumbers): DescribedFile {
  const isRewritten = file.columns.map(({ name }) => numbers.columns.includes(name));
  const sample = file.sample.map((row) =>
    row.map((value, index) =>
      value !== null && isRewritten[index] === true ? (rewritten(value, numbers) ?? value) : value,
    ),
  );
  return { ...file, sample, numbers };
}

/** The values that a file's first rows have in a column. */
function valuesOf(file: DescribedFile, name: string): string[] {
  const index = file.columns.findIndex((column) => column.name === name);
  return file.sample.flatMap((row) => row[index] ?? []);
}

/**
 * The form that the numbers of CSV files have, if it is not the usual one: 3,14 says it, and 1,234 says nothing, which may be either.
 * Undefined where nothing says it, or where columns contradict each other.
 */
export function formIn(files: readonly DescribedFile[]): NumberForm | undefined {
  const columns = files
    .filter(({ format }) => format === "csv")
    .flatMap((file) => file.columns.map(({ name }) => withoutMissing(valuesOf(file, name))))
    .filter((values) => values.length > 0);
  const told = FORMS.map((form) => ({
    form,
    columns: columns.filter(
      (values) =>
        values.every((value) => rewritten(value, form) !== undefined) && values.some((value) => says(value, form)),
    ).length,
  })).filter((one) => one.columns > 0);
  if (new Set(told.map(({ form }) => form.decimal)).size > 1) return undefined;
  // Of two that fit as many columns, the first is the plainer one: the other one's thousands are in no number.
  return told.toSorted((a, b) => b.columns - a.columns)[0]?.form;
}

/** Forms that are proposed; the plainest of a decimal first. */
const FORMS: readonly NumberForm[] = [
  { decimal: ",", thousands: "" },
  { decimal: ",", thousands: "." },
  { decimal: ",", thousands: " " },
  { decimal: ",", thousands: "\u00a0" },
  { decimal: ",", thousands: "\u202f" },
  { decimal: ".", thousands: "," },
  { decimal: ".", thousands: "'" },
];

/** Whether a number can have no other form: its last group has not three digits, or it has both letters, or thousands twice. */
function says(text: string, { decimal, thousands }: NumberForm): boolean {
  const plain = text.trim();
  const [, fraction] = plain.split(decimal);
  // One point with whatever after it is the usual form.
  const isTold = decimal === "," && fraction !== undefined && !/^\d{3}$/.test(fraction);
  if (thousands === "") return isTold;
  const groups = plain.split(thousands).length - 1;
  return isTold || groups > 1 || (groups === 1 && (fraction !== undefined || !/[.,]/.test(thousands)));
}
