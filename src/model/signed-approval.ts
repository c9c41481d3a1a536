import { z } from "zod";
import type { OpenedAttestation } from "../evidence/attestation.ts";
import { shortKey, strangerText, type TrustedKey } from "../evidence/keys.ts";
import { isAbout, isOfKind, otherVersion, type Statement, type Subject, statement } from "../evidence/statement.ts";
import { oneLine } from "../text.ts";
import { type NeededApproval, neededApprovalSchema, secondOf } from "./verdict.ts";

/*
 * A person's approval of an image for an environment, signed and attached to the image like its verdict. The keys that count are not
 * those that sign verdicts.
 */

export const APPROVAL_TYPE = "urn:ml-pipeline:approval:v1";

/** Words that somebody chose who can write to the registry. */
const line = z.string().transform(oneLine);

const approvalSchema = z.object({
  timeCreated: z.iso.datetime(),
  decision: z.enum(["approved", "withdrawn"]),
  environment: z.string(),
  /** Who, in their own words: the key is what counts. */
  by: line,
  note: line.exactOptional(),
  /** What the verdict said of the change that was approved. */
  verdict: neededApprovalSchema.exactOptional(),
  /**
   * The decisions for the environment that were there, by what names their statements: it takes their place. So clocks that differ decide
   * nothing, and a withdrawal that was not seen is never outdone.
   */
  replaces: z.array(z.string()).readonly().default([]),
});
export type SignedApproval = Readonly<z.output<typeof approvalSchema>>;

/** What a person decides. */
export interface Decision extends Pick<SignedApproval, "decision" | "environment" | "by" | "replaces"> {
  readonly note: string | undefined;
  readonly verdict: NeededApproval | undefined;
}

export function approvalStatement(image: Subject, { note, verdict, ...decision }: Decision, time: Date): string {
  const predicate: SignedApproval = {
    timeCreated: secondOf(time),
    ...decision,
    ...(note === undefined ? {} : { note }),
    ...(verdict === undefined ? {} : { verdict }),
  };
  return statement(image, APPROVAL_TYPE, predicate);
}

/** What a statement says, where it is an approval. */
export const approvalIn = ({ predicateType, predicate }: Statement): SignedApproval | undefined =>
  predicateType === APPROVAL_TYPE ? approvalSchema.safeParse(predicate).data : undefined;

/** What an approval must be for. */
export interface WantedApproval {
  /** The digest of the image. */
  readonly image: string;
  readonly environment: string;
  readonly approvers: readonly TrustedKey[];
  /** `approval.valid-hours`. */
  readonly validHours: number | undefined;
  readonly now: Date;
}

/** An approval that counts, and the key that signed it. */
export interface CountingApproval {
  readonly approval: SignedApproval;
  readonly key: TrustedKey;
}

/** A decision that one of those who may approve signed, and what names it. */
interface NamedDecision extends CountingApproval {
  readonly id: string;
}

/** A decision that is attached, whoever made it. */
export interface AttachedDecision extends Pick<SignedApproval, "decision" | "by" | "replaces"> {
  readonly id: string;
  /** The key that signed it, by its own word where that is none of those that were asked for; undefined where nothing says it. */
  readonly keyId: string | undefined;
}

/** All decisions about an image for an environment that are attached, whoever made them. */
export const attachedDecisions = (
  found: readonly OpenedAttestation[],
  image: string,
  environment: string,
): AttachedDecision[] =>
  found.flatMap(({ statement: one, id, signedBy, claimed }) => {
    const approval = one !== undefined && isAbout(one, image) ? approvalIn(one) : undefined;
    if (approval?.environment !== environment) return [];
    const { decision, by, replaces } = approval;
    return [{ id, decision, by, replaces, keyId: signedBy?.id ?? claimed }];
  });

/** Decisions that no other one takes the place of. */
export function standing<D extends { readonly id: string }>(
  decisions: readonly D[],
  replacesOf: (decision: D) => readonly string[],
): D[] {
  const replaced = new Set(decisions.flatMap(replacesOf));
  return decisions.filter(({ id }) => !replaced.has(id));
}

/**
 * Finds the approval of an image that counts, of several the newest one.
 *
 * @returns or why none counts, as the end of a sentence that names each
 */
export function countingApproval(
  found: readonly OpenedAttestation[],
  wanted: WantedApproval,
): CountingApproval | string {
  const all = countingApprovals(found, wanted);
  return typeof all === "string" ? all : all[0];
}

/**
 * Finds the approvals of an image that count: those for the environment that a key of those who may approve signed, and that have seen every
 * withdrawal. So a withdrawal ends all that came before it, whatever the times say; an approval and the one that renews it count both, each
 * to its end.
 *
 * @param found what is attached, opened with the keys of those who may approve
 * @returns the newest first, or why none counts
 */
export function countingApprovals(
  found: readonly OpenedAttestation[],
  wanted: WantedApproval,
): readonly [CountingApproval, ...CountingApproval[]] | string {
  const all = found.filter(({ statement: one }) => isOfKind(one?.predicateType ?? "", APPROVAL_TYPE));
  const read = all.map((one) => decisionIn(one, wanted));
  const decisions = read.filter((one) => typeof one !== "string").toSorted(newestFirst);
  if (decisions.length === 0) {
    const problems = read.filter((one) => typeof one === "string");
    return problems.length === 0 ? `nobody has approved it for ${wanted.environment}` : problems.join("; ");
  }
  const unknown = unknownDecision(all, wanted.image);
  if (unknown !== undefined) return unknown;
  const approvals = decisions.filter(({ approval }) => approval.decision === "approved");
  const judged = approvals.map((one) => ({ one, why: withdrawalOf(one, decisions) ?? refusalOf(one, wanted) }));
  const [first, ...others] = judged.filter(({ why }) => why === undefined).map(({ one }) => one);
  if (first !== undefined) return [first, ...others];
  return judged[0]?.why ?? withdrawalOf(undefined, decisions) ?? "no decision lets it go on";
}

/** Why a decision that one of those who may approve signed about an image may be a withdrawal: only another version can read it. */
export function unknownDecision(found: readonly OpenedAttestation[], image: string): string | undefined {
  const unknown = found.find(
    ({ statement: one, signedBy }) =>
      signedBy !== undefined &&
      one !== undefined &&
      isOfKind(one.predicateType, APPROVAL_TYPE) &&
      isAbout(one, image) &&
      approvalIn(one) === undefined,
  );
  return unknown === undefined ? undefined : unknownText(unknown);
}

const unknownText = ({ digest, statement: one }: Pick<OpenedAttestation, "digest" | "statement">): string =>
  `the approval ${digest} is of a form that this version of ml-pipeline does not know${otherVersion(one?.predicateType ?? "", APPROVAL_TYPE)}`;

/** The newest withdrawal that an approval has not seen, in words; undefined where there is none. */
function withdrawalOf(one: NamedDecision | undefined, decisions: readonly NamedDecision[]): string | undefined {
  const seen = one === undefined ? new Set() : seenBy(one, decisions);
  const unseen = decisions.find(({ id, approval }) => approval.decision === "withdrawn" && !seen.has(id));
  return unseen === undefined
    ? undefined
    : `${unseen.approval.by} withdrew the approval at ${unseen.approval.timeCreated}`;
}

/** What a decision takes the place of, with what that has taken the place of. */
function seenBy({ approval }: NamedDecision, decisions: readonly NamedDecision[]): ReadonlySet<string> {
  const seen = new Set<string>(approval.replaces);
  // What is added to a set while it is gone through is gone through as well.
  for (const id of seen) {
    const others = decisions.filter((one) => one.id === id).flatMap((one) => one.approval.replaces);
    for (const other of others) seen.add(other);
  }
  return seen;
}

const newestFirst = ({ approval: one }: CountingApproval, { approval: other }: CountingApproval): number =>
  Date.parse(other.timeCreated) - Date.parse(one.timeCreated);

function decisionIn(
  { digest, id, statement: found, isSigned, signedBy, claimed }: OpenedAttestation,
  { image, environment, approvers }: WantedApproval,
): NamedDecision | string {
  const name = `the approval ${digest}`;
  if (!isSigned) return `${name} is not signed, so anybody may have written it`;
  if (signedBy === undefined || found === undefined) {
    return `${name} ${strangerText(claimed, approvers, ["a key of --approval-key", "which are"])}`;
  }
  if (!isAbout(found, image)) return `${name} is about another image`;
  const approval = approvalIn(found);
  if (approval === undefined) return unknownText({ digest, statement: found });
  if (approval.environment !== environment) return `${name} by ${approval.by} is for ${approval.environment}`;
  return { approval, key: signedBy, id };
}

const HOUR = 3_600_000;

/** How far ahead the clock of who approved may be of the one here. */
const AHEAD = 5 * 60_000;

function refusalOf(
  { approval: { by, timeCreated } }: CountingApproval,
  { validHours, now }: WantedApproval,
): string | undefined {
  const age = now.getTime() - Date.parse(timeCreated);
  if (age < -AHEAD) {
    return `the approval of ${by} is dated ${timeCreated}, and the clock here says ${secondOf(now)}: one of the two clocks is wrong, so set it, and approve anew where it was the other one`;
  }
  return validHours !== undefined && age > validHours * HOUR
    ? `the approval of ${by} at ${timeCreated} is older than ${validHours} hours (approval.valid-hours)`
    : undefined;
}

/** Who approved it, as a part of a line. */
export const approverText = ({ approval: { by }, key }: CountingApproval): string => `${by} (key ${shortKey(key.id)})`;
