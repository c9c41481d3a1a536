import { counted } from "../text.ts";
import type { Check } from "./check.ts";
import { decisiveChecks, type GateStatus, groupCount, nearestToLimit } from "./decide.ts";
import type { Frame } from "./phrase.ts";
import { framed, frameOf, phraseOf, phraseOfCode, sentence, textOf } from "./sentence.ts";

/** A gate's message: its findings in one line. */
export const messageOf = (status: GateStatus, checks: readonly Check[]): string => findings(status, checks).join("; ");

/**
 * A gate's findings: the checks that decided its status, and those that are always shown. When many groups all kept their
 * limits, only the nearest one is shown.
 */
export function findings(status: GateStatus, checks: readonly Check[]): string[] {
  const decisive = new Set(decisiveChecks(checks));
  const summarized = status === "passed" && groupCount(checks) > 0;
  const shown = checks.filter((check) => (decisive.has(check) && !summarized) || phraseOf(check)?.always === true);
  return [...(summarized ? nearest(checks) : []), ...joined(shown, status)];
}

function nearest(checks: readonly Check[]): string[] {
  const one = nearestToLimit(checks.filter(({ group }) => group !== undefined));
  return [
    counted(groupCount(checks), "group"),
    ...(one === undefined ? [] : [`nearest to its limit: ${sentence(one, "passed")}`]),
  ];
}

/** Joins neighbours in the same frame into one finding, and counts the checks beyond the maximum of their phrase. */
function joined(checks: readonly Check[], status: GateStatus): string[] {
  const findings: { readonly frame: Frame; readonly texts: string[] }[] = [];
  const counts = new Map<string, number>();
  for (const check of checks) {
    const code = check.reason?.code ?? "";
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    if (count > (phraseOf(check)?.max ?? Infinity)) continue;
    const frame = frameOf(check);
    const last = findings.at(-1);
    const shared = check.group === undefined && frame.before !== "";
    if (last !== undefined && shared && sameFrame(last.frame, frame)) last.texts.push(textOf(check, status));
    else findings.push({ frame, texts: [textOf(check, status)] });
  }
  const hidden = [...counts].map(([code, count]) => count - (phraseOfCode(code)?.max ?? Infinity));
  return [
    ...findings.map(({ frame, texts }) => framed(frame, texts.join(", "))),
    ...hidden.filter((more) => more > 0).map((more) => `and ${more} more in the report`),
  ];
}

const sameFrame = (one: Frame, other: Frame): boolean => one.before === other.before && one.after === other.after;
