import type { DeclaredType } from "../../tables/sql-view.ts";
import { counted, grouped, shortBeyond } from "../../text.ts";
import type { AvailableColumns, RuleReason, ValueFault, ValueReason } from "./reasons.ts";

/* The messages of all findings in data. */

/** The message of a reason, with the number and the limit. */
export function reasonText(reason: RuleReason): string {
  switch (reason.code) {
    case "repeated-key": {
      const verb = reason.columns.length === 1 ? "repeats" : "repeat";
      return `${quotedAll(reason.columns)} ${verb} an earlier row's in ${shareOf(reason.rows, reason.of)}`;
    }
    case "duplicate-rows":
      return `${shareOf(reason.rows, reason.of, reason.most)} are the same as an earlier one, at most ${limitPercent(reason.most)} may be${guess(reason, () => `max-duplicates = ${shareAbove(reason.rows / reason.of)}`)}`;
    case "leaked-rows":
      return `${shareOf(reason.rows, reason.of, reason.most)} of the evaluation data are in the training data, at most ${limitPercent(reason.most)} may be`;
    case "no-column":
      return `there is no column ${quoted(reason.column)} (${columnList(reason)})`;
    case "no-mandatory-column":
      return `mandatory column ${quoted(reason.column)} is missing; ${columnList(reason)}`;
    case "no-mandatory-column-in-file":
      return `${reason.file}: mandatory column ${quoted(reason.column)} is missing`;
    case "no-referenced-column":
      return `${reason.file} has no column ${quoted(reason.column)} (${columnList(reason)})`;
    case "no-referenced-table":
      return `there is no table ${reason.file} in the data`;
    case "no-matching-table":
      return `no table matches ${reason.patterns.join(", ")}`;
    case "file-of-both-splits":
      return `${reason.file} is among the files of both train and evaluation`;
    case "unchecked-file":
      return `${reason.file} is none of the files that are checked (data.files)`;
    case "no-label":
      return "there is no data.label, of which classes could be counted";
    case "too-many-classes":
      return `${quoted(reason.column)} has too many different values for classes, and data.min-class-ratio is configured`;
    case "one-class":
      return `${quoted(reason.column)} has one class alone: ${JSON.stringify(reason.name)}`;
    case "class-ratio": {
      const { value, least, rarest, commonest, guessedFrom } = reason;
      const guessed =
        guessedFrom === undefined
          ? ""
          : `; evaluation.task = "regression" takes the whole numbers of ${quoted(guessedFrom)} for quantities`;
      const ratio = shortBeyond(value, (shown) => shown < least);
      return `class ratio ${ratio} (at least ${least}): ${counted(rarest.rows, "row")} of ${JSON.stringify(rarest.name)}, ${grouped(commonest.rows)} of ${JSON.stringify(commonest.name)}${guessed}`;
    }
    case "too-few-rows":
      return `${counted(reason.value, "row")} in ${counted(reason.files, "file")}, at least ${grouped(reason.least)} are needed${guess(reason, () => `min-rows = ${reason.value}`)}`;
    case "short-median":
      return `the median length of ${quoted(reason.column)} is ${grouped(reason.value)} (at least ${grouped(reason.least)})`;
    case "no-predicate":
      return `${reason.name} (${reason.sql}) is no predicate: it gives ${reason.type}, and not true or false`;
    case "dates-as-text":
      return `${reason.name} compares the dates of ${quoted(reason.column)} as text, whose order is another one: write them as YYYY-MM-DD, or compare strptime(${quoted(reason.column)}, '${reason.form}')`;
    default:
      return valueText(reason);
  }
}

function valueText(reason: ValueReason): string {
  const { columns, rows, of, allowed = 0 } = reason;
  const subject = reason.code === "predicate-false" ? reason.name : quotedAll(columns);
  const limit = allowed === 0 ? "" : `, at most ${limitPercent(allowed)} may`;
  return `${subject} ${faultText(reason)} in ${shareOf(rows, of, allowed)}${limit}`;
}

function faultText(fault: ValueFault): string {
  switch (fault.code) {
    case "empty":
      return "is empty";
    case "not-finite":
      return "is NaN or infinite";
    case "other-type":
      return `is not ${WITH_ARTICLE[fault.type]}`;
    case "mistaken-kind":
      return `is taken for a ${fault.kind} by a rule, and is none (data.types can say what it is)`;
    case "unlisted-value":
      return `is none of ${listed(fault.values)}`;
    case "out-of-range":
      return `is outside ${fault.low} to ${fault.high}`;
    case "too-short":
      return `is shorter than ${counted(fault.least, "letter")}`;
    case "too-long":
      return `is longer than ${counted(fault.most, "letter")}`;
    case "unknown-reference":
      return `is not in ${quoted(fault.column)} of ${fault.file}`;
    case "predicate-false":
      return `(${fault.sql}) is broken`;
  }
}

const WITH_ARTICLE: Readonly<Record<DeclaredType, string>> = {
  integer: "an integer",
  number: "a number",
  text: "text",
  boolean: "true or false",
  date: "a date (YYYY-MM-DD)",
  timestamp: "a timestamp (ISO 8601)",
};

const quoted = (name: string): string => `"${name}"`;
const quotedAll = (names: readonly string[]): string => names.map(quoted).join(" and ");

const columnList = ({ there, others }: AvailableColumns): string =>
  `there are ${there.map(quoted).join(", ")}${others > 0 ? ", …" : ""}`;

const MAX_VALUES = 10;

const listed = (values: readonly (string | number | boolean)[]): string =>
  values
    .slice(0, MAX_VALUES)
    .map((value) => JSON.stringify(value))
    .join(", ") + (values.length > MAX_VALUES ? ", …" : "");

/** Of a limit that nobody set: that it is a guess, and which line sets another one. */
const guess = ({ guessed }: { readonly guessed?: true }, line: () => string): string =>
  guessed === true ? ` (a guess of the pipeline, and ${line()} allows it)` : "";

const THOUSANDTHS = 1000;

/** The least limit of three digits that a share keeps. */
const shareAbove = (share: number): number => Math.min(1, Math.ceil(share * THOUSANDTHS) / THOUSANDTHS);

/** `3 of 1,200 rows (0.25 %)`. */
export const shareOf = (count: number, rows: number, above?: number): string =>
  `${grouped(count)} of ${counted(rows, "row")} (${percentOf(count / rows, above)})`;

const MAX_DIGITS = 15;

/** A limit without rounding: 12.5 %, not 13 %. */
const limitPercent = (share: number): string => `${percentNumber(share)} %`;

const percentNumber = (share: number): number => Number((100 * share).toPrecision(MAX_DIGITS));

/**
 * A percentage with two digits, or more where rounding would move a share that is above a limit onto the limit. Only an
 * exact 0 or 1 gives 0 % or 100 %.
 */
export function percentOf(share: number, above = -1): string {
  const limit = percentNumber(above);
  for (let digits = 2; digits < MAX_DIGITS; digits++) {
    const rounded = Number((100 * share).toPrecision(digits));
    const shown = rounded === 100 && share < 1 ? 99.9 : rounded;
    if (shown > limit) return `${shown} %`;
  }
  return `${100 * share} %`;
}
