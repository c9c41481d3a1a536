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

/** A text within its frame. */
export const framed = ({ before, after }: Frame, text: string): string =>
  `${before === "" ? "" : `${before}: `}${text}${after}`;

/** The text around a check: by default its group stands before it. */
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

/** For a check without a reason, or with a reason code of a later version. */
const plainText = (check: Check): string =>
  check.value === undefined ? `${spaced(check.what)} is ${check.outcome}` : `${check.what} ${valueAndLimit(check)}`;

export const phraseOf = ({ reason }: Check): Phrase<Reason> | undefined =>
  reason === undefined ? undefined : phraseOfCode(reason.code);

/** The compiler cannot connect a looked-up phrase with the reasons of its code, so the types are cast. */
export const phraseOfCode = (code: string): Phrase<Reason> | undefined =>
  lookup(PHRASES as Readonly<Record<string, Phrase<never>>>, code) as Phrase<Reason> | undefined;
