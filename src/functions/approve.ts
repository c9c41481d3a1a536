import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { digestOf } from "../delivery/image-reference.ts";
import { neededText } from "../delivery/noted-change.ts";
import { UserError } from "../errors.ts";
import { attestation, attestationsOf, type OpenedAttestation } from "../evidence/attestation.ts";
import { readEvidence, refuseSame, requireTrusted } from "../evidence/evidence.ts";
import type { ImageVerdict } from "../evidence/image-verdict.ts";
import { type Signer, shortKey, signerOf, type TrustedKey } from "../evidence/keys.ts";
import {
  approvalStatement,
  attachedDecisions,
  type CountingApproval,
  countingApproval,
  type SignedApproval,
  standing,
} from "../model/signed-approval.ts";
import { openRepository } from "../registry/connection.ts";
import { getManifest, isOfRegistry } from "../registry/content.ts";
import { parseReference } from "../registry/reference.ts";
import { attach } from "../registry/referrers.ts";
import { credentialsOf } from "../stages/credentials.ts";
import { targetOf } from "../stages/roll-out.ts";
import { printable } from "../text.ts";
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
  return decisionText(request, signer, verdict, before);
}

/** @throws UserError for words that would not fit on a line of what is printed and noted */
function checkTexts({ by, note }: ApproveRequest): void {
  if (by.trim() === "") throw new UserError("--by says who approves: give a name.", "evidence");
  for (const [flag, text] of Object.entries({ by, note })) {
    const most = MOST[flag as keyof typeof MOST];
    if (text.length <= most && printable(text) === text && !/[\n\r]/.test(text)) continue;
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
 * @returns the one that stands already, in which case nothing is attached
 */
async function attachDecision(
  site: Site,
  { image, environment, by, note, withdraw, dryRun }: ApproveRequest,
  { signer, approvers: given, verdict: { approval: verdict }, validHours }: Deciding,
): Promise<SignedApproval | undefined> {
  const [reference, digest, now] = [parseReference(image, "--image"), digestOf(image), new Date()];
  const approvers = given ?? [signer.trusted];
  const judged = (found: readonly OpenedAttestation[]): CountingApproval | string =>
    countingApproval(found, { image: digest, environment, approvers, validHours, now });
  let isAttaching = false;
  let isAttached = false;
  try {
    const credentials = await credentialsOf(site.registry, reference);
    const repository = await openRepository(reference, credentials, dryRun ? "pull" : "pull,push");
    const { descriptor } = await getManifest(repository, digest);
    const found = await attestationsOf(repository, digest, approvers);
    const others = attachedDecisions(found, digest, environment);
    const before = judged(found);
    // Whose withdrawals count is not known without --approval-key, so that each does.
    const isOpen = given === undefined && standing(others, ({ replaces }) => replaces).some(isWithdrawal);
    if (typeof before !== "string" && !withdraw && !isOpen && before.approval.by === by) return before.approval;
    const decision = withdraw ? "withdrawn" : "approved";
    const content = approvalStatement(
      { name: reference.name, sha256: digest },
      {
        ...{ decision, environment, by, verdict, replaces: others.map(({ id }) => id) },
        note: note === "" ? undefined : note,
      },
      now,
    );
    if (dryRun) return undefined;
    isAttaching = true;
    await attach(repository, descriptor, [attestation(content, signer)]);
    isAttached = true;
    const problem = problemOf(judged(await attestationsOf(repository, digest, approvers)), withdraw);
    if (problem !== undefined) {
      throw new UserError(
        `${image}: the decision was attached, and does not count: ${problem}. Do it again.`,
        "evidence",
      );
    }
    return undefined;
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

const isWithdrawal = ({ decision }: Pick<SignedApproval, "decision">): boolean => decision === "withdrawn";

/** Why what is attached by now is not what was decided; undefined where it is. */
function problemOf(after: CountingApproval | string, withdraw: boolean): string | undefined {
  if (!withdraw) return typeof after === "string" ? after : undefined;
  return typeof after === "string" ? undefined : `the approval of ${after.approval.by} still stands`;
}

/** @param before the same approval, where it stands already */
function decisionText(
  { image, environment, by, withdraw, dryRun }: ApproveRequest,
  { id }: Signer,
  { verdict, keyId, timeCreated, approval }: ImageVerdict,
  before: SignedApproval | undefined,
): string {
  const who = `by ${by}, signed by key ${shortKey(id)}`;
  const done = withdraw
    ? `${dryRun ? "would withdraw" : "withdrew"} the approval of`
    : dryRun
      ? "would approve"
      : "approved";
  const head =
    before === undefined
      ? `${done} ${image} for ${environment} ${who}`
      : `${image} is approved for ${environment} already, ${who} at ${before.timeCreated}`;
  const change = approval === undefined ? "nothing says what kind of change it is" : neededText(approval);
  return [
    head,
    `  verdict  ${verdict}, signed by key ${shortKey(keyId)} at ${timeCreated}`,
    `  change   ${change}`,
  ].join("\n");
}
