import type { Directory } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import type { Manifest } from "../model/manifest.ts";
import { quickRefusal } from "../model/profile.ts";
import { projectName } from "../project/name.ts";
import type { RunLabels } from "../report/report.ts";
import type { TrackingInputs } from "../stages/definition.ts";
import { scanModel } from "../stages/scan-model.ts";
import { type Outcome, onlyWarning, type StageReport, stage } from "../stages/stage.ts";
import { modelTags, TRACK, warnsOnly } from "../stages/track.ts";
import { type Outcome as Ended, reasonAgainst } from "../tracking/champion.ts";
import { loggedRun } from "../tracking/payload.ts";
import { stepMetrics } from "../tracking/steps.ts";
import type { TrackedReport } from "../tracking/tracked-report.ts";
import { log, type Tracker, trackerOf } from "../tracking/tracker.ts";
import { loggedText, loggedWarnings } from "../tracking/words.ts";
import { STORE } from "./run-delivery.ts";
import type { Site } from "./site.ts";

/* Runs in a tracking server: where they are logged, and the whole of one when it has ended. */

/**
 * Where the runs of a project are logged; undefined where nobody names a server.
 *
 * @throws UserError for an address that is none, and where nothing says how the experiment is called
 */
export function trackingOf(
  { tracking }: Pick<Site, "tracking">,
  { config, project }: Pick<Context, "config" | "project">,
  labels: RunLabels,
): TrackingInputs | undefined {
  const { tracking: settings } = config;
  const tracker = trackerOf(tracking, settings.url);
  if (tracker === undefined) return undefined;
  const name = projectName(project);
  return {
    ...{ tracker, settings, ...labels },
    experiment: settings.experiment ?? requireName(name, "experiment"),
    model: settings.model ?? requireName(name, "model"),
  };
}

/** @throws UserError where nothing gives a name */
function requireName(name: string | undefined, key: "experiment" | "model"): string {
  if (name !== undefined) return name;
  throw new UserError(
    `Nothing says how the ${key} is called in MLflow: set tracking.${key}, or the name of the project in its pyproject.toml.`,
    "tracking",
  );
}

/** The tracking server of a site or a project. @throws UserError where there is none */
export function requireTracker({ tracking }: Pick<Site, "tracking">, { config }: Pick<Context, "config">): Tracker {
  const tracker = trackerOf(tracking, config.tracking.url);
  if (tracker !== undefined) return tracker;
  throw new UserError(
    "There is no tracking server: give --tracking=URL before the function, or set tracking.url in the configuration.",
    "tracking",
  );
}

/** A run that has ended, for a tracking server. */
export interface EndedRun extends Pick<Ended, "environments" | "deployments"> {
  readonly report: TrackedReport;
  readonly folder: Directory;
  /** Undefined where there is none. */
  readonly model: { readonly directory: Directory; readonly manifest: Manifest } | undefined;
}

const statusOf = ({ stages }: Pick<TrackedReport, "stages">, stageName: string) =>
  stages.find(({ name }) => name === stageName)?.status;

/** Whether a model is passed on to nobody: it was found to be harmful, or only shows that the project works. */
export const goesNowhere = (report: Pick<TrackedReport, "stages">, manifest: Pick<Manifest, "profile">): boolean =>
  statusOf(report, scanModel.name) === "failed" || quickRefusal(manifest) !== "";

/** Logs a run that has ended: a stage, which only warns where the settings do not ask for more. */
export async function trackRun(context: Context, tracking: TrackingInputs, run: EndedRun): Promise<StageReport> {
  const tracked = await stage(TRACK, () => logRun(context, tracking, run));
  const setting = warnsOnly(tracking);
  return (tracked.report.status === "failed" && setting !== undefined ? onlyWarning(tracked, setting) : tracked).report;
}

/** @throws UserError when it could not be logged */
export async function logRun(
  context: Context,
  { tracker, settings, experiment, model: name }: TrackingInputs,
  { report, folder, model: given, ...ended }: EndedRun,
): Promise<Outcome<undefined>> {
  const model = given === undefined || goesNowhere(report, given.manifest) ? undefined : given;
  const stored = statusOf(report, STORE.name);
  const against = reasonAgainst({ ...ended, stored, verdict: report.verdict }, settings);
  const { challenger, champion } = settings.aliases;
  const steps = model === undefined ? [] : stepMetrics(await metricsText(model.directory));
  const logged = await log(context, tracker, {
    ...{ experiment, run: loggedRun(report, steps), report: folder },
    model:
      model === undefined
        ? undefined
        : {
            ...{ name, directory: model.directory, tags: modelTags(model.manifest), challenger },
            validation: model.manifest.validation?.verdict ?? "pending",
            champion: against === undefined ? champion : null,
          },
  });
  const stays = model === undefined || against === undefined ? "" : `; ${champion} does not move to it: ${against}`;
  return {
    status: "passed",
    message: `${loggedText(tracker.url, model === undefined ? undefined : name, logged)}${stays}`,
    warnings: loggedWarnings(logged),
    value: undefined,
  };
}

/** What the training wrote of its steps; empty where it wrote nothing. */
const metricsText = async (model: Directory): Promise<string> =>
  (await model.entries()).includes("metrics.json") ? model.file("metrics.json").contents() : "";
