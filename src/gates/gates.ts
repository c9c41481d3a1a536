import type { Check } from "../checks/check.ts";
import { statusOf } from "../checks/decide.ts";
import { messageOf } from "../checks/findings.ts";
import type { Reason } from "../checks/reason.ts";
import { isObject } from "../json.ts";
import type { Measure, Measurements } from "../measurements/measurements.ts";
import { type MeasurementRequest, merged } from "../measurements/request.ts";
import { externalGate } from "./external.ts";
import { isForcible } from "./forcible.ts";
import { type Decision, type Gate, settingsOf } from "./gate.ts";
import { GATES } from "./list.ts";
import { blocks, type GateResult } from "./result.ts";
import type { GatesConfig } from "./settings.ts";

export interface RunGatesOptions {
  /** Gates whose inconclusive result a person has approved. */
  readonly approved?: readonly string[] | undefined;
  /** Gates that a policy requires: one that would be skipped is inconclusive. */
  readonly demanded?: readonly string[] | undefined;
  /** The gates to run; all when absent. */
  readonly only?: readonly string[] | undefined;
  /** Whether those after one that blocks are asked as well. */
  readonly keepGoing?: boolean | undefined;
  /** Gates whose result another stage decides about: those after them are asked as well. */
  readonly deferred?: readonly string[] | undefined;
  /** Whether a model that is only worse goes on all the same. What a policy requires is never forced. */
  readonly forced?: boolean | undefined;
}

/** The gates of a project: ours, and behind them those from outside. */
export const gatesIn = ({ external = {} }: GatesConfig): readonly Gate[] => [
  ...GATES,
  ...Object.keys(external).map(externalGate),
];

/** The measurements that all active gates need. */
export function requestOf(config: GatesConfig): MeasurementRequest {
  return gatesIn(config).reduce<MeasurementRequest>((request, gate) => {
    const { settings, configured } = settingsOf(gate, config);
    return settings === undefined ? request : merged(request, gate.needs(settings, configured));
  }, {});
}

/** Runs the gates one after the other; the first required one that does not pass stops the rest, unless all are to be told. */
export async function runGates(
  measure: Measure,
  config: GatesConfig,
  { approved = [], demanded = [], only, keepGoing = false, deferred = [], forced = false }: RunGatesOptions = {},
): Promise<GateResult[]> {
  const results: GateResult[] = [];
  for (const gate of gatesIn(config)) {
    if (only !== undefined && !only.includes(gate.id)) continue;
    const blocking = keepGoing ? undefined : blockingOf(results, deferred);
    const decision =
      blocking === undefined ? asked(gate, await runGate(gate, measure, config), demanded) : notRun(gate, blocking);
    const result = {
      id: gate.id,
      required: isRequired(gate, config),
      ...decision,
      ...(decision.status === "inconclusive" && approved.includes(gate.id) ? { approved: true } : {}),
    };
    const isForced = forced && blocks(result) && !demanded.includes(gate.id) && isForcible(result);
    results.push({ ...result, ...(isForced ? { forced: true } : {}) });
  }
  return results;
}

function isRequired(gate: Gate, config: GatesConfig): boolean {
  const { settings } = settingsOf(gate, config);
  return !isObject(settings) || settings.required !== false;
}

/** The first gate that ends the run by itself. */
export const blockingOf = (results: readonly GateResult[], deferred: readonly string[] = []): GateResult | undefined =>
  results.find((result) => blocks(result) && !deferred.includes(result.id));

/** Runs one gate: takes the measurements that it needs, and decides. */
export async function runGate(gate: Gate, measure: Measure, config: GatesConfig): Promise<Decision> {
  const { settings, configured } = settingsOf(gate, config);
  if (settings === undefined) return decisionOf([missingCheck(gate, { code: "not-configured" })], false);
  const measured: Partial<Record<keyof Measurements, unknown>> = {};
  for (const need of Object.keys(gate.needs(settings, configured)) as (keyof Measurements)[]) {
    const measurement = await measure[need]();
    if ("missing" in measurement) {
      const { missing: why, lack } = measurement;
      if (lack === "broken" || lack === "not-started") {
        const code = lack === "broken" ? "broke" : lack;
        return decisionOf([{ what: gate.id, outcome: "broken", reason: { code, why } }], true);
      }
      return decisionOf([missingCheck(gate, { code: "not-measured", why })], configured && lack === "absent");
    }
    measured[need] = measurement.value;
  }
  return decisionOf(gate.decide(measured as unknown as Measurements, settings), configured);
}

/** A gate that a policy requires was not asked when it is skipped, so that nothing is known. A person may let it through. */
function asked(gate: Gate, decision: Decision, demanded: readonly string[]): Decision {
  if (decision.status !== "skipped" || !demanded.includes(gate.id)) return decision;
  return decisionOf([{ what: gate.id, outcome: "unsure", reason: { code: "demanded", why: decision.message } }], false);
}

const notRun = (gate: Gate, { id, status }: GateResult): Decision =>
  decisionOf(
    [missingCheck(gate, { code: "not-run", after: id, status: status === "failed" ? "failed" : "inconclusive" })],
    false,
  );

/** The only check of a gate that has nothing to judge. */
const missingCheck = ({ id }: Gate, reason: Reason): Check => ({ what: id, outcome: "missing", reason });

function decisionOf(checks: readonly Check[], missingFails: boolean): Decision {
  const status = statusOf(checks, missingFails);
  return { status, message: messageOf(status, checks), checks };
}
