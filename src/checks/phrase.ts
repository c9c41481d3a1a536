import type { Check } from "./check.ts";

/** The number that a headline shows for a gate that did not pass. */
export interface DecidingNumber {
  /** The formatted number: `0.8731`, `94 %`. */
  readonly figure: string;
  /** What the number measures: `accuracy`. */
  readonly name: string;
  /** What the number is compared with: `at least 0.85`, `baseline 0.8702`. */
  readonly against: readonly string[];
}

/** The wording of checks with one reason code. */
export interface Phrase<R> {
  /** The finding, without its group and without a full stop. */
  readonly text: (check: Check, reason: R) => string;
  /** Text around the finding. Neighbours share an equal frame: `sex: A (at least 1), B (at most 2) (of 3 groups)`. */
  readonly frame?: (reason: R) => Frame;
  /** Replaces the headline's number, which is otherwise the value of `what` against its limit. */
  readonly deciding?: (check: Check, reason: R) => DecidingNumber;
  /** Nothing could be judged: unless the gate is skipped, the finding starts with "cannot be decided". */
  readonly undecidable?: true;
  /** The first lines of a report say it, even of a run that passed. */
  readonly headline?: true;
  /** Shown even when other checks decided the status. */
  readonly always?: true;
  /** A message shows at most this many; the report has all. */
  readonly max?: number;
}

export interface Frame {
  readonly before: string;
  readonly after: string;
}

/** One phrase for each code: a code without a phrase does not compile. */
export type Phrases<R extends { readonly code: string }> = {
  readonly [Code in R["code"]]: Phrase<Extract<R, { readonly code: Code }>>;
};
