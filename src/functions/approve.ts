import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { digestOf } from "../delivery/image-reference.ts";
import { UserError } from "../errors.ts";
import { attestation, attestationsOf, type OpenedAttestation } from "../evidence/attestation.ts";
import { readEvidence, refuseSame, requireTrusted } from "../evidence/evidence.ts";
import type { ImageVerdict } from "../evidence/image-verdict.ts";
import { type Signer, shortKey, signerOf, type TrustedKey } from "../evidence/keys.ts";
import { sha256 } from "../model/manifest.ts";
import {
  approvalStatement,
  attachedDecisions,
  type CountingApproval,
  countingApprovals,
  unknownDecision,
} from "../model/signed-approval.ts";
import { openRepository } from "../registry/connection.ts";
import { getManifest, isOfRegistry } from "../registry/content.ts";
import { parseReference } from "../registry/reference.ts";
import { attach } from "../registry/referrers.ts";
import { credentialsOf } from "../stages/credentials.ts";
import { targetOf } from "../stages/roll-out.ts";
import { printable } from "../text.ts";
import { type DecidedBefore, decisionText, whatIsTakenBack, whatWasBefore } from "./decision.ts";
import { imageByDigest } from "./image-by-digest.ts";
import type { Site } from "./site.ts";
import { imageVerifier } from "./verify-image.ts";

export interface ApproveRequest {
  readonly source: Directory;
  /** By digest. */
  readonly image: string;
  readonly environment: string;
  /** Who. */
  readonly by: string;
  readonly note: string;
  /** Whether an approval is taken back. */
  readonly withdraw: boolean;
  readonly dryRun: boolean;
}

/** How long a name, and a note, may be. */
const MOST = { by: 200, note: 2_000 } as const;

/**
 * Signs that a person lets an image go to an environment, and attaches that to the image.
 *
 * @throws UserError for an image that did not pass, and for a key that does not count
 */
export async function approveImage(site: Site, request: ApproveRequest): Promise<string> {
  const image = await imageByDigest(site.registry, request.image);
  checkTexts(request);
  const signer = await approverOf(site);
  // The key is that of a person, and not the one that signs verdicts, which the context is about.
  const { signingKey: _signingKey, ...evidence } = site.evidence;
  const others = await readEvidence(evidence);
  refuseSame(others.trusted, [signer.trusted], { approving: "--signing-key", judging: "--verification-key" });
  refuseUnheard(signer, others.approvers);
  const trusted = requireTrusted(others);
  const context = await readContext(request.source, { ...site, evidence }, { mayBeEmpty: true, solves: false });
  targetOf(context, request.environment);
  const verdict = await imageVerifier(site.registry)(image, trusted);
  if (verdict.verdict !== "passed") {
    throw new UserError(`${image} did not pass, so nobody approves it: ${verdict.reason}`, "evidence");
  }
  const validHours = context.config.approval["valid-hours"];
  const before = await attachDecision(site, request, { signer, approvers: others.approvers, verdict, validHours });
  return decisionText({ ...request, keyId: signer.id }, verdict, before);
}

/** @throws UserError for words that would not fit on a line of what is printed and noted */
function checkTexts({ by, note }: ApproveRequest): void {
  if (by.trim() === "") throw new UserError("--by says who approves: give a name.", "evidence");
  for (const [flag, text] of Object.entries({ by, note })) {
    const most = MOST[flag as keyof typeof MOST];
    if (text.length <= most && printable(text) === text && !/[\n\r\u2028\u2029]/.test(text)) continue;
    throw new UserError(`--${flag}: expected at most ${most} letters on one line.`, "evidence");
  }
}

async function approverOf({ evidence: { signingKey } }: Site): Promise<Signer> {
  if (signingKey !== undefined) return signerOf(await signingKey.plaintext());
  throw new UserError(
    "Nothing says who approves: give --signing-key=file:PATH before the function, the private key of the person, whose public half is in --approval-key.",
    "evidence",
  );
}

/** @throws UserError where nobody who trusts the keys that may approve would heed this one */
function refuseUnheard({ id }: Signer, approvers: readonly TrustedKey[] | undefined): void {
  if (approvers === undefined || approvers.some((one) => one.id === id)) return;
  throw new UserError(
    `The key of --signing-key (${shortKey(id)}) is none of those of --approval-key: its approval would not count.`,
    "evidence",
  );
}

/** What is known before a decision is attached. */
interface Deciding {
  readonly signer: Signer;
  /** Those whose decisions count; undefined where the site does not say. */
  readonly approvers: readonly TrustedKey[] | undefined;
  readonly verdict: ImageVerdict;
  readonly validHours: number | undefined;
}

/**
 * Attaches the decision, and reads back that it counts.
 *
 * @throws UserError where it does not, and for an approval beside a decision that only another version can read
 */
async function attachDecision(
  site: Site,
  { image, environment, by, note, withdraw, dryRun }: ApproveRequest,
  { signer, approvers: given, verdict: { approval: verdict }, validHours }: Deciding,
): Promise<DecidedBefore> {
  const [reference, digest, now] = [parseReference(image, "--image"), digestOf(image), new Date()];
  const approvers = given ?? [signer.trusted];
  const judged = (found: readonly OpenedAttestation[]): readonly CountingApproval[] | string =>
    countingApprovals(found, { image: digest, environment, approvers, validHours, now });
  let isAttaching = false;
  let isAttached = false;
  try {
    const credentials = await credentialsOf(site.registry, reference);
    const repository = await openRepository(reference, credentials, dryRun ? "pull" : "pull,push");
    const { descriptor } = await getManifest(repository, digest);
    const found = await attestationsOf(repository, digest, approvers);
    const unknown = withdraw ? undefined : unknownDecision(found, digest);
    if (unknown !== undefined) throw new UserError(`${image} is not approved: ${unknown}.`, "evidence");
    const others = attachedDecisions(found, digest, environment);
    const who = { by, keyId: signer.id, approvers: given };
    const counting = judged(found);
    const before = typeof counting === "string" ? [] : counting;
    const decided = withdraw ? whatIsTakenBack(before) : whatWasBefore(before, others, who, { validHours, now });
    if (decided.isLeft || dryRun) return decided;
    const decision = withdraw ? "withdrawn" : "approved";
    const content = approvalStatement(
      { name: reference.name, sha256: digest },
      {
        ...{ decision, environment, by, verdict, replaces: others.map(({ id }) => id) },
        note: note === "" ? undefined : note,
      },
      now,
    );
    isAttaching = true;
    await attach(repository, descriptor, [attestation(content, signer)]);
    isAttached = true;
    const after = await attestationsOf(repository, digest, approvers);
    const isThere = after.some(({ id }) => id === sha256(content));
    const problem = isThere ? problemOf(judged(after), withdraw) : "the registry does not list it";
    if (problem !== undefined) {
      throw new UserError(
        `${image}: the decision was attached, and does not count: ${problem}. Do it again.`,
        "evidence",
      );
    }
    return decided;
  } catch (error) {
    if (isOfRegistry(error)) {
      const what = isAttached
        ? "the decision was attached, and whether it counts is not known"
        : isAttaching
          ? "whether the decision was attached is not known, which `verify --image` says"
          : "nothing was attached";
      throw new UserError(`${image}: ${what}: ${error.message}.`, "evidence");
    }
    throw error;
  }
}

/** Why what is attached by now is not what was decided; undefined where it is. */
function problemOf(after: readonly CountingApproval[] | string, withdraw: boolean): string | undefined {
  if (typeof after === "string") return withdraw ? undefined : after;
  return withdraw ? `the approval of ${after[0]?.approval.by} still stands` : undefined;
}
