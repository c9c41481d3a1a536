/** Evaluated rows, answered by the served candidate. */
export type ServedRows = ComparedRows | { readonly uncompared: string };

export interface ComparedRows {
  readonly rows: number;
  /** Rows that the server answered as the evaluation did. */
  readonly agreed: number;
  /** Rows that it did not answer. */
  readonly unanswered: number;
  /** The first rows that it answered otherwise. */
  readonly examples: readonly ServedDifference[];
  /** The same rows, several a request; absent where fewer than two were answered. */
  readonly batched?: BatchedRows;
  /** What the server calls each answer of the evaluation, where it has names of its own. */
  readonly names?: Readonly<Record<string, string>>;
  /** Whether these names only fit the answers, and nothing says that they are the names. */
  readonly guessed?: boolean;
  /** What it answered in place of the classes, where it did so all the time, or had none of their names. */
  readonly instead?: OtherAnswers;
  /** Where all answers are objects in which nothing is called a prediction: their keys, and the one whose values are those evaluated. */
  readonly fields?: AnswerFields;
}

export interface AnswerFields {
  readonly keys: readonly string[];
  readonly agreeing?: string;
}

/** Answers that are not those of the evaluation. */
export interface OtherAnswers {
  /** The different answers, and the classes of the evaluation. */
  readonly served: readonly string[];
  readonly classes: readonly string[];
  /** The answer for each class, where it is always the same one. */
  readonly names?: Readonly<Record<string, string>>;
}

export interface BatchedRows {
  readonly rows: number;
  /** Rows that were answered in a batch as alone. */
  readonly agreed: number;
  /** Rows of a batch, at most. */
  readonly size: number;
  /** The first difference. */
  readonly example?: string;
}

export interface ServedDifference {
  /** As JSON, cut. */
  readonly instance: string;
  readonly evaluated: string;
  readonly served: string;
}
