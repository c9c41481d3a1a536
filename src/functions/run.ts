import { Run } from "../objects/run.ts";
import { PIPELINE } from "../pipeline.ts";
import { isTracked } from "../stages/pull-data.ts";
import { requireRunId } from "./accepted.ts";
import { openRun, type RunRequest } from "./open-run.ts";
import { gatesOf, trainingOf } from "./profile.ts";
import { recordRun } from "./record-run.ts";
import { requireRunIdToDeliver } from "./run-delivery.ts";
import type { Site } from "./site.ts";

/** The same as text; fails when the run did. Its call may be answered from a cache. */
export async function fullPipeline(site: Site, request: RunRequest): Promise<string> {
  requireRunId(request.labels.runId, request);
  requireRunIdToDeliver(request);
  return (await runPipeline(site, { ...request, isTextOnly: true })).conclusion(PAGE_HINT);
}

/** The text alone has no report, and the same call with a record of it is answered from the cache. */
const PAGE_HINT =
  "All numbers are on a page, which `run` in place of `full-pipeline` writes, with `report export --path=report/` after its arguments.";

/** Runs the whole pipeline and records it. A project that cannot be read makes a failed run with a report, like any other failure. */
export async function runPipeline(site: Site, request: RunRequest): Promise<Run> {
  const opened = await openRun(site, request);
  if (opened instanceof Run) return opened;
  const { context, place, baseline, production, publish, tracking } = opened;
  const { epochs, profile, reuse, approved, keepGoing } = request;
  const inputs = {
    ...{ context, data: context.data, baseline, production, approved, keepGoing, dvc: site.dvc },
    ...{ publish, tracking },
    tracked: await isTracked(context),
    training: { ...trainingOf(context, profile, epochs), reuse, ...place },
    only: gatesOf(context, profile),
  };
  return recordRun(site, request, opened, { inputs, stages: PIPELINE });
}
