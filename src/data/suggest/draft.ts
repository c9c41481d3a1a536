import { counted, grouped, percent } from "../../text.ts";
import type { Finding } from "../findings.ts";
import type { Inspection } from "../inspect.ts";
import type { ColumnProfile } from "../profile.ts";

/** The suggested value of one key, and a comment for its line. */
export interface Suggestion<Value> {
  readonly value: Value;
  /** What was observed in the data; may be empty. */
  readonly comment: string;
}

type ByColumn<Value> = Readonly<Record<string, Suggestion<Value>>>;

/** A suggested `data` table before it is written as TOML. */
export interface Draft {
  readonly label?: Suggestion<string>;
  readonly required: Suggestion<readonly string[]>;
  readonly unique: readonly string[];
  readonly minRows: Suggestion<number>;
  readonly finite?: Suggestion<boolean>;
  readonly maxDuplicates: Suggestion<number>;
  readonly minClassRatio?: Suggestion<number>;
  readonly types: ByColumn<"integer" | "number" | "boolean" | "date" | "timestamp" | "text">;
  readonly values: ByColumn<readonly string[]>;
  readonly ranges: ByColumn<readonly [number, number]>;
  readonly maxNulls: ByColumn<number>;
  readonly text: ByColumn<{ readonly min: number; readonly max: number; readonly median: number }>;
  readonly leakage?: Suggestion<{
    readonly train: readonly string[];
    readonly evaluation: readonly string[];
    /** The columns that make two rows the same; all of them when absent. */
    readonly columns?: readonly string[];
    readonly maxShare: number;
  }>;
}

/** Usual names of label columns. */
const LABELS = ["label", "target", "class", "outcome", "y"];
const MAX_VALUES = 20;
/** The profile cuts values at 60 characters, so a longer one may be incomplete. */
const MAX_VALUE_LENGTH = 59;
/** Texts with a smaller median length are taken for names. */
const MIN_PROSE_LENGTH = 30;

/** @param label the configured label, if there is one */
export function draftOf({ rows, files, columns, profiledRows }: Inspection, label: string | undefined): Draft {
  const guessed = label ?? columns.find(({ name }) => LABELS.includes(name.toLowerCase()))?.name;
  const full = columns.filter(({ nulls }) => nulls === 0).map(({ name }) => name);
  const prose = columns.filter((column) => isProse(column, profiledRows));
  const splits = splitsOf(files.map(({ file }) => file));
  const unique = columns.filter((column) => isKey(column, profiledRows)).map(({ name }) => name);
  const others = columns.map(({ name }) => name).filter((name) => !unique.includes(name));
  return {
    ...(guessed === undefined
      ? {}
      : { label: { value: guessed, comment: label === undefined ? "by its name; is it what is predicted?" : "" } }),
    required: { value: full, comment: `no row lacks ${full.length === columns.length ? "any" : "these"}` },
    unique,
    minRows:
      rows >= 1000 ? { value: 1000, comment: counted(rows, "row") } : { value: rows, comment: "all that there are" },
    maxDuplicates: { value: 0.01, comment: "" },
    types: byColumn(columns, (column) => typeOf(column)),
    values: byColumn(columns, (column) => valuesOf(column, prose)),
    ranges: byColumn(columns, (column) => (unique.includes(column.name) ? undefined : rangeOf(column))),
    maxNulls: byColumn(columns, ({ nulls }) => nullsOf(nulls, rows)),
    text: byColumn(prose, (column) => lengthsOf(column)),
    ...(splits === undefined
      ? {}
      : {
          leakage: {
            // Leave out keys: with one of them no two rows would be equal.
            value: {
              ...splits,
              ...(unique.length === 0 || others.length === 0 ? {} : { columns: others }),
              maxShare: 0,
            },
            comment: "no row of one is in the other",
          },
        }),
  };
}

function byColumn<Value>(
  columns: readonly ColumnProfile[],
  suggest: (column: ColumnProfile) => Suggestion<Value> | undefined,
): ByColumn<Value> {
  return Object.fromEntries(
    columns.flatMap((column) => {
      const suggestion = suggest(column);
      return suggestion === undefined ? [] : [[column.name, suggestion] as const];
    }),
  );
}

/** Whether a column holds long texts that rarely repeat. */
const isProse = ({ type, distinct, quantiles }: ColumnProfile, rows: number): boolean =>
  type === "text" && (quantiles?.[2] ?? 0) >= MIN_PROSE_LENGTH && distinct > rows / 2;

const isKey = ({ name, type, nulls, distinct }: ColumnProfile, rows: number): boolean =>
  nulls === 0 &&
  distinct === rows &&
  rows > 1 &&
  type !== "number" &&
  /(^|[_\s-])(id|key|uuid|guid)$|[a-z]Id$|^ID$/.test(name);

function typeOf({
  type,
  distinct,
}: ColumnProfile): Suggestion<NonNullable<Draft["types"][string]>["value"]> | undefined {
  if (type === "other" || distinct === 0) return undefined;
  return { value: type, comment: "" };
}

function valuesOf(
  { name, type, distinct, top }: ColumnProfile,
  prose: readonly ColumnProfile[],
): Suggestion<readonly string[]> | undefined {
  if (type !== "text" || top === undefined || distinct > MAX_VALUES || top.length < distinct) return undefined;
  if (prose.some((column) => column.name === name) || distinct < 2) return undefined;
  if (top.some(({ value }) => value.length > MAX_VALUE_LENGTH)) return undefined;
  return { value: top.map(({ value }) => value), comment: "the most frequent first" };
}

function rangeOf({ type, min, max, quantiles }: ColumnProfile): Suggestion<readonly [number, number]> | undefined {
  if ((type !== "integer" && type !== "number") || min === undefined || max === undefined) return undefined;
  const median = quantiles?.[2];
  const comment = `${short(min)} to ${short(max)}${median === undefined ? "" : `, median ${short(median)}`}`;
  return { value: [roundOut(min, -1, max - min), roundOut(max, 1, max - min)], comment };
}

/** Numbers of up to four digits have no thousands separator, because they may be years. */
const short = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15
    ? Math.abs(value) < 10_000
      ? String(value)
      : grouped(value)
    : String(Number(value.toPrecision(4)));

/** Rounds a limit outwards to two digits of the range's width, so that it looks like a limit. */
function roundOut(value: number, direction: 1 | -1, width: number): number {
  if (width === 0 || !Number.isFinite(width)) return value;
  const step = 10 ** (Math.floor(Math.log10(width)) - 1);
  // Near the smallest floating-point numbers the step underflows to 0.
  if (step === 0) return value;
  const rounded = direction === 1 ? Math.ceil(value / step) * step : Math.floor(value / step) * step;
  const tidy = Number(rounded.toPrecision(12));
  return direction === 1 ? Math.max(tidy, value) : Math.min(tidy, value);
}

function nullsOf(nulls: number, rows: number): Suggestion<number> | undefined {
  if (nulls === 0 || rows === 0 || nulls === rows) return undefined;
  return { value: limitAbove(nulls / rows), comment: `${percent(nulls / rows)} are empty` };
}

/** A limit of 1.2 times the observed share. */
const limitAbove = (share: number): number => Math.min(1, Number((Math.ceil(share * 1.2 * 1000) / 1000).toFixed(3)));

function lengthsOf({ min, max, quantiles }: ColumnProfile): Draft["text"][string] | undefined {
  const median = quantiles?.[2];
  if (min === undefined || max === undefined || median === undefined) return undefined;
  return {
    value: { min: Math.floor(min / 2), max: Math.ceil(max * 2), median: Math.floor(median / 2) },
    comment: `${grouped(min)} to ${grouped(max)} letters, median ${grouped(median)}`,
  };
}

/** The training and evaluation files of a split, recognized by their names. */
function splitsOf(files: readonly string[]): { train: string[]; evaluation: string[] } | undefined {
  const of = (words: RegExp): string[] => files.filter((file) => words.test(file));
  const train = of(/(^|[/_.-])train(ing)?([/_.-]|$)/i);
  const evaluation = of(/(^|[/_.-])(test|eval(uation)?|valid(ation)?|holdout)([/_.-]|$)/i);
  return train.length > 0 && evaluation.length > 0 && !train.some((file) => evaluation.includes(file))
    ? { train, evaluation }
    : undefined;
}

/** The draft without broken rules: limits are widened to the measured values, other rules are left out. */
export function corrected(draft: Draft, findings: readonly Finding[]): Draft {
  return findings.reduce(correct, draft);
}

function correct(draft: Draft, { rule, message, share, value, examples }: Finding): Draft {
  const [, key = "", column = ""] = /^data\.([\w-]+)(?:\.([\s\S]*))?$/.exec(rule) ?? [];
  switch (key) {
    case "required": {
      const broken = Object.keys(examples[0]?.values ?? {});
      const value = draft.required.value.filter((name) => broken.length > 0 && !broken.includes(name));
      return { ...draft, required: { ...draft.required, value } };
    }
    case "label": {
      const { label: _label, ...others } = draft;
      return others;
    }
    case "finite":
      return { ...draft, finite: { value: false, comment: message } };
    case "unique":
      return { ...draft, unique: [] };
    case "min-class-ratio":
      return {
        ...draft,
        minClassRatio: {
          value: Math.floor((value ?? 0) * 0.8 * 1000) / 1000,
          comment: `${Number((value ?? 0).toPrecision(2))} now`,
        },
      };
    case "max-duplicates":
      return {
        ...draft,
        maxDuplicates: { value: limitAbove(share ?? 1), comment: `${percent(share ?? 1)} now: are they meant?` },
      };
    case "leakage": {
      const { leakage, ...others } = draft;
      if (leakage === undefined || value === undefined) return others;
      const comment = `${percent(value)} of the evaluation data are in the training data: are they meant?`;
      return { ...draft, leakage: { value: { ...leakage.value, maxShare: limitAbove(value) }, comment } };
    }
    case "types":
      return { ...draft, types: withoutColumn(draft.types, column) };
    case "values":
      return { ...draft, values: withoutColumn(draft.values, column) };
    case "ranges":
      return { ...draft, ranges: withoutColumn(draft.ranges, column) };
    case "max-nulls":
      return { ...draft, maxNulls: withoutColumn(draft.maxNulls, column) };
    case "text":
      return {
        ...draft,
        text: withoutColumn(draft.text, column.replace(/\.(min-length|max-length|min-median-length)$/, "")),
      };
    default:
      return draft;
  }
}

const withoutColumn = <Value>(columns: ByColumn<Value>, name: string): ByColumn<Value> =>
  Object.fromEntries(Object.entries(columns).filter(([column]) => column !== name));
