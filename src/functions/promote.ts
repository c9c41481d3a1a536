import type { Directory, File } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { digestOf, shortImage } from "../delivery/image-reference.ts";
import { reasonToStay } from "../delivery/promotion.ts";
import { RECORD } from "../delivery/rollout-words.ts";
import { workloadOf } from "../delivery/workload.ts";
import { UserError } from "../errors.ts";
import type { ImageVerifier } from "../evidence/image-verdict.ts";
import { checkAccess } from "../stages/cluster-access.ts";
import { targetOf } from "../stages/roll-out.ts";
import { deliver, noted } from "./delivering.ts";
import { judgedReportOf } from "./deploy.ts";
import { imageByDigest } from "./image-by-digest.ts";
import { checkLink } from "./link.ts";
import { gateBefore, statusIn } from "./may-go-on.ts";
import { approvalAsks } from "./signed-approval.ts";
import { countingHashes } from "./signed-hashes.ts";
import type { Site } from "./site.ts";
import { versionWith } from "./store-pointers.ts";

export interface PromoteRequest {
  readonly source: Directory;
  readonly from: string;
  readonly to: string;
  /** The image that a person has looked at. */
  readonly approveImage?: string | undefined;
  /** Checks of a canary that a person has looked at. */
  readonly approved: readonly string[];
  /** What a canary is asked about. */
  readonly requests?: File | undefined;
  /** The report of the run that judged the image, for the answer that it has recorded. */
  readonly report?: Directory | undefined;
  readonly link?: string | undefined;
  readonly dryRun: boolean;
}

/** Notes about an image that go with it. */
const CARRIED = [
  ...[RECORD.verdict, RECORD.report, RECORD.source, RECORD.data, RECORD.model],
  ...[RECORD.change, RECORD.approval, RECORD.comparedWith],
] as const;

/**
 * Lets one environment run what another one runs, by its digest and with what is noted of it.
 *
 * @throws UserError where it may not go on, waits for a person, or does not work there
 */
export async function promoteImage(site: Site, request: PromoteRequest, verifier: ImageVerifier): Promise<string> {
  const { from, to, approveImage, link, dryRun } = request;
  checkLink(link, "delivery");
  const approved =
    approveImage === undefined ? undefined : await imageByDigest(site.registry, approveImage, "--approve-image");
  if (from === to) throw new UserError(`--from and --to are both ${from}.`, "delivery");
  const context = await readContext(request.source, site, { mayBeEmpty: true, solves: false });
  const told = { environment: from, workload: workloadOf(targetOf(context, from, `--from=${from}`)) };
  targetOf(context, to, `--to=${to}`);
  checkAccess(site.cluster);
  const seen = await statusIn(site, context, from);
  const problem = reasonToStay(seen, told);
  if (problem !== undefined || seen.after === null) {
    throw new UserError(`${problem ?? `Nothing is known of ${from}.`} So nothing goes on to ${to}.`, "delivery");
  }
  const { image, records: found } = seen.after;
  if (approved !== undefined && digestOf(approved) !== digestOf(image)) {
    throw new UserError(
      `--approve-image=${approved} is not what ${from} runs by now, which is ${image}: look at that one. Nothing was changed.`,
      "delivery",
    );
  }
  const report = await judgedReportOf(request.report, image);
  const records = noted({
    ...Object.fromEntries(CARRIED.map((name) => [name, found[name]])),
    ...(link === undefined ? {} : { [RECORD.report]: link }),
  });
  const waiting = {
    ...{ environment: to, image, from },
    ...{ hasReport: report !== undefined, hasRequests: request.requests !== undefined },
  };
  const {
    report: stage,
    waits,
    text,
  } = await deliver(
    site,
    context,
    {
      ...{ environment: to, image, records, dryRun, recorded: report?.answered },
      canary: { approved: request.approved, requests: request.requests },
      link: records[RECORD.report],
      cause: [
        `ml-pipeline promote ${shortImage(image)} from ${from}`,
        ...(approved === undefined || approvalAsks(context) !== undefined ? [] : ["approved"]),
      ].join(", "),
      stored: async (told) => {
        const hashes = await countingHashes(site, context, image, told);
        if (typeof hashes !== "string") return versionWith(site, context, { image, hashes });
        throw new UserError(`The pointer of the model store is to follow (deploy.${to}.pointer): ${hashes}.`, "store");
      },
      gate: (signed) => gateBefore(site, context, { ...waiting, records, approved, signed }),
    },
    verifier,
  );
  // Who asked for production and did not get it must not see a success; a dry run has found out what it was to.
  const isPlanned = dryRun && waits !== undefined;
  if (stage.status === "passed" || isPlanned) return text;
  throw new UserError(text);
}
