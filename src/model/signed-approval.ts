import { z } from "zod";
import type { OpenedAttestation } from "../evidence/attestation.ts";
import { shortKey, strangerText, type TrustedKey } from "../evidence/keys.ts";
import { isAbout, type Statement, type Subject, statement } from "../evidence/statement.ts";
import { printable } from "../text.ts";
import { type NeededApproval, neededApprovalSchema, secondOf } from "./verdict.ts";

/*
 * A person's approval of an image for an environment, signed and attached to the image like its verdict. The keys that count are not
 * those that sign verdicts.
 */

export const APPROVAL_TYPE = "urn:ml-pipeline:approval:v1";

const approvalSchema = z.object({
  timeCreated: z.iso.datetime(),
  decision: z.enum(["approved", "withdrawn"]),
  environment: z.string(),
  /** Who, in their own words: the key is what counts. */
  by: z.string(),
  note: z.string().exactOptional(),
  /** What the verdict said of the change that was approved. */
  verdict: neededApprovalSchema.exactOptional(),
});
export type SignedApproval = Readonly<z.output<typeof approvalSchema>>;

/** What a person decides. */
export interface Decision extends Pick<SignedApproval, "decision" | "environment" | "by"> {
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

/**
 * Finds the approval of an image that counts: the newest decision for the environment that a key of those who may approve signed.
 *
 * @param found what is attached, opened with the keys of those who may approve
 * @returns or why none counts, as the end of a sentence that names each
 */
export function countingApproval(
  found: readonly OpenedAttestation[],
  wanted: WantedApproval,
): CountingApproval | string {
  const all = found.filter(({ statement: one }) => one?.predicateType === APPROVAL_TYPE);
  const read = all.map((one) => decisionIn(one, wanted));
  const decisions = read.filter((one) => typeof one !== "string");
  const [newest] = decisions.toSorted(newestFirst);
  if (newest === undefined) {
    const problems = read.filter((one) => typeof one === "string");
    return problems.length === 0 ? `nobody has approved it for ${wanted.environment}` : problems.join("; ");
  }
  return refusalOf(newest, wanted) ?? newest;
}

/** Of a decision and its withdrawal in the same second the latter counts. */
function newestFirst({ approval: one }: CountingApproval, { approval: other }: CountingApproval): number {
  if (one.timeCreated !== other.timeCreated) return one.timeCreated < other.timeCreated ? 1 : -1;
  return one.decision === other.decision ? 0 : one.decision === "withdrawn" ? -1 : 1;
}

function decisionIn(
  { digest, statement: found, isSigned, signedBy, claimed }: OpenedAttestation,
  { image, environment, approvers }: WantedApproval,
): CountingApproval | string {
  const name = `the approval ${digest}`;
  if (!isSigned) return `${name} is not signed, so anybody may have written it`;
  if (signedBy === undefined || found === undefined) {
    return `${name} ${strangerText(claimed, approvers, ["a key of --approval-key", "which are"])}`;
  }
  if (!isAbout(found, image)) return `${name} is about another image`;
  const approval = approvalIn(found);
  if (approval === undefined) return `${name} is of a form that this version of ml-pipeline does not know`;
  if (approval.environment !== environment) return `${name} by ${approval.by} is for ${approval.environment}`;
  return { approval, key: signedBy };
}

const HOUR = 3_600_000;

function refusalOf(
  { approval: { by, decision, timeCreated } }: CountingApproval,
  { validHours, now }: WantedApproval,
): string | undefined {
  if (decision === "withdrawn") return `${by} withdrew the approval at ${timeCreated}`;
  const expired = validHours !== undefined && now.getTime() - Date.parse(timeCreated) > validHours * HOUR;
  return expired
    ? `the approval of ${by} at ${timeCreated} is older than ${validHours} hours (approval.valid-hours)`
    : undefined;
}

/** Who approved it, as a part of a line. */
export const approverText = ({ approval: { by }, key }: CountingApproval): string =>
  printable(`${by} (key ${shortKey(key.id)})`);
