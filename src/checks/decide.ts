import type { Check, Outcome } from "./check.ts";
import type { Limit } from "./limit.ts";

/** The overall result of a gate. */
export type GateStatus = "passed" | "failed" | "skipped" | "inconclusive";

const SEVERITY: Readonly<Record<Outcome, number>> = { broken: 3, missing: 2, unsure: 1, kept: 0 };

/** The worst outcome decides. A gate without checks has measured nothing and must not pass, so it counts as missing. */
export const worstOutcome = (checks: readonly Check[]): Outcome =>
  checks.length === 0
    ? "missing"
    : checks.reduce<Outcome>((worst, { outcome }) => (SEVERITY[outcome] > SEVERITY[worst] ? outcome : worst), "kept");

/**
 * Derives a gate's status from its checks.
 *
 * @param missingFails whether a missing check fails the gate, since the project configures it; otherwise the gate is
 * skipped
 */
export function statusOf(checks: readonly Check[], missingFails: boolean): GateStatus {
  const worst = worstOutcome(checks);
  if (worst === "missing") return missingFails ? "failed" : "skipped";
  return ({ kept: "passed", broken: "failed", unsure: "inconclusive" } as const)[worst];
}

/**
 * How far a value is beyond its limit, as a share of the limit, so that units do not matter: negative within the
 * limit, -Infinity when there is no number to compare. For a limit of zero it is a share of the value.
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

/** The check that a headline shows: the broken one with the largest miss, else the first that is missing or unsure. */
export function decidingCheck(checks: readonly Check[]): Check | undefined {
  const worst = worstOutcome(checks);
  if (worst === "kept") return undefined;
  const [first, ...others] = checks.filter(({ outcome }) => outcome === worst);
  if (worst !== "broken") return first;
  return others.reduce((most, one) => (most === undefined || missOf(one) > missOf(most) ? one : most), first);
}

/** The checks that decided the status. Broken and missing ones are returned together, since both fail a gate. */
export function decisiveChecks(checks: readonly Check[]): readonly Check[] {
  const failing = checks.filter(({ outcome }) => outcome === "broken" || outcome === "missing");
  if (failing.length > 0) return failing;
  const unsure = checks.filter(({ outcome }) => outcome === "unsure");
  return unsure.length > 0 ? unsure : checks;
}

/** The number of groups that have a check. */
export const groupCount = (checks: readonly Check[]): number =>
  new Set(checks.flatMap(({ group }) => (group === undefined ? [] : [JSON.stringify(group)]))).size;

/** The check nearest to its limit, of checks that were all kept. */
export const nearestToLimit = (checks: readonly Check[]): Check | undefined =>
  [...checks].sort((a, b) => compare(missOf(b), missOf(a)))[0];

/** Subtraction would give NaN for two infinities. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
