import { counted } from "../text.ts";
import type { Check } from "./check.ts";
import { decidingCheck, groupCount } from "./decide.ts";
import { formatValue, groupName, limitWithUnit, spaced } from "./format.ts";
import type { DecidingNumber } from "./phrase.ts";
import { framed, frameOf, phraseOf } from "./sentence.ts";

/** The number that kept a gate from passing, for a headline; undefined when no number did. */
export function decidingNumber(checks: readonly Check[]): DecidingNumber | undefined {
  const check = decidingCheck(checks);
  if (check?.value === undefined) return undefined;
  const number = numberOf(check);
  if (check.group === undefined) return number;
  const broken = groupCount(checks.filter(({ outcome }) => outcome === "broken"));
  return { ...number, against: [...number.against, `${broken} of ${counted(groupCount(checks), "group")} beyond`] };
}

function numberOf(check: Check): DecidingNumber {
  const { what, group, unit, limit, baseline, reason } = check;
  const special = reason === undefined ? undefined : phraseOf(check)?.deciding?.(check, reason);
  if (special !== undefined) return special;
  const { before } = frameOf(check);
  const name =
    group === undefined ? framed({ before, after: "" }, spaced(what)) : `${spaced(what)} of ${groupName(group)}`;
  return {
    figure: formatValue(check),
    name,
    against: [
      ...(limit === undefined ? [] : [limitWithUnit(limit, unit)]),
      ...(baseline === undefined ? [] : [`baseline ${formatValue({ value: baseline, unit })}`]),
    ],
  };
}
