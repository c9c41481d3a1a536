import type { Directory } from "@dagger.io/dagger";
import type { DataContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import type { Verdict } from "../gates/result.ts";
import { readManifest } from "../model/manifest.ts";
import { reportFolder } from "../report/folder.ts";
import { makeReport } from "../report/report.ts";
import type { TrainingInputs } from "../stages/definition.ts";
import { allEvidence } from "../stages/evidence.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import type { TrainedModel } from "../stages/train.ts";
import type { Site } from "./site.ts";
import { trackingOf, trackRun } from "./tracking.ts";

/** A training that has ended, and what its gates said. */
export interface EndedTraining {
  /** With the verdict in its manifest. */
  readonly directory: Directory;
  readonly model: TrainedModel;
  readonly training: TrainingInputs;
  readonly verdict: Verdict;
  /** What ran, in order. */
  readonly parts: readonly Pick<StagesResult, "stages" | "evidence">[];
}

/** How much of a hash a person needs to tell one from another. */
const SHORT = 12;

/**
 * Logs a training where runs are logged. The same training is one run, whoever asks for it how often; it makes no model the champion,
 * since nothing was compared with the accepted one.
 *
 * @throws UserError where it must be logged and could not be
 */
export async function trackTraining(
  site: Site,
  context: DataContext,
  { directory, model, training, verdict, parts }: EndedTraining,
): Promise<void> {
  const labels = { runId: `train ${model.manifest.trainingInputs.replace(/^sha256:/, "").slice(0, SHORT)}` };
  const found = trackingOf(site, context, labels);
  if (found === undefined) return;
  const tracking = { ...found, settings: { ...found.settings, promote: "delivered" } as const };
  const evidence = allEvidence(parts.map((part) => part.evidence));
  const stages = parts.flatMap((part) => part.stages);
  const report = await makeReport(context, { verdict, stages, evidence, inputs: context, model, training, labels });
  const manifest = (await readManifest(directory, "--model")) ?? model.manifest;
  const { status, message } = await trackRun(context, tracking, {
    ...{ report, folder: await reportFolder(context, report, evidence), model: { directory, manifest } },
    ...{ environments: 0, deployments: [] },
  });
  if (status === "failed")
    throw new UserError(`The training is not logged, and tracking.required asks for it: ${message}`);
  // A function that gives a folder has no other way to say what became of it: both engines show what it prints.
  console.info(`${status === "passed" ? "" : "⚠ "}track: ${message}`);
}
