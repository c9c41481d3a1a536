import type { z } from "zod";
import type { Column } from "../../tables/columns.ts";
import { FILE_COLUMN, identifier, literal } from "../../tables/sql.ts";
import type { DeclaredType, View } from "../../tables/view.ts";
import { counted, grouped } from "../../text.ts";

/** What rules may know of the configuration beside their own settings. */
export interface RuleContext {
  readonly view: View;
  /** The files that are checked. */
  readonly files: readonly string[];
  /** The files of the data that match one of the rule's own `patterns`. */
  readonly matching: (pattern: string) => readonly string[];
  /** The table that these files are together, checked or not. */
  readonly table: (files: readonly string[]) => OtherTable;
  readonly label?: string | undefined;
  /** Columns that every row must have: those that are required, and the label. */
  readonly mandatory: readonly string[];
  /** Groups of columns of which no two rows are to have the same values. */
  readonly unique: readonly (readonly string[])[];
  readonly task?: "classification" | "regression" | undefined;
  readonly types: Readonly<Record<string, DeclaredType>>;
  /** The first rows of a column, as text: for what cannot be known before everything is read. */
  readonly sampleOf: (column: string) => readonly string[];
}

export interface OtherTable {
  readonly columns: readonly Column[];
  /** A SELECT of its rows. */
  readonly rows: string;
}

/** What was counted for one check, by the names that it gave. */
export type Measured = Readonly<Record<string, unknown>>;

/** A rule that the data breaks. */
export interface Broken {
  /** What is wrong, with the number and the limit. */
  readonly message: string;
  /** How many rows break it; absent where it is about the data as a whole. */
  readonly rows?: number;
  /** What is held against the limit, where that is not the number of rows: a share, a ratio, a length. */
  readonly value?: number;
}

export interface Finder {
  /** A predicate that is true of rows that break the rule. */
  readonly broken: string;
  /** Statements that only finding needs. */
  readonly before?: (from: string) => readonly string[];
}

/** What is counted in a pass of its own, where the first one leaves it open. */
export interface FurtherPass {
  /** Aggregates over the rows of the view, by name; 0 where there is no need of them. */
  readonly measures: Readonly<Record<string, string>>;
  /** Whether it is needed: a predicate over "rows" and over what the check itself counted, by the names that this gives. */
  readonly needed: (measure: (name: string) => string) => string;
}

/** One thing that is counted in the pass over all rows, and what the count means. */
export interface Check {
  /** The key in the configuration that asks for it: `data.ranges.age`. */
  readonly rule: string;
  /** The columns whose values are shown of rows that break it. */
  readonly columns: readonly string[];
  /** Aggregates over the rows of the view, by name. */
  readonly measures: Readonly<Record<string, string>>;
  readonly further?: FurtherPass;
  judge(measured: Measured, rows: number): Broken | undefined;
  /** Statements that come before, whether rows are counted or found; `from` are the rows of the view. */
  readonly before?: (from: string) => readonly string[];
  /** How rows that break it are found afterwards; absent where no row does by itself. */
  readonly find?: Finder;
}

/**
 * A rule on data: one file each; `list.ts` orders them. It brings its key in `[tool.ml-pipeline.data]`.
 */
export interface Rule<Key extends string = string, Settings extends z.ZodType = z.ZodType> {
  readonly key: Key;
  readonly settings: Settings;
  /** Glob patterns of files that it wants to know of. */
  patterns?(settings: z.output<Settings>): readonly string[];
  /** What must be counted; never throws. A rule about a column that is not there is a broken one. */
  checks(settings: z.output<Settings>, context: RuleContext): Check[];
}

export const defineRule = <Key extends string, Settings extends z.ZodType>(
  rule: Rule<Key, Settings>,
): Rule<Key, Settings> => rule;

export interface RowCheck {
  readonly rule: string;
  readonly columns: readonly string[];
  /** A predicate that is true of rows that break the rule. */
  readonly broken: string;
  /** What is said of such rows: `is outside 0 to 120`. */
  readonly says: string;
  /** Of whom it is said; the columns when absent. */
  readonly subject?: string;
  /** The share of rows that may break it; none when absent. */
  readonly allowed?: number;
}

/** A check of each row by itself. */
export const rowCheck = ({ rule, columns, broken, says, subject, allowed = 0 }: RowCheck): Check => ({
  rule,
  columns,
  measures: { broken: `count_if(${broken})` },
  judge: (measured, rows) => {
    const count = Number(measured.broken);
    if (!isAbove(count, rows, allowed)) return undefined;
    const limit = allowed === 0 ? "" : `, at most ${limitPercent(allowed)} may`;
    return {
      message: `${subject ?? columns.map(quoted).join(" and ")} ${says} in ${shareOf(count, rows, allowed)}${limit}`,
      rows: count,
    };
  },
  find: { broken },
});

/** What is known to hold before anything is counted. */
export const heldCheck = (rule: string): Check => ({ rule, columns: [], measures: {}, judge: () => undefined });

/** What is known to be broken before anything is counted. */
export const brokenCheck = (rule: string, message: string): Check => ({
  rule,
  columns: [],
  measures: {},
  judge: () => ({ message }),
});

/** The checks of a rule about one column, or that it is not there. */
export function withColumn(
  name: string,
  rule: string,
  { view }: RuleContext,
  checks: (column: Column) => Check[],
): Check[] {
  const column = view.column(name);
  return column === undefined
    ? [brokenCheck(rule, `there is no column ${quoted(name)} (${columnList(view)})`)]
    : checks(column);
}

const SHOWN_COLUMNS = 30;

export function columnList({ columns }: Pick<View, "columns">): string {
  const names = columns.slice(0, SHOWN_COLUMNS).map(({ name }) => quoted(name));
  return `there are ${names.join(", ")}${columns.length > SHOWN_COLUMNS ? ", …" : ""}`;
}

export const quoted = (name: string): string => `"${name}"`;

/** Whether so many are a greater share than may be. 29 of 100 are not more than 0.29, but more than 100 × 0.29 as it is computed. */
export const isAbove = (count: number, rows: number, most: number): boolean => count > 0 && count / rows > most;

/** `3 of 1,200 rows (0.25 %)`. */
export const shareOf = (count: number, rows: number, above?: number): string =>
  `${grouped(count)} of ${counted(rows, "row")} (${percentOf(count / rows, above)})`;

const MOST_DIGITS = 15;

/** As it is configured: 12.5 %, not 13 %. */
export const limitPercent = (share: number): string => `${percentNumber(share)} %`;

const percentNumber = (share: number): number => Number((100 * share).toPrecision(MOST_DIGITS));

/**
 * With two digits, or as many more as keep a share that is above a limit from being rounded onto it; never 0 % or 100 % where it
 * is not quite that.
 */
export function percentOf(share: number, above = -1): string {
  const limit = percentNumber(above);
  for (let digits = 2; digits < MOST_DIGITS; digits++) {
    const rounded = Number((100 * share).toPrecision(digits));
    const shown = rounded === 100 && share < 1 ? 99.9 : rounded;
    if (shown > limit) return `${shown} %`;
  }
  return `${100 * share} %`;
}

/** A predicate that is true of rows of these files. DuckDB names a file by `./` whose path it took for a pattern. */
export const inFiles = (files: readonly string[]): string =>
  `${identifier(FILE_COLUMN)} IN (${files.flatMap((file) => [literal(file), literal(`./${file}`)]).join(", ")})`;
