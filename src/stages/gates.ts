import type { Container } from "@dagger.io/dagger";
import type { DataContext } from "../context/context.ts";
import { type AskOptions, askGates, requestOf } from "../gates/gates.ts";
import { blocks, type GateResult, verdictOf } from "../gates/result.ts";
import type { Evaluated, EvaluatedModel } from "../measurements/evaluated.ts";
import type { Measurements } from "../measurements/measurements.ts";
import { measurer, type Subject } from "../measurements/measurer.ts";
import { readManifest } from "../model/manifest.ts";
import { servingContainer } from "./image.ts";
import { type Stage, stage } from "./stage.ts";

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
    const config = context.project.config.gates;
    const measuring = measurer(context, requestOf(config), ours, theirs, options.production);
    const results = await askGates(measuring.measure, config, options);
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
