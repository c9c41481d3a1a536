import type { Directory } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { blocks } from "../gates/result.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { type Manifest, type ModelFlag, modelFiles } from "../model/manifest.ts";
import { believedManifest } from "./believed.ts";

/* Which models are accepted ones: those whose gates passed, as what is believed of them says. */

/** Why the gates of a model did not let it through; empty where they did. */
export function refusalOf({ gates, verdict, reason }: NonNullable<Manifest["validation"]>): string {
  const blocking = gates.find(blocks);
  if (blocking !== undefined) return `gate ${blocking.id} ${blocking.status}: ${blocking.message}`;
  return verdict === "passed" ? "" : reason;
}

/**
 * The manifest of an accepted model, whose files are those that its gates passed.
 *
 * @throws UserError for any other model, with the reason
 */
export async function acceptedManifest(context: Context, model: Directory, flag: ModelFlag): Promise<Manifest> {
  const manifest = await believedManifest(context, model, flag);
  const validation = manifest?.validation;
  if (manifest === undefined || validation === undefined) {
    throw notAccepted(
      flag,
      "nothing shows that it passed its gates. Take one from `run … model` or `train`, which write ml-pipeline.json beside it",
    );
  }
  const refusal = refusalOf(validation);
  if (refusal !== "") throw notAccepted(flag, refusal);
  const { files } = await fingerprint(context, { files: modelFiles(model) });
  if (files.sha256 === manifest.model && files.sha256 === validation.judged.model) return manifest;
  throw notAccepted(
    flag,
    `a file of it was changed after its gates passed: they judged ${validation.judged.model}, and it is ${files.sha256}`,
  );
}

const notAccepted = (flag: ModelFlag, why: string): UserError =>
  new UserError(`The model of ${flag} is no accepted one: ${why}.`, "store");
