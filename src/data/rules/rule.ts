import type { z } from "zod";
import type { Column } from "../../tables/columns.ts";
import { FILE_COLUMN, identifier, literal } from "../../tables/sql.ts";
import type { DeclaredType, SqlView } from "../../tables/sql-view.ts";
import type { AvailableColumns, RuleReason, ValueFault } from "./reasons.ts";

/** What rules may know of the configuration beside their own settings. */
export interface RuleContext {
  readonly view: SqlView;
  /** The files that are checked. */
  readonly files: readonly string[];
  /** The files of the data that match one of the rule's own `patterns`. */
  readonly matching: (pattern: string) => readonly string[];
  /** The table that these files are together, checked or not. */
  readonly table: (files: readonly string[]) => ReferencedTable;
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

export interface ReferencedTable {
  readonly columns: readonly Column[];
  /** A SELECT of its rows. */
  readonly rows: string;
}

/** What was counted for one check, by the names that it gave. */
export type Measured = Readonly<Record<string, unknown>>;

export interface Finder {
  /** A predicate that is true of rows that break the rule. */
  readonly broken: string;
  /** Statements that only finding needs. */
  readonly setup?: (from: string) => readonly string[];
}

/** What is counted in a pass of its own, where the first one leaves it open. */
export interface FollowUpPass {
  /** Aggregates over the rows of the view, by name; 0 where there is no need of them. */
  readonly measures: Readonly<Record<string, string>>;
  /** Whether it is needed: a predicate over "rows" and over what the check itself counted, by the names that this gives. */
  readonly needed: (measure: (name: string) => string) => string;
}

/** One thing that is counted in the pass over all rows, and what the count means. */
export interface RuleCheck {
  /** The key in the configuration that asks for it: `data.ranges.age`. */
  readonly rule: string;
  /** The columns whose values are shown of rows that break it. */
  readonly columns: readonly string[];
  /** Aggregates over the rows of the view, by name. */
  readonly measures: Readonly<Record<string, string>>;
  readonly followUp?: FollowUpPass;
  /** What is wrong by what was counted; nothing where the rule is kept. */
  judge(measured: Measured, rows: number): RuleReason | undefined;
  /** Statements that come before, whether rows are counted or found; `from` are the rows of the view. */
  readonly setup?: (from: string) => readonly string[];
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
  checks(settings: z.output<Settings>, context: RuleContext): RuleCheck[];
}

export const defineRule = <Key extends string, Settings extends z.ZodType>(
  rule: Rule<Key, Settings>,
): Rule<Key, Settings> => rule;

export interface RowCheck {
  readonly rule: string;
  readonly columns: readonly string[];
  /** A predicate that is true of rows that break the rule. */
  readonly broken: string;
  /** What is wrong with the values of such rows. */
  readonly fault: ValueFault;
  /** The share of rows that may break it; none when absent. */
  readonly allowed?: number;
}

/** A check of each row by itself. */
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

/** What is known to hold before anything is counted. */
export const heldCheck = (rule: string): RuleCheck => ({ rule, columns: [], measures: {}, judge: () => undefined });

/** What is known to be broken before anything is counted. */
export const brokenCheck = (rule: string, reason: RuleReason): RuleCheck => ({
  rule,
  columns: [],
  measures: {},
  judge: () => reason,
});

/** The checks of a rule about one column, or that it is not there. */
export function withColumn(
  name: string,
  rule: string,
  { view }: RuleContext,
  checks: (column: Column) => RuleCheck[],
): RuleCheck[] {
  const column = view.column(name);
  return column === undefined ? [noColumn(rule, name, view)] : checks(column);
}

/** A rule about a column that no file has. */
export const noColumn = (rule: string, column: string, { columns }: Pick<SqlView, "columns">): RuleCheck =>
  brokenCheck(rule, { code: "no-column", column, ...availableColumns(columns) });

/** How many columns a reason names. */
const MAX_NAMED_COLUMNS = 30;

export const availableColumns = (columns: readonly Column[]): AvailableColumns => ({
  there: columns.slice(0, MAX_NAMED_COLUMNS).map(({ name }) => name),
  others: Math.max(0, columns.length - MAX_NAMED_COLUMNS),
});

/** Whether so many are a greater share than may be. 29 of 100 are not more than 0.29, but more than 100 × 0.29 as it is computed. */
export const exceeds = (count: number, rows: number, most: number): boolean => count > 0 && count / rows > most;

/** A predicate that is true of rows of these files. DuckDB names a file by `./` whose path it took for a pattern. */
export const inFiles = (files: readonly string[]): string =>
  `${identifier(FILE_COLUMN)} IN (${files.flatMap((file) => [literal(file), literal(`./${file}`)]).join(", ")})`;
