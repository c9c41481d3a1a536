import { z } from "zod";
import { IN_TOTO, opened, signed } from "../evidence/dsse.ts";
import { type Signer, strangerText, type TrustedKey } from "../evidence/keys.ts";
import { type Statement, type Subject, statement, statementOf } from "../evidence/statement.ts";
import { canonicalJson, isObject } from "../json.ts";
import { leafDifferences } from "./judged.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";

/*
 * A signed verdict lies beside the manifest of a model, as a bundle of in-toto: an envelope in each line. One has all that the
 * manifest says, the other what any verifier understands.
 */

/** All that the manifest says: what was judged, with which gates and settings, and how it came out. */
export const VERDICT_TYPE = "urn:ml-pipeline:verdict:v1";

/** Simple Verification Result: https://github.com/in-toto/attestation/blob/main/spec/predicates/svr.md. */
export const RESULT_TYPE = "https://in-toto.io/attestation/svr/v0.2";

/** Who verified. */
const VERIFIER = "urn:ml-pipeline";

/** The envelopes of a verdict about a model. */
export const signedVerdict = (manifest: Manifest, signer: Signer, time: Date): string =>
  verdictStatements({ name: "model", sha256: manifest.model }, manifest, time)
    .map((one) => `${JSON.stringify(signed(IN_TOTO, one, signer))}\n`)
    .join("");

/**
 * What is said of a model, or of the image that it is served by.
 *
 * @param approval who decides whether it goes on, where a run found that out
 */
export function verdictStatements(
  subject: Subject,
  manifest: Manifest,
  time: Date,
  approval?: NeededApproval,
): string[] {
  const timeCreated = secondOf(time);
  return [
    statement(subject, VERDICT_TYPE, { timeCreated, manifest, ...(approval === undefined ? {} : { approval }) }),
    statement(subject, RESULT_TYPE, { verifier: { id: VERIFIER }, timeCreated, properties: propertiesOf(manifest) }),
  ];
}

/** A time as statements have it, in whole seconds. */
export const secondOf = (time: Date): string => time.toISOString().replace(/\.\d+/, "");

/** What a statement says of a model, where it is a verdict. */
export const verdictIn = ({ predicateType, predicate }: Statement): Verdict | undefined =>
  predicateType === VERDICT_TYPE ? verdictSchema.safeParse(predicate).data : undefined;

/** What changed since the accepted model, and whether that is for a person to decide. */
export const neededApprovalSchema = z.object({
  required: z.boolean(),
  /** Absent without an accepted model that was judged. */
  change: z.array(z.string()).readonly().exactOptional(),
  /** The hash of the accepted model. */
  comparedWith: z.string().exactOptional(),
});
export type NeededApproval = Readonly<z.output<typeof neededApprovalSchema>>;

const verdictSchema = z.object({
  timeCreated: z.iso.datetime(),
  manifest: manifestSchema,
  approval: neededApprovalSchema.exactOptional(),
});
export type Verdict = z.output<typeof verdictSchema>;

/** What holds of the model, as the names of properties. */
function propertiesOf({ validation }: Manifest): string[] {
  if (validation === undefined) return [];
  const passed = validation.gates.filter(({ status }) => status === "passed").map(({ id }) => propertyOf(`gate ${id}`));
  return validation.verdict === "passed" ? [propertyOf("passed"), ...passed] : passed;
}

const propertyOf = (words: string): string => `ML_PIPELINE_${words.replace(/\W/g, "_").toUpperCase()}`;

/** A verdict that a trusted key signed. */
export interface Believed {
  readonly keyId: string;
  readonly timeCreated: string;
}

/**
 * Holds the signed verdict of a model against its manifest.
 *
 * @returns who signed it and when, or why it is not believed, as the end of a sentence about the file
 */
export function checkVerdict(text: string, manifest: Manifest, trusted: readonly TrustedKey[]): Believed | string {
  const envelopes = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => opened(line, trusted));
  const verdicts = envelopes.flatMap((envelope) => {
    const found = envelope?.payloadType === IN_TOTO ? statementOf(envelope.content) : undefined;
    return found?.predicateType === VERDICT_TYPE
      ? [{ statement: found, key: envelope?.signedBy, claimed: envelope?.claimed }]
      : [];
  });
  if (envelopes.length === 0 || envelopes.includes(undefined) || verdicts.length === 0) {
    return "is not what the pipeline wrote, or was cut off";
  }
  const signatures = verdicts.filter(({ key }) => key !== undefined);
  if (signatures.length === 0) return strangerText(verdicts[0]?.claimed, trusted);
  const problems = signatures.map(({ statement: found, key }) => {
    const problem = differenceFrom(found, manifest);
    return problem ?? { keyId: key?.id ?? "", timeCreated: String(found.predicate.timeCreated) };
  });
  return problems.find((one) => typeof one !== "string") ?? problems[0] ?? "says nothing";
}

/** In what a signed statement differs from a manifest, as the end of a sentence. */
function differenceFrom(found: Statement, manifest: Manifest): string | undefined {
  // The subject may be the image that serves the model: the manifest names the model itself.
  const recorded = found.predicate.manifest;
  if (!isObject(recorded) || recorded.model !== manifest.model) return "is about another model";
  if (canonicalJson(recorded) === canonicalJson(manifest)) return undefined;
  const [first] = leafDifferences("", withGatesByName(recorded), withGatesByName(manifest));
  return `was signed for something else: in ml-pipeline.json ${first ?? "the form"}`;
}

/** A manifest with a table of gates in place of their list, so that the one that differs is named. */
function withGatesByName(manifest: unknown): unknown {
  if (!isObject(manifest) || !isObject(manifest.validation)) return manifest;
  const { gates } = manifest.validation;
  const named = Array.isArray(gates) ? gates.map((gate) => [isObject(gate) ? String(gate.id) : "", gate]) : [];
  return { ...manifest, validation: { ...manifest.validation, gates: Object.fromEntries(named) } };
}
