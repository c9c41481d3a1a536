import type { Task } from "./predictions/results.ts";
import type { Sabotage } from "./serving/sabotage.ts";

/** A model that a gate must refuse, made from the project's own: see `self-test.ts`. */
export interface Mutant {
  /** What is wrong with it, for a person: "answers shuffled among the rows". */
  readonly name: string;
  /** A SELECT that gives the rows of a predictions file with other answers. */
  readonly predictions?: (file: MutableFile) => string;
  /** Other metrics than the predictions give. */
  readonly claims?: (claims: Readonly<Record<string, number>>) => Readonly<Record<string, number>>;
  /** What is done to the served model. */
  readonly serving?: Sabotage;
}

/** A predictions file as mutants see it. */
export interface MutableFile {
  /** The table expression that reads it. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly task: Task;
}
