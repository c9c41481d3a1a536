import type { Directory } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import type { Profile } from "../model/profile.ts";
import { comparisonText } from "../model/reproduction.ts";
import { failedText, sayOutcome } from "../objects/say-outcome.ts";
import { runStages, VERIFIED_TRAINING } from "../pipeline.ts";
import { TrainingPlace } from "../remote/place.ts";
import { assertStages } from "../report/text.ts";
import { withJudgement } from "../stages/release.ts";
import { sampleData } from "../stages/sample-data.ts";
import { checkEpochs, train } from "../stages/train.ts";
import { validateData } from "../stages/validate-data.ts";
import { verifyTraining } from "../stages/verify-training.ts";
import { dataContext } from "./data.ts";
import type { ProjectData } from "./data-folder.ts";
import { judgeModel } from "./judgement.ts";
import { placeOfTraining, requirePlace } from "./place-of-training.ts";
import { gatesOf, trainingOf } from "./profile.ts";
import type { Site } from "./site.ts";
import { trackTraining } from "./track-training.ts";

export interface TrainRequest extends ProjectData {
  readonly epochs: number;
  /** The model of an earlier run. */
  readonly reuse?: Directory | undefined;
  readonly on: TrainingPlace;
  readonly profile: Profile;
  /** Whether it is trained twice, and refused where the two models differ. */
  readonly isVerified: boolean;
}

/** Trains a model, and judges it so that it can be published later. A failing gate does not fail the training. */
export async function trainModel(
  site: Site,
  { epochs, reuse, on, profile, isVerified, ...project }: TrainRequest,
): Promise<Directory> {
  checkEpochs(epochs);
  if (isVerified && on === TrainingPlace.KUBERNETES) {
    throw new UserError("--verify trains a second time by the engine: leave --on=kubernetes out.", "why");
  }
  const place = await placeOfTraining(site, on);
  const context = await dataContext(site, project);
  requirePlace(context, place);
  const inputs = {
    context,
    data: context.data,
    training: { ...trainingOf(context, profile, epochs), reuse, ...place },
  };
  // The manifest of a full run has the row count. Counting here as well makes the two model folders equal, byte for byte.
  const validated = await runStages([validateData], inputs);
  const sampled = await runStages([sampleData], inputs);
  assertStages(sampled.stages);
  const sample = sampled.value(sampleData);
  const trains = sample === undefined ? context : { ...context, data: sample.data };
  const stages = isVerified ? VERIFIED_TRAINING : [train];
  const trained = await runStages(stages, {
    ...{ ...inputs, context: trains, data: trains.data },
    rows: sample?.rows ?? validated.evidence.data?.rows,
  });
  assertStages(trained.stages);
  const verified = trained.value(verifyTraining);
  // A function that gives a folder has no other way to say it: both engines show what it prints.
  if (verified !== undefined) console.info(`${verifyTraining.name}: ${comparisonText(verified)}`);
  const model = trained.value(train);
  if (model === undefined) throw new Error("a passed training gave no model");
  const judged = await judgeModel(trains, model.directory, {}, gatesOf(context, profile));
  // A full run trains nothing on data that break a rule, so what was trained on such data is held back.
  const judgement =
    validated.verdict === "passed"
      ? judged
      : { ...judged, verdict: validated.verdict, stages: [...validated.stages, ...judged.stages] };
  const directory = await withJudgement(trains, model.directory, model.manifest, judgement);
  await trackTraining(site, context, {
    ...{ directory, model, training: inputs.training, verdict: judgement.verdict },
    parts: [validated, trained, judged],
  });
  if (judgement.verdict === "failed") sayOutcome("held back", failedText(judgement.stages));
  return directory;
}
