import type { Directory } from "@dagger.io/dagger";
import { pythonImageReference } from "../containers/images.ts";
import { toolsFor } from "../containers/settings.ts";
import type { Context } from "../context/context.ts";
import { CONFIGURATION_FILES } from "../model/change.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { type Conditions, differences } from "../model/judged.ts";
import { type Manifest, modelFiles, SIGNED_VERDICT, withManifest } from "../model/manifest.ts";
import { quickRefusal } from "../model/profile.ts";
import { signedVerdict } from "../model/verdict.ts";
import { judgingFiles } from "../project/files.ts";
import { refusalOf } from "./accepted.ts";
import { reasonForDoubt } from "./believed.ts";
import { dependencyHash } from "./dependency-hash.ts";
import { judgingSettings } from "./judging-settings.ts";
import { publish } from "./publish.ts";
import type { StagesResult } from "./run-stages.ts";
import { requestFiles } from "./serving-inputs.ts";
import { failedStage } from "./stage.ts";

/** The result of judging a model. */
export type Judgement = Pick<StagesResult, "verdict" | "stages" | "evidence">;

/** Writes into the model's manifest what its gates said, and what that is about; signed where the site has a key. */
export async function withJudgement(
  context: Context,
  model: Directory,
  manifest: Manifest,
  judgement: Judgement,
): Promise<Directory> {
  return withSignature(context, model, await judgedModel(context, manifest, judgement));
}

/** The manifest of a model with what its gates said here. */
export const judgedModel = async (context: Context, manifest: Manifest, judgement: Judgement): Promise<Manifest> =>
  judgedManifest(manifest, judgement, await conditionsOf(context));

/** Writes the manifest of a judged model beside it; signed where the site has a key. */
export function withSignature(context: Context, model: Directory, judged: Manifest): Directory {
  const described = withManifest(modelFiles(model), judged);
  const { signer } = context.evidence;
  return signer === undefined
    ? described
    : described.withNewFile(SIGNED_VERDICT, signedVerdict(judged, signer, new Date(context.since)));
}

/** The manifest with what the gates said under these conditions. */
export function judgedManifest(
  manifest: Manifest,
  { verdict, stages, evidence }: Judgement,
  conditions: Conditions,
): Manifest {
  const failing = failedJudgement(stages);
  const { source, data, model } = manifest;
  const quick = quickRefusal(manifest);
  const passed = failing === undefined && failedStage(stages) !== undefined ? "passed" : verdict;
  const validation = {
    verdict: quick === "" ? passed : "failed",
    reason: failing === undefined ? quick : `${failing.name}: ${failing.message}`,
    gates: (evidence.gates ?? []).map(({ checks: _checks, ...gate }) => gate),
    judged: { source, data, model, ...conditions },
  };
  return { ...manifest, validation };
}

/** The first stage that failed and says something about the model: where its image could not be pushed, that is of the registry. */
export const failedJudgement = (stages: Judgement["stages"]): Judgement["stages"][number] | undefined =>
  failedStage(stages.filter(({ name }) => name !== publish.name));

/** What a model is judged under, beside its code and its data. */
async function conditionsOf(context: Context): Promise<Conditions> {
  const { image: taken, app } = context.project;
  const [{ cases, image, code }, settings] = await Promise.all([
    fingerprint(context, {
      cases: casesOf(context),
      image: taken,
      code: app.filter({ exclude: CONFIGURATION_FILES }),
    }),
    settingsOf(context),
  ]);
  return { cases: cases.sha256, image: image.sha256, code: code.sha256, ...settings };
}

const casesOf = (context: Context): Directory =>
  judgingFiles(context.project.source, context.project.testFolders.model, requestFiles(context));

async function settingsOf(context: Context): Promise<Omit<Conditions, "cases" | "image">> {
  const { config, policy, settings, python } = context;
  return {
    environment: {
      python,
      image: pythonImageReference(context),
      dependencies: await dependencyHash(context),
      tools: toolsFor(python, settings.tools),
    },
    settings: judgingSettings(config),
    ...(policy === undefined ? {} : { policy: policy.sha256 }),
  };
}

/**
 * Why a model may not be published; empty when its gates passed on exactly what is here.
 *
 * A verdict counts only for the code, the model, the environment and the settings that it is about, since anyone can copy a
 * manifest beside another model, and judge a model by the weaker gates of another project.
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
  const refused = refusalOf(validation);
  if (refused !== "") return refused;
  const doubt = await reasonForDoubt(context, { model, manifest, flag: "--model" });
  if (doubt !== "") return doubt;
  const { app: code, image: taken } = context.project;
  const [{ app, cases, image, files }, settings] = await Promise.all([
    fingerprint(context, { app: code, cases: casesOf(context), image: taken, files: modelFiles(model) }),
    settingsOf(context),
  ]);
  const { judged } = validation;
  if (files.sha256 !== judged.model) {
    return "a file of the model was changed after its gates passed. Train it again, or publish it with `publish --data=…`.";
  }
  const differing = differences(judged, { source: app.sha256, cases: cases.sha256, image: image.sha256, ...settings });
  if (differing.length === 0) return "";
  return [
    "its gates passed on something else than what is here.",
    ...differing.map((one) => `  - ${one}`),
    "Publish it with `publish --data=…`, which asks the gates for what is here, or train it again.",
  ].join("\n");
}
