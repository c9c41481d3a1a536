import type { Directory, File } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { imageByDigest, shortImage } from "../delivery/image-reference.ts";
import { assertRollout, CAUSE, RECORD } from "../delivery/rollout-words.ts";
import { UserError } from "../errors.ts";
import type { ImageVerdict, ImageVerifier } from "../evidence/image-verdict.ts";
import { parseJson } from "../json.ts";
import { type JudgedReport, judgedReport, requireJudged } from "../report/judged-image.ts";
import { rollOut, targetOf } from "../stages/roll-out.ts";
import { reportText } from "./assert.ts";
import { canaryOf } from "./canary.ts";
import type { Site } from "./site.ts";
import { verifiedImage } from "./verified-image.ts";

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
 * Lets a Deployment run an image, waits for it, and goes back when it does not work.
 *
 * @param verifier is asked for the signed verdict of the image, where the site or the project asks for one
 */
export async function deployImage(site: Site, request: DeployRequest, verifier: ImageVerifier): Promise<string> {
  const image = imageByDigest(request.image);
  const { environment, link, dryRun, approved, requests } = request;
  if (link !== undefined && !/^https?:\/\/\S+$/.test(link)) {
    throw new UserError(`--link=${link}: expected an address that begins with https://.`, "delivery");
  }
  const context = await readContext(request.source, site, { mayBeEmpty: true, solves: false });
  const target = targetOf(context, environment);
  const report =
    request.report === undefined
      ? undefined
      : parseJson(await reportText(request.report), judgedReport, "report.json of --report");
  if (report !== undefined) requireJudged(report, image);
  const signed = await verifiedImage(context, image, verifier);
  const change = report?.approval?.change;
  const canary = await canaryOf(context, target, { environment, approved, requests, change });
  const rollout = await rollOut(context, site.cluster, {
    ...{ action: "deploy", target, dryRun, image, recorded: report?.answered, canary },
    cause: causeText(image, report),
    records: recordsOf(report, signed, link),
  });
  return assertRollout(rollout, { environment, deployment: target.deployment, canary: target.canary });
}

/** What `kubectl rollout history` shows. */
const causeText = (image: string, report: JudgedReport | undefined): string =>
  [
    `${CAUSE}${shortImage(image)}`,
    ...(report === undefined ? [] : [`gates ${report.verdict}`]),
    ...(report?.runId === undefined ? [] : [`run ${report.runId}`]),
    ...(report?.project?.commit === undefined ? [] : [`commit ${report.project.commit}`]),
  ].join(", ");

function recordsOf(
  report: JudgedReport | undefined,
  signed: ImageVerdict | undefined,
  link: string | undefined,
): Readonly<Record<string, string>> {
  const verdict = [
    ...(report === undefined ? [] : [report.verdict]),
    ...(signed === undefined ? [] : [`${signed.verdict}, signed by key ${signed.keyId} at ${signed.timeCreated}`]),
  ].at(-1);
  const hashes = { ...report?.hashes, ...signed?.hashes };
  const entries = {
    [RECORD.verdict]: verdict,
    [RECORD.report]: link,
    [RECORD.source]: hashes.source,
    [RECORD.data]: hashes.data,
    [RECORD.model]: hashes.model,
  };
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
