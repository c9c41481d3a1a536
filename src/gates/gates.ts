import type { GatesConfig } from "../config/schema.ts";
import { UNBUILT_GATES, unbuiltMessage } from "../config/unbuilt.ts";
import type { Gate, GateResult, Measurements } from "./gate.ts";
import { failed, skipped } from "./gate.ts";
import { metricsGate } from "./metrics.ts";
import { regressionGate } from "./regression.ts";
import { schemaGate } from "./schema.ts";

/** All gates, in the order in which they are asked. */
const GATES: readonly Gate[] = [
  schemaGate,
  metricsGate,
  regressionGate,
  ...UNBUILT_GATES.map(
    (id): Gate => ({
      id,
      decide: (_measurements, config) =>
        config[id] === undefined ? skipped("not configured") : failed(unbuiltMessage(`gates.${id}`)),
    }),
  ),
];

export type Verdict = "passed" | "failed";

/** Asks the gates one after the other; the first required one that does not pass stops the rest. */
export function askGates(measurements: Measurements, config: GatesConfig): GateResult[] {
  const results: GateResult[] = [];
  for (const gate of GATES) {
    const blocking = results.find(blocks);
    const finding =
      blocking === undefined ? gate.decide(measurements, config) : skipped(`after ${blocking.id} ${blocking.status}`);
    results.push({ id: gate.id, required: config[gate.id]?.required ?? true, numbers: {}, ...finding });
  }
  return results;
}

/** Whether a gate keeps the model back: required, and failed or undecided. */
export const blocks = (result: Pick<GateResult, "required" | "status">): boolean =>
  result.required && (result.status === "failed" || result.status === "inconclusive");

export const verdictOf = (results: readonly GateResult[]): Verdict => (results.some(blocks) ? "failed" : "passed");
