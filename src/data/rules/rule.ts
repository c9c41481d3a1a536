import type { z } from "zod";
import type { Column } from "../../tables/columns.ts";
import type { NumberForm } from "../../tables/number-form.ts";
import { FILE_COLUMN, identifier, literal } from "../../tables/sql.ts";
import type { DeclaredType, SqlView } from "../../tables/sql-view.ts";
import type { AvailableColumns, RuleReason, ValueFault } from "./reasons.ts";

/** What rules get beside their own settings. */
export interface RuleContext {
  readonly view: SqlView;
  /** The checked files. */
  readonly files: readonly string[];
  /** The files of the data that match one of the rule's own `patterns`. */
  readonly matching: (pattern: string) => readonly string[];
  /** The table that consists of these files, checked or not. */
  readonly table: (files: readonly string[]) => ReferencedTable;
  readonly label?: string | undefined;
  /** Columns in which every row must have a value: the required ones and the label. */
  readonly mandatory: readonly string[];
  /** Texts that stand for a missing value. */
  readonly missing: readonly string[];
  /** How numbers are written in CSV files, where settings say so. */
  readonly numbers?: NumberForm | undefined;
  /** Groups of columns in which no two rows may have the same values. */
  readonly unique: readonly (readonly string[])[];
  readonly task?: "classification" | "regression" | undefined;
  readonly types: Readonly<Record<string, DeclaredType>>;
  /** The first values of a column, as text, to guess what only all of them would show. */
  readonly sampleOf: (column: string) => readonly string[];
}

export interface ReferencedTable {
  readonly columns: readonly Column[];
  /** A SELECT of all rows. */
  readonly rows: string;
}

/** The values of one check's measures, by their names. */
export type Measured = Readonly<Record<string, unknown>>;

/** The view as a table expression, with the columns that some SQL reads. */
export type ViewRows = (reading: string) => string;

/** The number of a row in reading order, which is the order of the files, in the predicate of a `Finder`. */
export const POSITION = identifier("ml_pipeline_position");

export interface Finder {
  /** A predicate that is true for rows that break the rule. */
  readonly broken: string;
  /** Statements that must run first. */
  readonly setup?: (from: ViewRows) => readonly string[];
}

/** Measures that are computed in a separate pass, if the first one shows that they are needed. */
export interface FollowUpPass {
  /** Aggregates over the rows of the view, by name; 0 if the pass is not needed. */
  readonly measures: Readonly<Record<string, string>>;
  /** A predicate over "rows" and the check's measures; `measure` gives the SQL name of a measure. */
  readonly needed: (measure: (name: string) => string) => string;
}

/** What is measured in the pass over all rows, and how the result is judged. */
export interface RuleCheck {
  /** The configuration key of the rule: `data.ranges.age`. */
  readonly rule: string;
  /** The columns whose values are shown for rows that break it. */
  readonly columns: readonly string[];
  /** Aggregates over the rows of the view, by name. */
  readonly measures: Readonly<Record<string, string>>;
  readonly followUp?: FollowUpPass;
  /** What is wrong by the measured values; undefined if the rule holds. */
  judge(measured: Measured, rows: number): RuleReason | undefined;
  /** Statements that must run before any query of this check. */
  readonly setup?: (from: ViewRows) => readonly string[];
  /** How to find rows that break it; absent for a check about the data as a whole. */
  readonly find?: Finder;
}

/** A rule on data, with its key in `[tool.ml-pipeline.data]`. Each rule has its own file; `list.ts` orders them. */
export interface Rule<Key extends string = string, Settings extends z.ZodType = z.ZodType> {
  readonly key: Key;
  readonly settings: Settings;
  /** The glob patterns that the rule needs matched. */
  patterns?(settings: z.output<Settings>): readonly string[];
  /** The checks of the rule. It never throws: a rule about a column that does not exist gives a broken check. */
  checks(settings: z.output<Settings>, context: RuleContext): RuleCheck[];
}

export const defineRule = <Key extends string, Settings extends z.ZodType>(
  rule: Rule<Key, Settings>,
): Rule<Key, Settings> => rule;

export interface RowCheck {
  readonly rule: string;
  readonly columns: readonly string[];
  /** A predicate that is true for rows that break the rule. */
  readonly broken: string;
  /** What is wrong with the values of such rows. */
  readonly fault: ValueFault;
  /** The share of rows that may break it; none when absent. */
  readonly allowed?: number;
}

/** A check that each row passes or breaks on its own. */
export const rowCheck = ({ rule, columns, broken, fault, allowed = 0 }: RowCheck): RuleCheck => ({
  rule,
  columns,
  measures: { broken: `count_if(${broken})` },
  judge: (measured, rows) => {
    const count = Number(measured.broken);
    if (!exceeds(count, rows, allowed)) return undefined;
    return { ...fault, columns, rows: count, of: rows, ...(allowed === 0 ? {} : { allowed }) };
  },
  find: { broken },
});

/** A check that is known to hold before the data is read. */
export const heldCheck = (rule: string): RuleCheck => ({ rule, columns: [], measures: {}, judge: () => undefined });

/** A check that is known to be broken before the data is read. */
export const brokenCheck = (rule: string, reason: RuleReason): RuleCheck => ({
  rule,
  columns: [],
  measures: {},
  judge: () => reason,
});

/** The checks of a rule about one column; a broken check if the column does not exist. */
export function withColumn(
  name: string,
  rule: string,
  { view }: RuleContext,
  checks: (column: Column) => RuleCheck[],
): RuleCheck[] {
  const column = view.column(name);
  return column === undefined ? [noColumn(rule, name, view)] : checks(column);
}

/** The broken check of a rule about a column that does not exist. */
export const noColumn = (rule: string, column: string, { columns }: Pick<SqlView, "columns">): RuleCheck =>
  brokenCheck(rule, { code: "no-column", column, ...availableColumns(columns) });

/** The largest number of columns that a reason names. */
const MAX_NAMED_COLUMNS = 30;

export const availableColumns = (columns: readonly Column[]): AvailableColumns => ({
  there: columns.slice(0, MAX_NAMED_COLUMNS).map(({ name }) => name),
  others: Math.max(0, columns.length - MAX_NAMED_COLUMNS),
});

/** Whether a share of rows exceeds a limit. It compares shares, since 100 × 0.29 is less than 29 in floating point. */
export const exceeds = (count: number, rows: number, most: number): boolean => count > 0 && count / rows > most;

/** A predicate that is true for rows of these files. DuckDB puts `./` before a path that it expanded as a glob pattern. */
export const inFiles = (files: readonly string[]): string =>
  `${identifier(FILE_COLUMN)} IN (${files.flatMap((file) => [literal(file), literal(`./${file}`)]).join(", ")})`;
