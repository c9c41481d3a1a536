import type { Check, Outcome } from "../checks/check.ts";
import { findings } from "../checks/findings.ts";
import { sentence } from "../checks/sentence.ts";
import type { GateResult } from "../gates/result.ts";

/** What a gate found, each finding by itself. A report of an earlier version has just the message: it is one finding. */
export const findingsOf = ({ status, message, checks }: GateResult): readonly string[] =>
  checks.length === 0 ? [message] : findings(status, checks);

/** A line of a gate's table. */
export interface CheckLine {
  readonly text: string;
  /** Absent where it is about no single check, or about one that has no limit to keep. */
  readonly outcome?: Outcome;
}

/** Checks that did not keep their limits, and checks that did, in a table. */
const MAX_BROKEN = 50;
const MAX_KEPT = 12;

/** One line for each check, those that decided first. Of a gate with many that all kept their limits there are its findings. */
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
