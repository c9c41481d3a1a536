import type { Check } from "../checks/check.ts";
import { statusOf } from "../checks/decide.ts";
import { messageOf } from "../checks/findings.ts";
import type { Reason } from "../checks/reason.ts";
import type { Measure, Measurements } from "../measurements/measurements.ts";
import { type MeasurementRequest, merged } from "../measurements/request.ts";
import { type Finding, type Gate, settingsOf } from "./gate.ts";
import { GATES, type GateId } from "./list.ts";
import { blocks, type GateResult } from "./result.ts";
import type { GatesConfig } from "./settings.ts";

export interface AskOptions {
  /** Gates that a person lets through when they are inconclusive. */
  readonly approved?: readonly string[] | undefined;
  /** Only these are asked; all when absent. */
  readonly only?: readonly GateId[] | undefined;
}

/** What all gates that are in use need to be measured. */
export function requestOf(config: GatesConfig): MeasurementRequest {
  const gates: readonly Gate[] = GATES;
  return gates.reduce<MeasurementRequest>((request, gate) => {
    const { settings, configured } = settingsOf(gate, config);
    return settings === undefined ? request : merged(request, gate.needs(settings, configured));
  }, {});
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
    const finding = blocking === undefined ? await askGate(gate, measure, config) : notAsked(gate, blocking);
    results.push({
      id: gate.id,
      required: config[gate.id]?.required ?? true,
      ...finding,
      ...(finding.status === "inconclusive" && approved.includes(gate.id) ? { approved: true } : {}),
    });
  }
  return results;
}

/** One gate by itself: its settings, its measurements, its decision. */
export async function askGate(gate: Gate, measure: Measure, config: GatesConfig): Promise<Finding> {
  const { settings, configured } = settingsOf(gate, config);
  if (settings === undefined) return found([lacking(gate, { code: "not-configured" })], false);
  const measured: Partial<Record<keyof Measurements, unknown>> = {};
  for (const need of Object.keys(gate.needs(settings, configured)) as (keyof Measurements)[]) {
    const taken = await measure[need]();
    if ("missing" in taken) {
      const reason = { code: "not-measured", why: taken.missing } as const;
      return found([lacking(gate, reason)], configured && !taken.excusable);
    }
    measured[need] = taken.value;
  }
  return found(gate.decide(measured as unknown as Measurements, settings), configured);
}

const notAsked = (gate: Gate, { id, status }: GateResult): Finding =>
  found(
    [lacking(gate, { code: "not-asked", after: id, status: status === "failed" ? "failed" : "inconclusive" })],
    false,
  );

/** The check of a gate that has nothing to decide by. */
const lacking = ({ id }: Gate, reason: Reason): Check => ({ what: id, outcome: "missing", reason });

function found(checks: readonly Check[], demanded: boolean): Finding {
  const status = statusOf(checks, demanded);
  return { status, message: messageOf(status, checks), checks };
}
