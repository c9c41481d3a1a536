import type { Container, Directory } from "@dagger.io/dagger";
import type { DataContext } from "../context/context.ts";
import type { GateResult } from "../gates/gate.ts";
import { type AskOptions, askGates, blocks, verdictOf } from "../gates/gates.ts";
import type { Measurements } from "../measurements/measurements.ts";
import { measurer, type Subject } from "../measurements/measurer.ts";
import { readManifest } from "../model/manifest.ts";
import type { Evaluated } from "./evaluate.ts";
import { servingContainer } from "./image.ts";
import { type Stage, stage } from "./stage.ts";

/** A model with what its evaluation left behind; nothing where the project neither evaluates nor writes metrics. */
export interface EvaluatedModel {
  readonly model: Directory;
  readonly evaluated: Evaluated | undefined;
}

export interface Asked {
  readonly gates: readonly GateResult[];
  readonly measured: Partial<Measurements>;
}

/** A project that neither evaluates nor writes metrics: the gates say themselves what they lack. */
const NOTHING_MEASURED: Evaluated = { claims: {}, claimedBy: "src.train" };

/** Asks all gates; the stage fails with the one that keeps the model back, its number and its limit. */
export function gates(
  context: DataContext,
  candidate: EvaluatedModel,
  baseline: EvaluatedModel | undefined,
  options: AskOptions & { readonly production?: Container | undefined },
): Promise<Stage<Asked>> {
  return stage("gates", async () => {
    const [ours, theirs] = await Promise.all([
      subjectOf(context, candidate),
      baseline === undefined ? undefined : subjectOf(context, baseline),
    ]);
    const measuring = measurer(context, ours, theirs, options.production);
    const results = await askGates(measuring.measure, context.config.gates, options);
    const blocking = results.find(blocks);
    return {
      status: verdictOf(results),
      message: blocking === undefined ? summary(results) : `${blocking.id} ${blocking.status}: ${blocking.message}`,
      value: { gates: results, measured: measuring.taken() },
      runs: measuring.runs(),
    };
  });
}

/** What gates are asked about, with the image that would be deployed. */
export async function subjectOf(
  context: DataContext,
  { model, evaluated = NOTHING_MEASURED }: EvaluatedModel,
): Promise<Subject> {
  if (!context.project.modules.has("src.serve")) return { evaluated };
  return { evaluated, image: servingContainer(context, model, await readManifest(model)) };
}

function summary(results: readonly GateResult[]): string {
  const passed = results.filter((result) => result.status === "passed").map((result) => result.id);
  const warnings = results.filter((result) => !result.required && ["failed", "inconclusive"].includes(result.status));
  const approved = results.filter((result) => result.approved === true);
  return [
    `passed: ${passed.join(", ") || "none"}`,
    ...approved.map((gate) => `let through by a person (--approve): ${gate.id} (${gate.message})`),
    ...warnings.map((gate) => `warning from ${gate.id}: ${gate.message}`),
  ].join("; ");
}
