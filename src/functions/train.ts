import type { Directory } from "@dagger.io/dagger";
import type { DataContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { Profile } from "../model/profile.ts";
import { comparisonText } from "../model/reproduction.ts";
import { Reproduction } from "../objects/reproduction.ts";
import { failedText, sayOutcome } from "../objects/say-outcome.ts";
import { runStages, VERIFIED_TRAINING } from "../pipeline.ts";
import { TrainingPlace } from "../remote/place.ts";
import { assertStages } from "../report/text.ts";
import type { TrainingInputs } from "../stages/definition.ts";
import { externalRules } from "../stages/external-rules.ts";
import { withJudgement } from "../stages/release.ts";
import type { StagesResult } from "../stages/run-stages.ts";
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
export async function trainModel(site: Site, request: TrainRequest): Promise<Directory> {
  const { context, trains, training, validated, trained } = await trainedOnly(site, request);
  assertStages(trained.stages);
  const verified = trained.value(verifyTraining);
  // A function that gives a folder has no other way to say it: both engines show what it prints.
  if (verified !== undefined) console.info(`${verifyTraining.name}: ${comparisonText(verified)}`);
  const model = trained.value(train);
  if (model === undefined) throw new Error("a passed training gave no model");
  const judged = await judgeModel(trains, model.directory, {}, gatesOf(context, request.profile));
  // A full run trains nothing on data that break a rule, so what was trained on such data is held back.
  const judgement =
    validated.verdict === "passed"
      ? judged
      : { ...judged, verdict: validated.verdict, stages: [...validated.stages, ...judged.stages] };
  const directory = await withJudgement(trains, model.directory, model.manifest, judgement);
  await trackTraining(site, context, {
    ...{ directory, model, training, verdict: judgement.verdict },
    parts: [validated, trained, judged],
  });
  if (judgement.verdict === "failed") sayOutcome("held back", failedText(judgement.stages));
  return directory;
}

/** What a reproduction asks: it trains here and on all of the data. */
export type ReproductionRequest = Omit<TrainRequest, "on" | "profile" | "isVerified">;

/**
 * Trains twice, and says how the two models differ.
 *
 * @throws UserError when one of both trainings fails
 */
export async function reproduceTraining(site: Site, request: ReproductionRequest): Promise<Reproduction> {
  const twice = { ...request, on: TrainingPlace.HERE, profile: Profile.FULL, isVerified: true };
  const { trained } = await trainedOnly(site, twice);
  const { reproduction } = trained.evidence;
  if (reproduction !== undefined) return new Reproduction(JSON.stringify(reproduction));
  assertStages(trained.stages);
  throw new Error("two trainings passed and were not compared");
}

/** A training that nothing has judged yet. */
interface Trained {
  readonly context: DataContext;
  /** The same with the data that were trained on, where a sample of them was. */
  readonly trains: DataContext;
  readonly training: TrainingInputs;
  readonly validated: StagesResult;
  readonly trained: StagesResult;
}

async function trainedOnly(
  site: Site,
  { epochs, reuse, on, profile, isVerified, ...project }: TrainRequest,
): Promise<Trained> {
  checkEpochs(epochs);
  if (isVerified && on === TrainingPlace.KUBERNETES) {
    throw new UserError("--verify trains a second time by the engine: leave --on=kubernetes out.", "why");
  }
  const place = await placeOfTraining(site, on);
  const context = await dataContext(site, project);
  requirePlace(context, place);
  const training = { ...trainingOf(context, profile, epochs), reuse, ...place };
  const inputs = { context, data: context.data, training };
  // The manifest of a full run has the row count. Counting here as well makes the two model folders equal, byte for byte.
  const validated = await runStages([validateData, externalRules], inputs);
  const sampled = await runStages([sampleData], inputs);
  assertStages(sampled.stages);
  const sample = sampled.value(sampleData);
  const trains = sample === undefined ? context : { ...context, data: sample.data };
  const trained = await runStages(isVerified ? VERIFIED_TRAINING : [train], {
    ...{ ...inputs, context: trains, data: trains.data },
    rows: sample?.rows ?? validated.evidence.data?.rows,
  });
  return { context, trains, training, validated, trained };
}
