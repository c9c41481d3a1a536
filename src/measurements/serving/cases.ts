/** The project's failure-mode cases, answered by the served candidate. */
export interface CaseResults {
  readonly cases: readonly CaseResult[];
}

export interface CaseResult {
  /** The file's name without its ending: `minorities` of tests/failure_modes/minorities.jsonl. */
  readonly kind: string;
  /** The case's own name, or `line 3`. */
  readonly name: string;
  readonly held: boolean;
  /** As JSON, for display; long values are cut. */
  readonly instance: string;
  readonly expected: string;
  readonly given: string;
}
