import { counted } from "../text.ts";
import type { Check } from "./check.ts";
import { decisiveChecks, type GateStatus, groupCount, nearestToLimit } from "./decide.ts";
import type { Frame } from "./phrase.ts";
import { framed, frameOf, phraseOf, phraseOfCode, sentence, textOf } from "./sentence.ts";

/** A gate's message: what decided, and what is told in any case. */
export const messageOf = (status: GateStatus, checks: readonly Check[]): string => findings(status, checks).join("; ");

/**
 * What a gate found, each finding by itself: the checks that decided its status, and those that are told in any case. Of
 * many groups that all kept their limits there is just the nearest.
 */
export function findings(status: GateStatus, checks: readonly Check[]): string[] {
  const decisive = new Set(decisiveChecks(checks));
  const summarized = status === "passed" && groupCount(checks) > 0;
  const told = checks.filter((check) => (decisive.has(check) && !summarized) || phraseOf(check)?.always === true);
  return [...(summarized ? nearest(checks) : []), ...joined(told, status)];
}

function nearest(checks: readonly Check[]): string[] {
  const one = nearestToLimit(checks.filter(({ group }) => group !== undefined));
  return [
    counted(groupCount(checks), "group"),
    ...(one === undefined ? [] : [`nearest to its limit: ${sentence(one, "passed")}`]),
  ];
}

/** Neighbours in the same frame are one finding, and what is told of just the first few is counted from there. */
function joined(checks: readonly Check[], status: GateStatus): string[] {
  const found: { readonly frame: Frame; readonly texts: string[] }[] = [];
  const told = new Map<string, number>();
  for (const check of checks) {
    const code = check.reason?.code ?? "";
    told.set(code, (told.get(code) ?? 0) + 1);
    if ((told.get(code) ?? 0) > (phraseOf(check)?.most ?? Infinity)) continue;
    const frame = frameOf(check);
    const last = found.at(-1);
    const shared = check.group === undefined && frame.before !== "";
    if (last !== undefined && shared && sameFrame(last.frame, frame)) last.texts.push(textOf(check, status));
    else found.push({ frame, texts: [textOf(check, status)] });
  }
  const cut = [...told].map(([code, count]) => count - (phraseOfCode(code)?.most ?? Infinity));
  return [
    ...found.map(({ frame, texts }) => framed(frame, texts.join(", "))),
    ...cut.filter((more) => more > 0).map((more) => `and ${more} more in the report`),
  ];
}

const sameFrame = (one: Frame, other: Frame): boolean => one.before === other.before && one.after === other.after;
