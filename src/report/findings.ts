import type { Check, Outcome } from "../checks/check.ts";
import { findings } from "../checks/findings.ts";
import { sentence } from "../checks/sentence.ts";
import type { GateResult } from "../gates/result.ts";

/** The findings of a gate; its message where it checked nothing. */
export const findingsOf = ({ status, message, checks }: GateResult): readonly string[] =>
  checks.length === 0 ? [message] : findings(status, checks);

/** A line of a gate's table. */
export interface CheckLine {
  readonly text: string;
  /** Absent when the line is not about one check, or its check has no limit. */
  readonly outcome?: Outcome;
}

/** Lines in a table for checks that did not keep their limits, and for those that did. */
const MAX_BROKEN = 50;
const MAX_KEPT = 12;

/**
 * One line for each check, those that kept their limits last. A gate with many checks that were all kept has a line for
 * each finding.
 */
export function checkLines(gate: GateResult): readonly CheckLine[] {
  const { status, checks } = gate;
  const kept = checks.filter(({ outcome }) => outcome === "kept");
  if (checks.length === 0 || (kept.length === checks.length && kept.length > MAX_KEPT)) {
    return findingsOf(gate).map((text) => ({ text }));
  }
  const others = checks.filter(({ outcome }) => outcome !== "kept");
  const line = (check: Check): CheckLine => ({
    text: sentence(check, status),
    ...(check.outcome === "kept" && check.limit === undefined ? {} : { outcome: check.outcome }),
  });
  return [
    ...others.slice(0, MAX_BROKEN).map(line),
    ...more(others.length - MAX_BROKEN, "more"),
    ...kept.slice(0, MAX_KEPT).map(line),
    ...more(kept.length - MAX_KEPT, "more that kept their limits"),
  ];
}

const more = (count: number, what: string): CheckLine[] =>
  count > 0 ? [{ text: `and ${count} ${what}, in report.json` }] : [];
