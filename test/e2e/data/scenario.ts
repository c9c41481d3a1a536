import type { Files } from "./files.ts";

/** What `validate-data` lets through, and what it refuses. */
export interface DataScenario {
  readonly name: string;
  /** The project's `[tool.ml-pipeline.data]`. */
  readonly config: string;
  /** Data that keeps every rule. */
  readonly sound: Files;
  /** The configuration of the flawed data, where the flaw is in it. */
  readonly flawedConfig?: string;
  /** The files that are put in place of the sound ones, or beside them. */
  readonly flawed: Files;
  /** Everything that is found in them, to the letter and in this order; nothing else may be. */
  readonly says: readonly string[];
}
