import { canonicalJson } from "../json.ts";
import type { Repository } from "../registry/connection.ts";
import { type Artifact, digestOf } from "../registry/oci.ts";
import { type Attached, attachedTo } from "../registry/referrers.ts";
import { BUNDLE_TYPE, bundleOf, envelopeIn, hintIn } from "./bundle.ts";
import { IN_TOTO, opened, signed } from "./dsse.ts";
import type { Signer, TrustedKey } from "./keys.ts";
import { isAbout, type Statement, statementOf } from "./statement.ts";

/*
 * Statements as they are attached to an image: signed ones in a bundle of Sigstore, which cosign reads, and others as they are, which
 * tell a person something and convince nobody.
 */

/** What may hold a statement. */
export const ATTESTATION_TYPES: readonly string[] = [BUNDLE_TYPE, IN_TOTO];

/** @param content a statement of in-toto */
export function attestation(content: string, signer: Signer | undefined): Artifact {
  const predicateType = statementOf(content)?.predicateType ?? "";
  if (signer === undefined) {
    return {
      ...{ type: IN_TOTO, content: Buffer.from(content) },
      annotations: { "in-toto.io/predicate-type": predicateType },
    };
  }
  return {
    ...{ type: BUNDLE_TYPE, content: Buffer.from(bundleOf(signed(IN_TOTO, content, signer), signer)) },
    annotations: { "dev.sigstore.bundle.content": "dsse-envelope", "dev.sigstore.bundle.predicateType": predicateType },
  };
}

/** An attestation that was found, and who vouches for it. */
export interface OpenedAttestation {
  /** The digest of the manifest that attaches it. */
  readonly digest: string;
  /** Undefined for what is no statement of in-toto. */
  readonly statement: Statement | undefined;
  /** What names the statement, however often and wherever it is attached: `sha256:…` of what was signed. */
  readonly id: string;
  readonly isSigned: boolean;
  /** What was signed with its signatures, as DSSE; undefined where nobody signed it. */
  readonly envelope: string | undefined;
  /** The key that signed it; undefined where none of the trusted ones did. */
  readonly signedBy: TrustedKey | undefined;
  /** The key that it names as its signer, which anyone can write. */
  readonly claimed?: string | undefined;
}

/** What is attached to an image, opened by those who trust these keys. */
export const attestationsOf = async (
  repository: Repository,
  image: string,
  trusted: readonly TrustedKey[],
): Promise<OpenedAttestation[]> =>
  (await attachedTo(repository, image, ATTESTATION_TYPES)).map((one) => openAttestation(one, trusted));

export function openAttestation(
  { digest, type, content }: Attached,
  trusted: readonly TrustedKey[],
): OpenedAttestation {
  const text = content.toString();
  if (type === IN_TOTO) {
    const unsigned = { isSigned: false, envelope: undefined, signedBy: undefined };
    return { digest, statement: statementOf(text), id: digestOf(content), ...unsigned };
  }
  const envelope = envelopeIn(text);
  const found = opened(envelope ?? "", trusted);
  const statement = found?.payloadType === IN_TOTO ? statementOf(found.content) : undefined;
  return {
    digest,
    statement,
    id: digestOf(Buffer.from(found?.content ?? text)),
    isSigned: true,
    envelope,
    signedBy: found?.signedBy,
    claimed: found?.claimed ?? hintIn(text),
  };
}

/** Whether an attestation says of an image what a statement does, and is signed as it would be; whenever that was. */
export function saysTheSame(
  found: OpenedAttestation,
  content: string,
  image: string,
  signer: Signer | undefined,
): boolean {
  const wanted = statementOf(content);
  return (
    found.statement !== undefined &&
    wanted !== undefined &&
    isAbout(found.statement, image) &&
    found.statement.predicateType === wanted.predicateType &&
    found.signedBy?.id === signer?.id &&
    canonicalJson(withoutTimes(found.statement.predicate)) === canonicalJson(withoutTimes(wanted.predicate))
  );
}

/** A predicate without what tells one call from the next: when it was made, and what the call is called. */
function withoutTimes(predicate: Statement["predicate"]): unknown {
  const { timeCreated: _time, runDetails, ...rest } = predicate;
  return rest;
}
