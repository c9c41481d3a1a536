import type { Directory, File } from "@dagger.io/dagger";
import { type Context, readContext } from "../context/context.ts";
import { shortImage } from "../delivery/image-reference.ts";
import { changeNote } from "../delivery/noted-change.ts";
import { CAUSE, RECORD } from "../delivery/rollout-words.ts";
import type { ImageVerifier } from "../evidence/image-verdict.ts";
import { parseJson } from "../json.ts";
import { Deployment } from "../objects/deployment.ts";
import { reportFolder } from "../report/folder.ts";
import { type JudgedReport, judgedReport, requireJudged } from "../report/judged-image.ts";
import { makeReport } from "../report/report.ts";
import type { Approval } from "../stages/approval.ts";
import { checkAccess, checkKubeconfig } from "../stages/cluster-access.ts";
import { targetOf } from "../stages/roll-out.ts";
import { reportText } from "./assert.ts";
import { type Delivered, deliver, noted } from "./delivering.ts";
import { imageByDigest } from "./image-by-digest.ts";
import { checkLink } from "./link.ts";
import { approvedBefore } from "./may-go-on.ts";
import type { Site } from "./site.ts";
import { versionWith } from "./store-pointers.ts";

export interface DeployRequest {
  readonly source: Directory;
  readonly image: string;
  readonly environment: string;
  /** The report of the run that judged the image. */
  readonly report?: Directory | undefined;
  /** Where that report can be read. */
  readonly link?: string | undefined;
  /** Checks of a canary that a person has looked at. */
  readonly approved: readonly string[];
  /** What a canary is asked about. */
  readonly requests?: File | undefined;
  readonly dryRun: boolean;
}

/**
 * Lets an environment run an image, waits for it, goes back when it does not work, and records that.
 *
 * @param verifier is asked for the signed verdict of the image, where the site or the project asks for one
 * @throws UserError for a mistake of the call
 */
export async function deployImage(site: Site, request: DeployRequest, verifier: ImageVerifier): Promise<Deployment> {
  const image = await imageByDigest(site.registry, request.image);
  const { environment, link, dryRun, approved, requests } = request;
  checkLink(link, "delivery");
  const context = await readContext(request.source, site, { mayBeEmpty: true, solves: false });
  targetOf(context, environment);
  checkAccess(site.cluster);
  await checkKubeconfig(site.cluster);
  const report = await judgedReportOf(request.report, image);
  const records = recordsOf(report, link);
  const delivered = await deliver(
    site,
    context,
    {
      ...{ environment, image, link, dryRun, records, recorded: report?.answered },
      canary: { approved, requests },
      cause: causeText("deploy", image, report),
      gate: (signed) =>
        approvedBefore(site, context, {
          ...{ environment, image, records, signed, isAhead: dryRun },
          ...{ hasReport: report !== undefined, hasRequests: requests !== undefined },
        }),
      stored: (hashes) => versionWith(site, context, { image, hashes }),
    },
    verifier,
  );
  return deploymentOf(context, delivered);
}

/** The record of a deploy. */
export async function deploymentOf(context: Context, { report, deployed, text }: Delivered): Promise<Deployment> {
  const verdict = report.status === "failed" ? "failed" : "passed";
  const made = await makeReport(context, { verdict, stages: [report], evidence: { deployments: [deployed] } });
  return new Deployment(JSON.stringify({ verdict, deployed, text }), await reportFolder(context, made));
}

/** @throws UserError for a report that failed, or is about another image */
export async function judgedReportOf(folder: Directory | undefined, image: string): Promise<JudgedReport | undefined> {
  if (folder === undefined) return undefined;
  const report = parseJson(await reportText(folder), judgedReport, "report.json of --report");
  requireJudged(report, image);
  return report;
}

/** What `kubectl rollout history` shows. */
export const causeText = (
  verb: string,
  image: string,
  report: Pick<JudgedReport, "verdict" | "runId" | "project"> | undefined,
): string =>
  [
    `${CAUSE}${verb} ${shortImage(image)}`,
    ...(report === undefined ? [] : [`gates ${report.verdict}`]),
    ...(report?.runId === undefined ? [] : [`run ${report.runId}`]),
    ...(report?.project?.commit === undefined ? [] : [`commit ${report.project.commit}`]),
  ].join(", ");

/** What of a report is noted. */
export interface NotedReport extends Pick<JudgedReport, "verdict" | "hashes"> {
  readonly approval?:
    | (Pick<Approval, "required" | "comparedWith"> & { readonly change?: readonly string[] })
    | undefined;
}

export const recordsOf = (
  report: NotedReport | undefined,
  link: string | undefined,
): Readonly<Record<string, string>> =>
  noted({
    [RECORD.verdict]: report?.verdict,
    [RECORD.report]: link,
    [RECORD.source]: report?.hashes.source,
    [RECORD.data]: report?.hashes.data,
    [RECORD.model]: report?.hashes.model,
    [RECORD.approval]: report?.approval === undefined ? undefined : report.approval.required ? "required" : "none",
    [RECORD.change]: report?.approval === undefined ? undefined : changeNote(report.approval.change),
    [RECORD.comparedWith]: report?.approval?.comparedWith,
  });
