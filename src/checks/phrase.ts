import type { Check } from "./check.ts";

/** The one number that a person asks for first, of a gate that did not pass. */
export interface DecidingNumber {
  /** As it is read: `0.8731`, `94 %`. */
  readonly figure: string;
  /** Of what: `accuracy`. */
  readonly name: string;
  /** What it is held against: `at least 0.85`, `baseline 0.8702`. */
  readonly against: readonly string[];
}

/** How a check with one code of reason is put into words. */
export interface Phrase<R> {
  /** One finding, without the group that it is about and without a full stop. */
  readonly text: (check: Check, reason: R) => string;
  /** What stands around the text. Neighbours in the same frame share it: `sex: A (at least 1), B (at most 2) (of 3 groups)`. */
  readonly frame?: (reason: R) => Frame;
  /** Where the number is not just the value of `what` against its limit. */
  readonly deciding?: (check: Check, reason: R) => DecidingNumber;
  /** Nothing could be judged; of a gate that fails for it, "cannot be decided" stands first. */
  readonly undecidable?: true;
  /** Told even where other checks decide. */
  readonly always?: true;
  /** As many are told; the report has all. */
  readonly max?: number;
}

export interface Frame {
  readonly before: string;
  readonly after: string;
}

/** A phrase for each code: the compiler misses one that is not there. */
export type Phrases<R extends { readonly code: string }> = {
  readonly [Code in R["code"]]: Phrase<Extract<R, { readonly code: Code }>>;
};
