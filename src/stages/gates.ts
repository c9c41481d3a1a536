import type { GatesConfig } from "../config/schema.ts";
import type { GateResult } from "../gates/gate.ts";
import { askGates, blocks, verdictOf } from "../gates/gates.ts";
import type { Evaluated } from "./evaluate.ts";
import { type Stage, stage } from "./stage.ts";

/** A project that neither evaluates nor writes metrics: the gates say themselves what they lack. */
const NOTHING_MEASURED: Evaluated = { metrics: {}, measuredBy: "src.train" };

/** Asks all gates; the stage fails with the one that keeps the model back, its number and its limit. */
export function gates(
  candidate: Evaluated | undefined,
  baseline: Evaluated | undefined,
  config: GatesConfig,
): Promise<Stage<readonly GateResult[]>> {
  return stage("gates", async () => {
    const results = askGates({ candidate: candidate ?? NOTHING_MEASURED, baseline }, config);
    const blocking = results.find(blocks);
    return {
      status: verdictOf(results),
      message: blocking === undefined ? summary(results) : `${blocking.id} ${blocking.status}: ${blocking.message}`,
      value: results,
    };
  });
}

function summary(results: readonly GateResult[]): string {
  const passed = results.filter((result) => result.status === "passed").map((result) => result.id);
  const warnings = results.filter((result) => !result.required && result.status === "failed");
  return [
    `passed: ${passed.join(", ") || "none"}`,
    ...warnings.map((gate) => `warning from ${gate.id}: ${gate.message}`),
  ].join("; ");
}
