import type { Measure, Measurements } from "../measurements/measurements.ts";
import type { Missing } from "../measurements/taken.ts";
import { type Finding, type Gate, type GateResult, settingsOf, skipped, undecidable } from "./gate.ts";
import { GATES, type GateId } from "./list.ts";
import type { GatesConfig } from "./settings.ts";

export type Verdict = "passed" | "failed";

export interface AskOptions {
  /** Gates that a person lets through when they are inconclusive. */
  readonly approved?: readonly string[] | undefined;
  /** Only these are asked; all when absent. */
  readonly only?: readonly GateId[] | undefined;
}

/** Asks the gates one after the other; the first required one that does not pass stops the rest. */
export async function askGates(
  measure: Measure,
  config: GatesConfig,
  { approved = [], only }: AskOptions = {},
): Promise<GateResult[]> {
  const results: GateResult[] = [];
  for (const gate of GATES) {
    if (only !== undefined && !only.includes(gate.id)) continue;
    const blocking = results.find(blocks);
    const finding =
      blocking === undefined
        ? await askGate(gate, measure, config)
        : skipped(`after ${blocking.id} ${failureWord(blocking)}`);
    results.push({
      id: gate.id,
      required: config[gate.id]?.required ?? true,
      numbers: {},
      ...finding,
      ...(finding.status === "inconclusive" && approved.includes(gate.id) ? { approved: true } : {}),
    });
  }
  return results;
}

/** One gate by itself: its settings, its measurements, its decision. */
export async function askGate(gate: Gate, measure: Measure, config: GatesConfig): Promise<Finding> {
  const { settings, configured } = settingsOf(gate, config);
  if (settings === undefined) return skipped("not configured");
  const measured: Partial<Record<keyof Measurements, unknown>> = {};
  for (const need of gate.needs) {
    const taken = await measure[need]();
    if ("missing" in taken) return withoutMeasurement(taken, configured);
    measured[need] = taken.value;
  }
  return gate.decide(measured as unknown as Measurements, settings, configured);
}

const withoutMeasurement = ({ missing, excusable }: Missing, configured: boolean): Finding =>
  undecidable(missing, configured && !excusable);

/** Whether a gate keeps the model back: required, and failed or undecided, unless a person let it through. */
export const blocks = (result: Pick<GateResult, "required" | "status" | "approved">): boolean =>
  result.required && (result.status === "failed" || (result.status === "inconclusive" && result.approved !== true));

const failureWord = ({ status }: GateResult): string => (status === "failed" ? "failed" : "was inconclusive");

export const verdictOf = (results: readonly GateResult[]): Verdict => (results.some(blocks) ? "failed" : "passed");
