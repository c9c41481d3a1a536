/** Rows that a person should look at; part of `report.json`. Nothing is decided by them. */
export interface DoubtfulRows {
  /** Rows whose label the scores speak against; absent without scores that are probabilities. */
  readonly labels?: LabelErrors;
  /** Rows that are there more than once; absent where the data are no tables, or their columns do not tell rows apart. */
  readonly duplicates?: Duplicates;
}

/**
 * Labels that are likely wrong, by confident learning (C. Northcutt et al., Confident learning: estimating uncertainty in dataset
 * labels, 2021): the score of another class is at least what it is on average in the rows of that class, and is the highest.
 */
export interface LabelErrors {
  readonly rows: number;
  /** Rows whose label is likely wrong. */
  readonly doubtful: number;
  /** What the score of each class is on average in its rows. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** By what the label is and what it likely should be, the most frequent first. */
  readonly kinds: readonly { readonly label: string; readonly likely: string; readonly rows: number }[];
  /** Those with the lowest score of their label. */
  readonly examples: readonly DoubtfulLabel[];
}

export interface DoubtfulLabel {
  /** The id, or the place of the row in the file, from 1. */
  readonly row: string;
  readonly label: string;
  readonly likely: string;
  /** The scores of both. */
  readonly score: number;
  readonly likelyScore: number;
}

/**
 * Rows of the data that are alike in all columns but for the label and ids: texts apart from capitals, spaces and signs, numbers in their
 * first four digits.
 */
export interface Duplicates {
  readonly columns: number;
  readonly rows: number;
  /** Rows that have another one like them. */
  readonly repeated: number;
  /** Of these, rows whose group has several labels. */
  readonly contradicting: number;
  /** Of these, rows whose group is in several files, such as one to train on and one to test with. */
  readonly betweenFiles: number;
  /** Groups between files first, then the largest. */
  readonly examples: readonly DuplicateGroup[];
}

/** Rows that are alike. */
export interface DuplicateGroup {
  /** Files and places in them, from 1: `test.csv 17`. At most four. */
  readonly places: readonly string[];
  readonly rows: number;
  readonly labels: readonly string[];
}
