import type { DriftTest } from "../drift/readings.ts";
import type { GateResult } from "../gates/result.ts";
import type { StageReport } from "../stages/stage.ts";

/** The colour of a result, which never stands alone. */
export type Tone = "passed" | "failed" | "warning" | "unsure" | "skipped";

/** A result in a word, a sign and a colour. */
export interface Status {
  readonly word: string;
  readonly tone: Tone;
}

/** The sign of each tone in text; the page draws its own. */
export const EMOJI: Readonly<Record<Tone, string>> = {
  passed: "✅",
  failed: "❌",
  warning: "⚠️",
  unsure: "❔",
  skipped: "⏭️",
};

/** A gate that is not required warns instead of blocking; one that was approved or forced says so. */
export function gateStatus({ status, required, approved, forced }: GateResult): Status {
  if (status === "passed" || status === "skipped") return { word: status, tone: status };
  if (forced === true) return { word: `${status}, forced`, tone: "warning" };
  if (approved === true) return { word: `${status}, approved`, tone: "warning" };
  if (!required) return { word: status === "failed" ? "warning" : `warning: ${status}`, tone: "warning" };
  return { word: status, tone: status === "failed" ? "failed" : "unsure" };
}

/**
 * A stage's result.
 *
 * @param undecided the name of the stage whose inconclusive gate ended the run
 */
export function stageStatus({ name, status, cached, warnings = [] }: StageReport, undecided?: string): Status {
  if (name === undecided) return { word: "held back", tone: "unsure" };
  if (status === "warned") return { word: "failed, only warns", tone: "warning" };
  if (status === "passed" && warnings.length > 0) return { word: "passed, with a warning", tone: "warning" };
  return { word: cached && status === "passed" ? "passed, from the cache" : status, tone: status };
}

/** A column's test. */
export function driftStatus({ outcome }: DriftTest): Status {
  const tones = { drifted: "failed", inconclusive: "unsure", alike: "passed" } as const;
  return { word: outcome, tone: tones[outcome] };
}
