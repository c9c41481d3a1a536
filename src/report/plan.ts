import type { PlannedStage, RunPlan } from "../cost/plan.ts";
import type { Spread } from "../cost/spread.ts";
import { amountText, money, starred } from "../cost/words.ts";
import { aligned, counted } from "../text.ts";
import { powerText } from "./power.ts";
import { duration } from "./time.ts";

/* What a run will take and cost, in words. */

/** What a person wants to know first. */
export function planSentence(plan: RunPlan): string {
  const { seconds, cost, currency, runs, stages } = plan;
  if (runs === 0) return "How long it takes and what it costs is unknown: no earlier run was found.";
  const unknown = stages.filter(({ state }) => state === "unknown").map(({ name }) => name);
  if (seconds === undefined || cost === undefined) {
    return `How long it takes and what it costs is unknown: ${counted(runs, "earlier run")} timed none of its stages.`;
  }
  const isAtLeast = unknown.length > 0;
  const dearest = stages.toSorted((a, b) => (b.cost?.middle ?? 0) - (a.cost?.middle ?? 0))[0];
  const ofWhich =
    dearest?.cost === undefined || dearest.cost.middle <= 0
      ? ""
      : `, of which ${dearest.name} ${money(dearest.cost.middle, currency)}`;
  const without = isAtLeast ? `; ${unknown.join(", ")} not counted, which nobody has timed` : "";
  return `${isAtLeast ? "At least" : "About"} ${timeRange(seconds)} and ${starred(moneyRange(cost, currency), isGuess(plan))}${ofWhich}, by ${counted(runs, "earlier run")}${without}.`;
}

/** All of it: the sentence, a line for each stage, and what is assumed. */
export function planText(plan: RunPlan): string {
  const rows = plan.stages.map((stage) => cells(stage, plan.currency));
  const lines = aligned(rows).map((line) => `  ${line}`.trimEnd());
  const guesses = [
    ...plan.stages.flatMap(({ name, guessed }) => (guessed === undefined ? [] : [`${name}: ${guessed}`])),
    ...plan.guesses,
  ];
  return [
    planSentence(plan),
    "",
    ...lines,
    ...(guesses.length === 0 ? [] : ["", "* is assumed:", ...guesses.map((guess) => `  ${guess}`)]),
    ...(plan.power === undefined ? [] : ["", powerText(plan.power)]),
  ].join("\n");
}

const isGuess = ({ stages, guesses }: RunPlan): boolean =>
  guesses.length > 0 || stages.some(({ guessed }) => guessed !== undefined);

function cells({ name, state, seconds, runs, guessed, cost }: PlannedStage, currency: string): string[] {
  const star = (text: string): string => starred(text, guessed !== undefined);
  if (state === "unknown") return [name, "unknown: nobody has timed it", ""];
  if (state === "skipped" || seconds === undefined) return [name, star("skipped"), ""];
  const { middle, high } = seconds;
  const time =
    state === "cached"
      ? `from the cache where it still has it, else ${runs === 0 ? "unknown" : `up to ${duration(high)}`}`
      : `${duration(middle)}, ${timeRange(seconds)} in ${counted(runs, "run")}`;
  return [name, star(high === 0 ? "no time" : time), cost === undefined ? "" : moneyRange(cost, currency)];
}

/** `12–19 min`; one time where both ends read the same. */
export function timeRange({ low, high }: Spread): string {
  if (high < 60) return range(low.toFixed(1), high.toFixed(1), "s");
  if (high < 600) return duration(low) === duration(high) ? duration(low) : `${duration(low)} – ${duration(high)}`;
  return range(String(Math.round(low / 60)), String(Math.round(high / 60)), "min");
}

export const moneyRange = ({ low, high }: Spread, currency: string): string =>
  range(amountText(low), amountText(high), currency);

const range = (low: string, high: string, unit: string): string => `${low === high ? low : `${low}–${high}`} ${unit}`;
