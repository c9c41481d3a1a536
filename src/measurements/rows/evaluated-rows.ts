/** How the rows of the candidate's predictions compare with the rows of the data. */
export type EvaluatedRows = HeldRows | UnheldRows;

/** The predictions are of known rows of the data. */
export interface HeldRows {
  /** What was evaluated: `rows.csv`, or `the 3 tables in test`. */
  readonly table: string;
  /** All rows of it. */
  readonly rows: number;
  readonly predictions: number;
  readonly part: RowPart;
  readonly by: "order" | "id" | "place";
  /** Rows that the evaluation left out, although it went through all others. */
  readonly dropped: number;
  /** Absent where rows were left out without an id, so that no row is known for certain. */
  readonly labels?: LabelComparison;
  /** Rows to ask the served model about. */
  readonly sample: readonly SampledRow[];
}

/** Which rows of a table were evaluated: all, those with a label, those without gaps, the first or last ones, or others. */
export type RowPart = "all" | "labelled" | "complete" | "first" | "last" | "some";

export interface LabelComparison {
  /** The column of the data. */
  readonly column: string;
  readonly compared: number;
  /** Rows whose evaluated label is not that of the data. */
  readonly differing: number;
  /** The most frequent differences. */
  readonly examples: readonly { readonly data: string; readonly evaluated: string; readonly rows: number }[];
  /** What the evaluation calls each label of the data, where it has names of its own. */
  readonly names?: Readonly<Record<string, string>>;
}

/** A row of the data with what the evaluation says about it. */
export interface SampledRow {
  /** The row without its label: as the served model is asked, and as the file writes it. */
  readonly instance: Readonly<Record<string, unknown>>;
  readonly text: Readonly<Record<string, unknown>>;
  readonly prediction: string;
  readonly score?: string;
}

/** It is not known which rows of the data the predictions are of. */
export interface UnheldRows {
  /** The end of a sentence: "the predictions have no ids, and …". */
  readonly unheld: string;
}
