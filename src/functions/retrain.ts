import type { Directory } from "@dagger.io/dagger";
import type { Context, DataContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { Retraining } from "../objects/retraining.ts";
import { Run } from "../objects/run.ts";
import { RETRAINING, runStages, WINDOW } from "../pipeline.ts";
import { type RetrainingInputs, type RunInputs, withReadyData } from "../stages/definition.ts";
import { guardWindow } from "../stages/guard-window.ts";
import { joinWindow, testDataApart } from "../stages/join-window.ts";
import { isTracked, pullData } from "../stages/pull-data.ts";
import { fetchData } from "../stages/ready-data.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import { type Window, windowOf } from "../training/window.ts";
import { acceptedPlace } from "./accepted-place.ts";
import { preparedApart } from "./data.ts";
import { earlierRetrainings } from "./earlier-retrainings.ts";
import { type OpenedRun, openRun, type RunRequest } from "./open-run.ts";
import { recordRun } from "./record-run.ts";
import type { Site } from "./site.ts";

/** Why a retraining is called for. */
export enum Trigger {
  /** The time has come. */
  SCHEDULE = "schedule",
  /** There are new data. */
  DATA = "data",
  /** Production's data or answers are not what they were. */
  DRIFT = "drift",
  /** A person asks for it. */
  MANUAL = "manual",
}

/** The arguments of a retraining. */
export interface RetrainRequest extends RunRequest {
  readonly trigger: Trigger;
  /** How many days the window has; `retraining.window` when absent. */
  readonly days?: number | undefined;
  readonly startDate?: string | undefined;
  readonly endDate?: string | undefined;
  /** The data of the window, where they need not be fetched. */
  readonly fresh?: Directory | undefined;
  /** What production was trained on, where that is not the project's data. */
  readonly reference?: Directory | undefined;
  /** The fixed test set. */
  readonly testData?: Directory | undefined;
  readonly watch: readonly string[];
  /** Reports of earlier retrainings, at any depth. */
  readonly history?: Directory | undefined;
  readonly forceDeploy: boolean;
  readonly forcedBy?: string | undefined;
}

/** Trains anew on a window of fresh data, and decides whether the new model takes the accepted one's place. */
export async function retrainModel(site: Site, request: RetrainRequest): Promise<Retraining> {
  checkForce(request);
  const run = await recordedRun(site, request);
  return new Retraining(run.content(), run);
}

async function recordedRun(site: Site, request: RetrainRequest): Promise<Run> {
  const opened = await openRun(site, request, (context) => withAcceptedPlace(site, context, request));
  if (opened instanceof Run) return opened;
  const { context, publish } = opened;
  const earlier = await earlierRetrainings(site, context, opened.request);
  const { retraining: settings } = context.config;
  const window = windowOf({ ...request, days: request.days ?? settings.window }, new Date(context.since));
  const apart = await testDataApart(context.data, settings["test-data"]);
  const watch = request.watch.filter(Boolean).map(decoded);
  const testData = request.testData ?? apart.fixed;
  const asked: RetrainingInputs = {
    ...{ earlier, isManual: request.trigger === Trigger.MANUAL, fixed: testData },
    ...{ window, windowData: request.fresh, reference: request.reference, watch },
    forcedBy: request.forceDeploy ? request.forcedBy : undefined,
  };
  const first: RunInputs & { readonly data: Directory } = {
    ...{ context, data: apart.data, tracked: await isTracked({ ...context, data: apart.data }), dvc: site.dvc },
    retraining: asked,
  };
  const before = await runStages(WINDOW, first);
  const data = readyBefore(first, before);
  const joined = before.value(joinWindow);
  const guarded = before.value(guardWindow);
  const fixedData =
    data === undefined ? undefined : (await fingerprint(context, { fixed: testData ?? data })).fixed.sha256;
  const retraining = {
    ...{ trigger: request.trigger, window: { ...window, ...guarded }, watch, rows: joined?.rows, fixedData },
    experiment: experimentOf(settings.experiment, window, request),
    reference: await referenceText(opened, request, data),
    fixed: fixedText(request, settings["test-data"]),
  };
  const accepted = { environments: opened.environments, accepted: opened.accepted };
  if (joined === undefined || data === undefined) {
    return recordRun(site, request, accepted, { inputs: first, stages: [], before, retraining });
  }
  // What was fetched before would be fetched over what was joined to it.
  const unfetched = withoutFetch(context);
  const [fixed, fresh] = await Promise.all(
    [testData ?? data, joined.fresh].map((folder) => preparedApart({ ...unfetched, data: folder })),
  );
  const inputs = {
    ...{ context: unfetched, data: joined.data, publish, tracking: opened.tracking, keepGoing: request.keepGoing },
    ...{ baseline: opened.baseline, production: opened.production, approved: request.approved },
    training: { epochs: request.epochs, ...opened.place, reuse: request.reuse, experiment: retraining.experiment },
    retraining: { ...asked, fixed: fixed?.data, fixedData, fresh: fresh?.data },
  };
  return recordRun(site, request, accepted, { inputs, stages: RETRAINING, before, retraining });
}

/** The name of a column, of which `outputs.env` has what a shell would take apart as its bytes. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** @throws UserError for a force that nobody answers for */
function checkForce({ forceDeploy, forcedBy }: RetrainRequest): void {
  if (forceDeploy && (forcedBy ?? "").trim() === "") {
    throw new UserError(
      "--force-deploy lets a worse model go out, and the report says by whose word: give --forced-by=NAME as well.",
      "retraining",
    );
  }
  // A CI job says who started it, whether or not that person asked for force.
  if (!forceDeploy && forcedBy !== undefined)
    console.info("nothing is forced: --forced-by counts beside --force-deploy");
}

/** The request with the place of the accepted model, without which nothing says whether a new one is better. */
const withAcceptedPlace = (site: Site, context: Context, request: RetrainRequest): RetrainRequest =>
  request.baseline !== undefined || request.baselineFrom !== undefined
    ? request
    : { ...request, baselineFrom: acceptedPlace(site, context.config) };

/** The data before the window; undefined where something kept it from being joined to them. */
const readyBefore = (inputs: RunInputs, before: StagesResult): Directory | undefined =>
  before.value(joinWindow) === undefined
    ? undefined
    : withReadyData(inputs, { pulled: before.value(pullData), fetched: before.value(fetchData) }).data;

function withoutFetch(context: DataContext): DataContext {
  const { fetch: _fetch, ...entryPoints } = context.project.entryPoints;
  return { ...context, project: { ...context.project, entryPoints } };
}

const experimentOf = (name: string, { start, end }: Window, { labels: { runId } }: RetrainRequest): string =>
  `${name}-${runId === undefined || runId === "" ? `${start}-${end}` : runId}`;

/** What the window was compared with, as far as it is known to be what production was trained on. */
async function referenceText(
  { context, accepted }: OpenedRun,
  { reference }: RetrainRequest,
  data: Directory | undefined,
): Promise<string> {
  if (reference !== undefined) return "what was given (--reference)";
  if (data === undefined || accepted === undefined) return "the project's data";
  const hash = (await fingerprint(context, { data })).data.sha256;
  return hash === accepted.data
    ? "the data that the accepted model was trained on"
    : "the project's data, which are not those that the accepted model was trained on";
}

const fixedText = ({ testData }: RetrainRequest, folder: string | undefined): string => {
  if (testData !== undefined) return "what was given (--test-data)";
  return folder === undefined
    ? "the project's own data before the window, split by its own evaluation: no fixed test set is named (--test-data, retraining.test-data)"
    : `${folder} in the data (retraining.test-data)`;
};
