/* What `countScript` writes. `at` is the place of a column in the plan. */

/** Counts of each value, or of each bin by the mean of its values; ascending. */
export interface NumberCells {
  readonly column: number;
  readonly values: readonly number[] | null;
  readonly reference: readonly number[] | null;
  readonly current: readonly number[] | null;
}

/** Counts of each category, the most frequent first; all that are beyond a thousand have the name null. */
export interface CategoryCells extends Omit<NumberCells, "values"> {
  readonly values: readonly (string | null)[] | null;
}

export interface WordCount {
  readonly word: string;
  readonly reference: number;
  readonly current: number;
}

export interface WordCounts {
  readonly column: number;
  /** Texts of each side. */
  readonly reference: number;
  readonly current: number;
  /** In how many texts each of the reference's most frequent words is. */
  readonly words: readonly WordCount[] | null;
  /** Texts of one half of the reference, and how many have a word that the other half lacks; current texts that have one. */
  readonly otherHalf: number;
  readonly unseenInOtherHalf: number;
  readonly unseenInCurrent: number;
}

export interface Counts {
  readonly numbers: readonly NumberCells[];
  readonly categories: readonly CategoryCells[];
  readonly lengths: readonly NumberCells[];
  readonly words: readonly WordCounts[];
  /** Rows of each side, and how many have a value in each column of the plan. */
  readonly rows: { readonly reference: number; readonly current: number };
  readonly present: { readonly reference: readonly number[]; readonly current: readonly number[] };
}
