import type { OpenedAttestation } from "../evidence/attestation.ts";
import { strangerText, type TrustedKey } from "../evidence/keys.ts";
import { SBOM_TYPE } from "../evidence/sbom.ts";
import { isAbout, isOfKind, otherVersion } from "../evidence/statement.ts";
import { PROVENANCE_TYPE } from "./provenance.ts";
import { RESULT_TYPE, VERDICT_TYPE, type Verdict, verdictIn } from "./verdict.ts";

/* Which of the verdicts that are attached to an image counts. */

/** A verdict about an image, as it is attached to it. */
export interface AttachedVerdict {
  readonly verdict: Verdict;
  /** Undefined where none of the trusted keys signed it. */
  readonly key: TrustedKey | undefined;
  /** What was signed, as it lies beside a model; undefined where nobody signed it. */
  readonly envelope: string | undefined;
}

export interface SignedVerdict extends AttachedVerdict {
  readonly key: TrustedKey;
}

/** The newest verdict about an image, and of a trusted key where there is one of such a key; undefined without any. */
export function newestVerdict(
  found: readonly OpenedAttestation[],
  image: string,
  now = new Date(),
): AttachedVerdict | undefined {
  const all = verdictsAbout(found, image);
  const signed = all.filter(isOfTrusted);
  if (signed.length === 0 && unknownForms(found, image).length === 0) return newestOf(all, now);
  return newestSigned(found, image, now);
}

/** The newest verdict about an image that a trusted key signed; undefined also where the newest is of a form that is not known. */
export function newestSigned(
  found: readonly OpenedAttestation[],
  image: string,
  now = new Date(),
): SignedVerdict | undefined {
  const newest = newestOf(verdictsAbout(found, image).filter(isOfTrusted), now);
  return newest === undefined || newerUnknown(found, image, newest) !== undefined ? undefined : newest;
}

const isOfTrusted = (one: AttachedVerdict): one is SignedVerdict => one.key !== undefined;

const verdictsAbout = (found: readonly OpenedAttestation[], image: string): AttachedVerdict[] =>
  found.flatMap(({ statement, signedBy, envelope }): AttachedVerdict[] => {
    const verdict = statement !== undefined && isAbout(statement, image) ? verdictIn(statement) : undefined;
    return verdict === undefined ? [] : [{ verdict, key: signedBy, envelope }];
  });

/** Verdicts about an image that a trusted key signed, and of which another version of the pipeline knows what they say. */
const unknownForms = (found: readonly OpenedAttestation[], image: string): OpenedAttestation[] =>
  found.filter(
    ({ statement, signedBy }) =>
      signedBy !== undefined &&
      statement !== undefined &&
      isOfKind(statement.predicateType, VERDICT_TYPE) &&
      isAbout(statement, image) &&
      verdictIn(statement) === undefined,
  );

/** One of them that is not older than a verdict, or does not say how old it is. */
const newerUnknown = (
  found: readonly OpenedAttestation[],
  image: string,
  { verdict }: AttachedVerdict,
): OpenedAttestation | undefined =>
  unknownForms(found, image).find(
    ({ statement }) => !(secondsOf(String(statement?.predicate.timeCreated)) < secondsOf(verdict.timeCreated)),
  );

/** Statements have whole seconds, so that what is within one has no order. */
const secondsOf = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** How far ahead the clock of who judged may be of the one here, in seconds. */
const AHEAD = 300;

/** The newest verdict. Where times do not tell which one that is, the worse one counts. */
function newestOf<V extends AttachedVerdict>(verdicts: readonly V[], now: Date): V | undefined {
  const newestFirst = verdicts.toSorted(
    (one, other) =>
      secondsOf(other.verdict.timeCreated) - secondsOf(one.verdict.timeCreated) ||
      Number(isPassed(one)) - Number(isPassed(other)),
  );
  const isAhead = newestFirst.some(
    ({ verdict }) => secondsOf(verdict.timeCreated) > secondsOf(now.toISOString()) + AHEAD,
  );
  return (isAhead ? newestFirst.find((one) => !isPassed(one)) : undefined) ?? newestFirst[0];
}

const isPassed = ({ verdict }: AttachedVerdict): boolean => verdict.manifest.validation?.verdict === "passed";

/**
 * Why there is no verdict about an image that a trusted key signed, as a sentence about the image.
 *
 * @param image its digest
 */
export function reasonAgainst(
  found: readonly OpenedAttestation[],
  image: string,
  trusted: readonly TrustedKey[],
): string {
  const newest = newestOf(verdictsAbout(found, image).filter(isOfTrusted), new Date());
  const unknown = newest === undefined ? undefined : newerUnknown(found, image, newest);
  if (unknown !== undefined) {
    return `the verdict ${unknown.digest}, which a trusted key signed after the others, ${unknownForm(unknown)}.`;
  }
  const verdicts = found.filter(({ statement }) => isOfKind(statement?.predicateType ?? "", VERDICT_TYPE));
  const [first] = verdicts;
  if (first === undefined) {
    const unreadable = found.find(({ statement }) => statement === undefined);
    return unreadable === undefined
      ? "no verdict is attached to it: no pipeline has judged it, or it was copied without its attestations."
      : `the attestation ${unreadable.digest} is not what the pipeline wrote, and there is no other verdict.`;
  }
  const signed = verdicts.find(({ signedBy }) => signedBy !== undefined);
  if (signed?.statement !== undefined) {
    return isAbout(signed.statement, image)
      ? `the verdict ${signed.digest} ${unknownForm(signed)}.`
      : `the verdict ${signed.digest} is about another image.`;
  }
  return verdicts.every(({ isSigned }) => !isSigned)
    ? `its verdict ${first.digest} is not signed, so anybody may have written it. Publish it with --signing-key.`
    : `its verdict ${first.digest} ${strangerText(first.claimed, trusted)}.`;
}

const unknownForm = ({ statement }: Pick<OpenedAttestation, "statement">): string =>
  `is of a form that this version of ml-pipeline does not know${otherVersion(statement?.predicateType ?? "", VERDICT_TYPE)}`;

/** What is attached beside a verdict, in words. */
const OTHERS: readonly (readonly [type: string, words: string])[] = [
  [RESULT_TYPE, "result"],
  [SBOM_TYPE, "list of packages (SBOM)"],
  [PROVENANCE_TYPE, "provenance"],
];

/**
 * Why what is attached beside a signed verdict is not believed, as a sentence about the image; undefined where it is.
 *
 * What is beside a verdict that is signed is signed as well: who may push could take it away and attach another.
 *
 * @param image its digest
 */
export function replacedBeside(
  found: readonly OpenedAttestation[],
  image: string,
  trusted: readonly TrustedKey[],
): string | undefined {
  const isOurs = ({ statement, signedBy }: OpenedAttestation): boolean =>
    signedBy !== undefined && statement !== undefined && isAbout(statement, image);
  for (const [type, words] of OTHERS) {
    const all = found.filter(({ statement }) => statement?.predicateType === type);
    const [first] = all;
    if (first === undefined || all.some(isOurs)) continue;
    const why = !first.isSigned
      ? "is not signed, so anybody may have written it"
      : first.signedBy === undefined
        ? strangerText(first.claimed, trusted)
        : "is about another image";
    return `its ${words} ${first.digest} ${why}.`;
  }
  return undefined;
}
