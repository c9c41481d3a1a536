import type { ColumnKind } from "../../tables/columns.ts";
import type { DeclaredType } from "../../tables/sql-view.ts";

/*
 * What can be wrong with data, as codes with their parameters. Rules find these; `words.ts` says them to a person.
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

/** How many rows break a rule. */
interface BrokenRows {
  readonly rows: number;
  /** How many rows the rule is about. */
  readonly of: number;
}

/** Rows with a value that is not as it should be. */
export type ValueReason = ValueFault &
  BrokenRows & {
    readonly columns: readonly string[];
    /** The share of rows that may be so; none when absent. */
    readonly allowed?: number;
  };

export type ValueFault =
  | { readonly code: "empty" }
  | { readonly code: "not-finite" }
  | { readonly code: "other-type"; readonly type: DeclaredType }
  /** A column that was taken for numbers or dates by its first rows. */
  | { readonly code: "mistaken-kind"; readonly kind: ColumnKind }
  | { readonly code: "unlisted-value"; readonly values: readonly (string | number | boolean)[] }
  | { readonly code: "out-of-range"; readonly low: number; readonly high: number }
  /** In letters. */
  | { readonly code: "too-short"; readonly least: number }
  | { readonly code: "too-long"; readonly most: number }
  | { readonly code: "unknown-reference"; readonly file: string; readonly column: string }
  | { readonly code: "predicate-false"; readonly name: string; readonly sql: string };

/** Rows that are the same as others; `most` is the share that may be so. */
export type RowsReason =
  | ({ readonly code: "repeated-key"; readonly columns: readonly string[] } & BrokenRows)
  | ({ readonly code: "duplicate-rows"; readonly most: number } & BrokenRows)
  /** Of the evaluation data; `value` is their share. */
  | ({ readonly code: "leaked-rows"; readonly most: number; readonly value: number } & BrokenRows);

/** The columns that a table has. */
export interface AvailableColumns {
  /** The first of them. */
  readonly there: readonly string[];
  /** How many others there are. */
  readonly others: number;
}

export type ColumnReason =
  | ({ readonly code: "no-column"; readonly column: string } & AvailableColumns)
  | ({ readonly code: "no-mandatory-column"; readonly column: string } & AvailableColumns)
  | { readonly code: "no-mandatory-column-in-file"; readonly column: string; readonly file: string }
  /** Of the table that another one refers to. */
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
    };

export interface ClassCount {
  readonly name: string;
  readonly rows: number;
}

/** Something of the data as a whole that is too small: `value` is what was found. */
export type LimitReason =
  | { readonly code: "too-few-rows"; readonly value: number; readonly least: number; readonly files: number }
  | { readonly code: "short-median"; readonly column: string; readonly value: number; readonly least: number };

export interface PredicateReason {
  readonly code: "no-predicate";
  readonly name: string;
  readonly sql: string;
  /** What it gives instead of true or false, as DuckDB names it. */
  readonly type: string;
}
