/* The results of `countScript`. `column` is the index of a column in the plan. */

/** Counts per value, or per bin with the mean of its values, in ascending order. */
export interface NumberCells {
  readonly column: number;
  readonly values: readonly number[] | null;
  readonly reference: readonly number[] | null;
  readonly current: readonly number[] | null;
}

/** Counts per category, the most frequent first. Those after the first thousand are one category with the name null. */
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
  /** The number of texts on each side. */
  readonly reference: number;
  readonly current: number;
  /** The number of texts that contain each of the reference's most frequent words. */
  readonly words: readonly WordCount[] | null;
  /**
   * The vocabulary is that of one half of the reference: the number of texts in the other half, how many of those have a word
   * that is not in it, and how many current texts have one.
   */
  readonly otherHalf: number;
  readonly unseenInOtherHalf: number;
  readonly unseenInCurrent: number;
}

export interface Counts {
  readonly numbers: readonly NumberCells[];
  readonly categories: readonly CategoryCells[];
  readonly lengths: readonly NumberCells[];
  readonly words: readonly WordCounts[];
  /** The number of rows on each side, and of values in each column of the plan. */
  readonly rows: { readonly reference: number; readonly current: number };
  readonly present: { readonly reference: readonly number[]; readonly current: readonly number[] };
}
