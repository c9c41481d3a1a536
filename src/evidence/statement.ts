import { z } from "zod";
import { jsonOf } from "../json.ts";
import { oneLine } from "../text.ts";

/*
 * Statements of in-toto (https://github.com/in-toto/attestation, v1): a predicate about subjects that are named by their hashes.
 */

const STATEMENT = "https://in-toto.io/Statement/v1";

const statementSchema = z.object({
  _type: z.literal(STATEMENT),
  subject: z.array(z.object({ name: z.string(), digest: z.record(z.string(), z.string()) })).min(1),
  predicateType: z.string(),
  predicate: z.record(z.string(), z.unknown()),
});

export type Statement = z.output<typeof statementSchema>;

/** What a statement is about: a name for people, and the SHA-256, as `sha256:…`, that decides. */
export interface Subject {
  readonly name: string;
  readonly sha256: string;
}

export const statement = ({ name, sha256 }: Subject, predicateType: string, predicate: object): string =>
  JSON.stringify({
    _type: STATEMENT,
    subject: [{ name, digest: { sha256: sha256.replace("sha256:", "") } }],
    predicateType,
    predicate,
  });

/** Parses a statement; undefined for what is none. */
export const statementOf = (text: string): Statement | undefined => statementSchema.safeParse(jsonOf(text)).data;

/** Whether a statement is about this content. */
export const isAbout = ({ subject }: Statement, sha256: string): boolean =>
  subject.some(({ digest }) => `sha256:${digest.sha256}` === sha256);

/**
 * Whether a type of predicate is one of ours, in whichever version: `urn:ml-pipeline:approval:v1` and `…:v2` are of one kind. What this version
 * cannot read may say the opposite of what it can.
 */
export const isOfKind = (predicateType: string, ours: string): boolean =>
  predicateType.startsWith(ours.replace(/v\d+$/, ""));

/** The name of a type of predicate beside words about a form that is not known; empty for the very type that is. */
export const otherVersion = (predicateType: string, ours: string): string =>
  predicateType === ours ? "" : ` (${oneLine(predicateType)})`;
