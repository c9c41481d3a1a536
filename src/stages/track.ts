import type { Context } from "../context/context.ts";
import type { Manifest } from "../model/manifest.ts";
import { projectName } from "../project/name.ts";
import { candidateRun } from "../tracking/payload.ts";
import { log } from "../tracking/tracker.ts";
import { loggedText, loggedWarnings } from "../tracking/words.ts";
import { defineStage, type TrackingInputs } from "./definition.ts";
import { scanModel } from "./scan-model.ts";
import type { Outcome, StageTitle } from "./stage.ts";
import { train } from "./train.ts";

/* A run in a tracking server: its model before the gates, and the whole of it at the end. */

/** The whole run, when all else has ended. */
export const TRACK: StageTitle = { name: "track", step: "Publish" };

/** What is logged of a model, whatever becomes of it. */
export const modelTags = ({
  model,
  source,
  data,
}: Pick<Manifest, "model" | "source" | "data">): Record<string, string> => ({
  "ml-pipeline.model": model,
  "ml-pipeline.source": source,
  "ml-pipeline.data": data,
});

/** The setting that keeps a failure to log from deciding; undefined where none does. */
export const warnsOnly = ({ settings }: TrackingInputs): string | undefined =>
  settings.required ? undefined : "tracking.required";

/** Logs the model before its gates decide, as the challenger. */
export const trackModel = defineStage({
  name: "track model",
  step: "Evaluate",
  page: "tracking",
  // What may be harmful is not passed on, nor what only shows that the project works.
  needs: { trained: train, scanned: scanModel },
  when: ({ tracking, training }) => tracking !== undefined && training?.isQuick !== true,
  onlyWarns: ({ tracking }) => (tracking === undefined ? undefined : warnsOnly(tracking)),
  async run({ tracking, context }, { trained }): Promise<Outcome<undefined>> {
    if (tracking === undefined || trained === undefined) throw new Error("a model was to be tracked without one");
    const { settings, tracker, experiment, model } = tracking;
    const logged = await log(context, tracker, {
      experiment,
      run: candidateRun(candidateOf(context, tracking, trained.manifest)),
      model: {
        ...{ name: model, directory: trained.directory, tags: modelTags(trained.manifest) },
        ...{ validation: "pending", challenger: settings.aliases.challenger, champion: null },
      },
    });
    return {
      status: "passed",
      message: loggedText(tracker.url, model, logged),
      warnings: loggedWarnings(logged),
      value: undefined,
    };
  },
});

/** What of a report is known before its gates. */
function candidateOf(
  { since, project, config }: Context,
  { runId, commit, branch }: TrackingInputs,
  { source, data, model, trainingInputs }: Manifest,
): Parameters<typeof candidateRun>[0] {
  return {
    startedAt: new Date(since).toISOString(),
    ...{ runId, project: { name: projectName(project), commit, branch } },
    ...{ hashes: { source, data, model, trainingInputs }, config },
  };
}

/** Whether a stage is about the tracking server. */
export const isTracking = (name: string): boolean => name === TRACK.name || name === trackModel.name;
