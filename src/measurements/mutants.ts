import type { Task } from "./predictions/results.ts";
import type { AnswerCount } from "./predictions/summary.ts";
import type { Sabotage } from "./serving/sabotage.ts";

/** A model that a gate must refuse, made from the project's own: see `self-test.ts`. */
export interface Mutant {
  /** Says what is wrong with the model: "answers shuffled among the rows". */
  readonly name: string;
  /** A SELECT that gives the rows of a predictions file with other answers. */
  readonly predictions?: (file: MutableFile) => string;
  /** Whether it shows only where all rows of the data, or known ones, were evaluated. */
  readonly ofKnownRows?: true;
  /** Whether no answers could be better: a limit that even this model keeps is one that no model of these data breaks. */
  readonly isBest?: true;
  /** Replaces the claims in metrics.json. */
  readonly claims?: (claims: Readonly<Record<string, number>>) => Readonly<Record<string, number>>;
  /** Damages the served model. */
  readonly serving?: Sabotage;
}

/** A predictions file as mutants see it. */
export interface MutableFile {
  /** The table expression that reads it. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly task: Task;
  /** The columns of quantiles of numbers. */
  readonly quantiles: readonly string[];
  /** Where rows are ranked within groups: the column of these, and of two classes the one that is relevant. */
  readonly ranked?: { readonly group: string; readonly positive?: string | undefined } | undefined;
  /** The different answers, and how the file writes them. */
  readonly answers: readonly AnswerCount[];
}
