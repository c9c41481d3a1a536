import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import type { Manifest } from "../model/manifest.ts";
import { recordedDeployed } from "../objects/deployment.ts";
import { believedManifest } from "../stages/believed.ts";
import { trackedReport } from "../tracking/tracked-report.ts";
import { reportText } from "./assert.ts";
import type { Site } from "./site.ts";
import { logRun, requireTracker, trackingOf } from "./tracking.ts";

export interface TrackRequest {
  readonly source: Directory;
  readonly report: Directory;
  readonly model?: Directory | undefined;
}

const endedReport = trackedReport.extend({ deployments: z.array(recordedDeployed).optional() });

/**
 * Logs a run that has ended, or what is lacking of it.
 *
 * @throws UserError where it could not be logged, and for a model that is not the report's
 */
export async function trackReport(site: Site, { source, report: folder, model }: TrackRequest): Promise<string> {
  const context = await readContext(source, site, { mayBeEmpty: true, solves: false });
  requireTracker(site, context);
  const report = parseJson(await reportText(folder), endedReport, "report.json");
  if (report.dryRun === true)
    throw new UserError("The report of --report is that of a dry run, which is not logged.", "tracking");
  const manifest = model === undefined ? undefined : await believedManifest(context, model, "--model");
  if (model !== undefined && (manifest === undefined || manifest.model !== report.hashes.model)) {
    throw new UserError(
      `The model of --model is not that of the report: the report is about ${report.hashes.model ?? "none"}, and the model is ${manifest?.model ?? "one without ml-pipeline.json"}.`,
      "tracking",
    );
  }
  const { runId, project, deployments = [] } = report;
  const tracking = trackingOf(site, context, { runId, commit: project?.commit, branch: project?.branch });
  if (tracking === undefined) throw new Error("a server that was there is gone");
  const { message, warnings = [] } = await logRun(context, tracking, {
    ...{ report, folder, deployments, environments: deployments.length },
    model: withManifest(model, manifest),
  });
  return [message, ...warnings.map((warning) => `warning: ${warning}`)].join("\n");
}

const withManifest = (directory: Directory | undefined, manifest: Manifest | undefined) =>
  directory === undefined || manifest === undefined ? undefined : { directory, manifest };
