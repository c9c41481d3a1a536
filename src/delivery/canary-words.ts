import { counted, percent } from "../text.ts";
import {
  type CanaryCheck,
  type CanaryReading,
  type CanaryResult,
  type CanarySettings,
  enoughRequests,
  LIMIT_OF,
  readingsOf,
} from "./canary.ts";

/* How a canary is told. */

/** What a number of each check is about. */
export const CHECK_NAMES: Readonly<Record<CanaryCheck, string>> = {
  errors: "requests that fail, beyond production's",
  disagreement: "answers unlike production's",
  slowdown: "longer answers than production's",
  slow: "answers beyond production's slowest 5 %",
};

const SIGNS: Readonly<Record<CanaryReading["state"], string>> = { kept: "✓", broken: "✗", open: "–" };

/** An end that too few requests leave open. */
const end = (value: number): string => (Number.isFinite(value) ? percent(value) : "?");

const numbers = ({ value, low, high, limit }: CanaryReading): string =>
  `${percent(value)} [${end(low)}, ${end(high)}], limit ${percent(limit)}`;

/** Why more requests are asked than the settings say. */
const WHY_MORE = "since it is not known to be the data alone that changed";

/**
 * A line for the whole, and one for each check with its number, its interval and its limit.
 *
 * @param times how many times as many requests were asked as the settings say
 */
export function canaryLines(result: CanaryResult, settings: CanarySettings, times = 1): string[] {
  const seconds = result.steps.reduce((sum, step) => sum + step.seconds, 0);
  const steps = result.steps.map(({ pods }) => pods).join(", then ");
  const head = `  canary  ${counted(result.requests, "request")}${steps === "" ? "" : ` to ${steps} ${steps === "1" ? "pod" : "pods"} of each`} in ${seconds.toFixed(1)} s${times === 1 ? "" : ` (${times} times canary.requests, ${WHY_MORE})`}`;
  if (result.requests === 0) return [head];
  return [
    head,
    ...readingsOf(result, settings).map(
      (reading) =>
        `    ${SIGNS[reading.state]} ${reading.check}: ${numbers(reading)}${reading.state === "open" ? ", not shown" : ""}`,
    ),
    ...(result.example === "" ? [] : [`    such as ${result.example}`]),
  ];
}

/** A reading with its number, its limit and the setting of that. */
const readingText = (reading: CanaryReading, table: string): string =>
  `${CHECK_NAMES[reading.check]}: ${numbers(reading)} (${table}.canary.${LIMIT_OF[reading.check]})`;

/** What would show it, as a part of a sentence: more requests, if there is a number of them. */
export function moreText(result: CanaryResult, settings: CanarySettings, table: string, times: number): string {
  const enough = enoughRequests(result, settings, times);
  const setting = `${table}.canary.requests`;
  return enough === undefined
    ? `as it stands, no number of ${setting} would show it`
    : `about ${setting} = ${enough} would show it, in place of ${settings.requests}${times === 1 ? "" : `: ${times} times as many are asked, ${WHY_MORE}`}`;
}

/** What was not shown of a candidate, as a sentence's part that names numbers, limits and settings. */
export function unsureText(result: CanaryResult, settings: CanarySettings, table: string, times: number): string {
  const open = readingsOf(result, settings)
    .filter(({ state }) => state === "open")
    .map((reading) => readingText(reading, table));
  return `beside production ${counted(result.requests, "request")} did not show that the candidate is no worse (${open.join("; ")}); ${moreText(result, settings, table, times)}`;
}

/** What showed a candidate to be worse, as a part of a sentence that names the number, the limit and the setting. */
export function worseText(result: CanaryResult, settings: CanarySettings, table: string): string {
  const reading = readingsOf(result, settings).find(({ check }) => check === result.worse);
  if (reading === undefined) return "";
  return `${readingText(reading, table)}, after ${counted(result.requests, "request")}`;
}
