import type { ColumnKind } from "../../tables/columns.ts";
import type { DeclaredType } from "../../tables/sql-view.ts";

/*
 * What can be wrong with data, as codes with parameters. Rules return these; `words.ts` makes the messages.
 */

/** A rule that the data breaks. */
export type RuleReason =
  | ValueReason
  | RowsReason
  | ColumnReason
  | TableReason
  | LabelReason
  | LimitReason
  | PredicateReason;

/** The number of rows that break a rule. */
interface BrokenRows {
  readonly rows: number;
  /** The number of rows that the rule is about. */
  readonly of: number;
}

/** Rows with an invalid value. */
export type ValueReason = ValueFault &
  BrokenRows & {
    readonly columns: readonly string[];
    /** The share of rows that may have such a value; none when absent. */
    readonly allowed?: number;
  };

export type ValueFault =
  | { readonly code: "empty" }
  | { readonly code: "not-finite" }
  | { readonly code: "other-type"; readonly type: DeclaredType }
  /** A value that does not have the type which was guessed from the first rows. */
  | { readonly code: "mistaken-kind"; readonly kind: ColumnKind }
  | { readonly code: "unlisted-value"; readonly values: readonly (string | number | boolean)[] }
  | { readonly code: "out-of-range"; readonly low: number; readonly high: number }
  /** In characters. */
  | { readonly code: "too-short"; readonly least: number }
  | { readonly code: "too-long"; readonly most: number }
  | { readonly code: "unknown-reference"; readonly file: string; readonly column: string }
  | { readonly code: "predicate-false"; readonly name: string; readonly sql: string };

/** Of a limit that the project does not set: what holds then is a guess, and no promise of anybody's. */
export const GUESSED = { guessed: true } as const;

/** Rows that equal others; `most` is the share that may. */
export type RowsReason =
  | ({ readonly code: "repeated-key"; readonly columns: readonly string[] } & BrokenRows)
  | ({ readonly code: "duplicate-rows"; readonly most: number; readonly guessed?: true } & BrokenRows)
  /** Rows of the evaluation data; `value` is their share. */
  | ({ readonly code: "leaked-rows"; readonly most: number; readonly value: number } & BrokenRows);

/** The columns that a table has. */
export interface AvailableColumns {
  /** The first columns. */
  readonly there: readonly string[];
  /** The number of further columns. */
  readonly others: number;
}

export type ColumnReason =
  | ({ readonly code: "no-column"; readonly column: string } & AvailableColumns)
  | ({ readonly code: "no-mandatory-column"; readonly column: string } & AvailableColumns)
  | { readonly code: "no-mandatory-column-in-file"; readonly column: string; readonly file: string }
  /** For the table that a reference points to. */
  | ({ readonly code: "no-referenced-column"; readonly column: string; readonly file: string } & AvailableColumns);

export type TableReason =
  | { readonly code: "no-referenced-table"; readonly file: string }
  | { readonly code: "no-matching-table"; readonly patterns: readonly string[] }
  | { readonly code: "file-of-both-splits"; readonly file: string }
  | { readonly code: "unchecked-file"; readonly file: string };

export type LabelReason =
  | { readonly code: "no-label" }
  | { readonly code: "too-many-classes"; readonly column: string }
  | { readonly code: "one-class"; readonly column: string; readonly name: string; readonly value: 0 }
  | {
      readonly code: "class-ratio";
      readonly value: number;
      readonly least: number;
      readonly rarest: ClassCount;
      readonly commonest: ClassCount;
      /** The label, where all of its values are whole numbers that nobody said to be classes. */
      readonly guessedFrom?: string;
    };

export interface ClassCount {
  readonly name: string;
  readonly rows: number;
}

/** A value of the data as a whole that is too small. */
export type LimitReason =
  | {
      readonly code: "too-few-rows";
      readonly value: number;
      readonly least: number;
      readonly files: number;
      readonly guessed?: true;
    }
  | { readonly code: "short-median"; readonly column: string; readonly value: number; readonly least: number };

export type PredicateReason =
  | {
      readonly code: "no-predicate";
      readonly name: string;
      readonly sql: string;
      /** DuckDB's type of its result, which is not BOOLEAN. */
      readonly type: string;
    }
  /** Dates that a predicate compares, and whose order is not that of their texts; `form` is that of `strptime`. */
  | { readonly code: "dates-as-text"; readonly name: string; readonly column: string; readonly form: string };
