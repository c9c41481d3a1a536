import type { Check, Outcome } from "./check.ts";
import type { Limit } from "./limit.ts";

/** What a gate comes to. */
export type GateStatus = "passed" | "failed" | "skipped" | "inconclusive";

const SEVERITY: Readonly<Record<Outcome, number>> = { broken: 3, missing: 2, unsure: 1, kept: 0 };

/** The worst outcome decides. No check at all is as bad as a missing one: a gate that has looked at nothing passes nothing. */
export const worstOutcome = (checks: readonly Check[]): Outcome =>
  checks.length === 0
    ? "missing"
    : checks.reduce<Outcome>((worst, { outcome }) => (SEVERITY[outcome] > SEVERITY[worst] ? outcome : worst), "kept");

/**
 * The status that checks come to.
 *
 * @param missingFails whether the project asks for the gate: what is missing is a failure then, and otherwise skips it
 */
export function statusOf(checks: readonly Check[], missingFails: boolean): GateStatus {
  const worst = worstOutcome(checks);
  if (worst === "missing") return missingFails ? "failed" : "skipped";
  return ({ kept: "passed", broken: "failed", unsure: "inconclusive" } as const)[worst];
}

/**
 * How far a value is on the wrong side of its limit, as a share of the limit, so that units do not matter; negative on the
 * right side, and -Infinity where there is no number to compare. A limit of zero has no shares: those of the value are taken.
 */
export function missOf({ value, limit }: Pick<Check, "value" | "limit">): number {
  if (value === undefined || limit === undefined) return -Infinity;
  return Math.max(...ends(limit).map(({ end, sign }) => share(sign * (value - end), end, value)), -Infinity);
}

const ends = ({ min, max }: Limit) => [
  ...(min === undefined ? [] : [{ end: min, sign: -1 }]),
  ...(max === undefined ? [] : [{ end: max, sign: 1 }]),
];

const share = (miss: number, limit: number, value: number): number =>
  miss === 0 ? 0 : miss / (Math.abs(limit) || Math.abs(value));

/** The check that a person asks for first: the broken one with the largest miss, else the first that is missing or unsure. */
export function decidingCheck(checks: readonly Check[]): Check | undefined {
  const worst = worstOutcome(checks);
  if (worst === "kept") return undefined;
  const [first, ...others] = checks.filter(({ outcome }) => outcome === worst);
  if (worst !== "broken") return first;
  return others.reduce((most, one) => (most === undefined || missOf(one) > missOf(most) ? one : most), first);
}

/** The checks of the worst outcome that there is. What is broken and what is missing both fail a gate. */
export function decisiveChecks(checks: readonly Check[]): readonly Check[] {
  const failing = checks.filter(({ outcome }) => outcome === "broken" || outcome === "missing");
  if (failing.length > 0) return failing;
  const unsure = checks.filter(({ outcome }) => outcome === "unsure");
  return unsure.length > 0 ? unsure : checks;
}

/** How many groups of rows there are checks about. */
export const groupCount = (checks: readonly Check[]): number =>
  new Set(checks.flatMap(({ group }) => (group === undefined ? [] : [JSON.stringify(group)]))).size;

/** Of checks that were all kept, the one that is nearest to its limit. */
export const nearestToLimit = (checks: readonly Check[]): Check | undefined =>
  [...checks].sort((a, b) => compare(missOf(b), missOf(a)))[0];

/** As a comparison for sorting; a difference of infinities would be NaN. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
