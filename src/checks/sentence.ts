import { lookup } from "../lookup.ts";
import type { Check } from "./check.ts";
import type { GateStatus } from "./decide.ts";
import { groupName, spaced, valueAndLimit } from "./format.ts";
import type { Frame, Phrase } from "./phrase.ts";
import { PHRASES, type Reason } from "./reason.ts";

/** One check as a sentence, without a full stop. */
export function sentence(check: Check, status: GateStatus): string {
  return framed(frameOf(check), textOf(check, status));
}

/** A text with what stands around it. */
export const framed = ({ before, after }: Frame, text: string): string =>
  `${before === "" ? "" : `${before}: `}${text}${after}`;

/** A group stands before what is said of it, and so do columns whose groups are compared. */
export function frameOf(check: Check): Frame {
  const frame = check.reason === undefined ? undefined : phraseOf(check)?.frame?.(check.reason);
  return frame ?? { before: check.group === undefined ? "" : groupName(check.group), after: "" };
}

export function textOf(check: Check, status: GateStatus): string {
  const phrase = phraseOf(check);
  if (check.reason === undefined || phrase === undefined) return plainText(check);
  const text = phrase.text(check, check.reason);
  return phrase.undecidable === true && status !== "skipped" ? `cannot be decided: ${text}` : text;
}

/** Of a check without a reason, and of one whose reason a later version wrote. */
const plainText = (check: Check): string =>
  check.value === undefined ? `${spaced(check.what)} is ${check.outcome}` : `${check.what} ${valueAndLimit(check)}`;

export const phraseOf = ({ reason }: Check): Phrase<Reason> | undefined =>
  reason === undefined ? undefined : phraseOfCode(reason.code);

/** The phrase of a code takes reasons of just that code, which the compiler cannot follow through a look-up. */
export const phraseOfCode = (code: string): Phrase<Reason> | undefined =>
  lookup(PHRASES as Readonly<Record<string, Phrase<never>>>, code) as Phrase<Reason> | undefined;
