import type { File, Secret } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { type Signer, shortKey, signerOf, type TrustedKey, trustedKeys } from "./keys.ts";

/** What a site signs its verdicts with, and whose it trusts. */
export interface EvidenceAccess {
  readonly signingKey?: Secret | undefined;
  readonly verificationKey?: File | undefined;
  readonly approvalKey?: File | undefined;
}

/** The keys of a site. */
export interface Evidence {
  readonly signer?: Signer | undefined;
  /** Keys whose signatures count: those that were given, or the signer's own. */
  readonly trusted: readonly TrustedKey[];
  /** Whether the keys to trust were given: then what no one of them signed is not believed. */
  readonly trustWasGiven: boolean;
  /** Keys of those who may approve; undefined where none were given: then approvals need no signature, unless a setting asks for one. */
  readonly approvers?: readonly TrustedKey[] | undefined;
}

/** @throws UserError for what is no key, and for one that both judges and approves */
export async function readEvidence({ signingKey, verificationKey, approvalKey }: EvidenceAccess): Promise<Evidence> {
  const [secret, text, approving] = await Promise.all([
    signingKey?.plaintext(),
    verificationKey?.contents(),
    approvalKey?.contents(),
  ]);
  const signer = secret === undefined ? undefined : signerOf(secret);
  const approvers = approving === undefined ? undefined : trustedKeys(approving, "--approval-key");
  const own = signer === undefined ? [] : [signer.trusted];
  const given = text === undefined ? undefined : trustedKeys(text);
  refuseSame(given ?? [], approvers ?? [], { approving: "--approval-key", judging: "--verification-key" });
  refuseSame(own, approvers ?? [], { approving: "--approval-key", judging: "--signing-key" });
  return { signer, trusted: given ?? own, trustWasGiven: given !== undefined, approvers };
}

/**
 * @param flags where the keys that approve come from, and those that judge
 * @throws UserError where what signs verdicts could approve as well, so that nobody need look
 */
export function refuseSame(
  judges: readonly TrustedKey[],
  approvers: readonly TrustedKey[],
  flags: { readonly approving: string; readonly judging: string },
): void {
  const both = approvers.find(({ id }) => judges.some((judge) => judge.id === id));
  if (both === undefined) return;
  throw new UserError(
    `Key ${shortKey(both.id)} of ${flags.approving} is one that signs verdicts as well (${flags.judging}): who judges does not approve. Give those who approve keys of their own.`,
    "evidence",
  );
}

/**
 * The keys whose signatures count, for what asks for one.
 *
 * @throws UserError where a site gave none
 */
export function requireTrusted({ trusted }: Pick<Evidence, "trusted">): readonly TrustedKey[] {
  if (trusted.length > 0) return trusted;
  throw new UserError(
    "Nothing says whose signature counts: give --verification-key=FILE before the function, with the public keys of those who may judge.",
    "evidence",
  );
}
