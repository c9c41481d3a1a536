import type { Directory } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { blocks } from "../gates/result.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { type Manifest, modelFiles, withManifest } from "../model/manifest.ts";
import type { StagesResult } from "./run-stages.ts";
import { failedStage } from "./stage.ts";

/** The result of judging a model. */
export type Judgement = Pick<StagesResult, "verdict" | "stages" | "evidence">;

/** Writes into the model's manifest what its gates said. */
export function withJudgement(
  model: Directory,
  manifest: Manifest,
  { verdict, stages, evidence }: Judgement,
): Directory {
  const failing = failedStage(stages);
  const validation = {
    verdict,
    data: manifest.data,
    reason: failing === undefined ? "" : `${failing.name}: ${failing.message}`,
    gates: (evidence.gates ?? []).map(({ checks: _checks, ...gate }) => gate),
  };
  return withManifest(modelFiles(model), { ...manifest, validation });
}

/**
 * Why a model may not be published; empty when its gates passed on exactly these files.
 *
 * A manifest counts only for the files whose hash it has, since anyone can copy it beside another model.
 */
export async function reasonToHoldBack(
  context: Context,
  model: Directory,
  manifest: Manifest | undefined,
): Promise<string> {
  const validation = manifest?.validation;
  if (manifest === undefined || validation === undefined) {
    return "nothing shows that this model passed its gates. Publish it with `publish --data=…`, which asks them, or take a model from `run … model` or `train`.";
  }
  const blocking = validation.gates.find(blocks);
  if (blocking !== undefined) return `gate ${blocking.id} ${blocking.status}: ${blocking.message}`;
  if (validation.verdict !== "passed") return validation.reason;
  const { files } = await fingerprint(context, { files: modelFiles(model) });
  return files.sha256 === manifest.model
    ? ""
    : "a file of the model was changed after its gates passed. Train it again, or publish it with `publish --data=…`.";
}
