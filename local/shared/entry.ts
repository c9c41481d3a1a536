import { hash } from "node:crypto";
import { type Guard, isAnything, isNumber, isObjectOf, isRecordOf, isText, readJson } from "../base/guards.ts";
import { areEntries } from "../store/tree-file.ts";
import type { LayerId, TreeEntry } from "../store/types.ts";
import type { Signer, Verifier } from "./keys.ts";
import type { Blob } from "./place.ts";

/** A change of what entries have raises this number, so that older ones are not found. */
const version = 1;

/** What a result is kept under: what it is, its key, and what kind of machine can use it. */
export interface EntryKey {
  readonly kind: string;
  readonly key: string;
  readonly scope: string;
}

/** A layer that a result stands on: which making of it, and its content where it has been put. */
export interface SharedLayer {
  readonly made: string;
  readonly blob?: Blob;
}

/** A signed result of one machine, for others. */
export interface Entry extends EntryKey {
  readonly value: unknown;
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number;
  readonly layers: Readonly<Record<LayerId, SharedLayer>>;
}

const isDigest: Guard<string> = (value): value is string => isText(value) && /^sha256:[0-9a-f]{64}$/.test(value);
export const isBlob = isObjectOf<Blob>({ digest: isDigest, size: isNumber });
const isEntry = isObjectOf<Entry>({
  kind: isText,
  key: isText,
  scope: isText,
  value: isAnything,
  at: isNumber,
  layers: isRecordOf(isObjectOf<SharedLayer>({ made: isText, blob: isBlob }, ["blob"])),
});

interface Signed {
  readonly entry: string;
  readonly signature: string;
}

const isSigned = isObjectOf<Signed>({ entry: isText, signature: isText });

/** The name of an entry in its place. */
export const entryName = ({ kind, key, scope }: EntryKey): string =>
  hash("sha256", JSON.stringify([version, kind, scope, key]));

export function writeEntry(entry: Entry, signer: Signer): string {
  const text = JSON.stringify(entry);
  return JSON.stringify({ entry: text, signature: signer.sign(signed(text)) } satisfies Signed);
}

/** A signature is for this use only, so that no other text by the same key can be taken for an entry. */
const signed = (text: string): string => `ml-pipeline cache ${version}\0${text}`;

/**
 * Reads the text of an entry. Undefined when it is damaged, not signed by somebody who is trusted, or signed for another
 * key than the one that was asked for.
 */
export function readEntry(text: string, asked: EntryKey, verifier: Verifier): Entry | undefined {
  const outer = readJson(isSigned, text);
  if (outer === undefined || !verifier(signed(outer.entry), outer.signature)) return undefined;
  const entry = readJson(isEntry, outer.entry);
  const isAsked = entry?.kind === asked.kind && entry.key === asked.key && entry.scope === asked.scope;
  return isAsked ? entry : undefined;
}

/** The digests of the blobs that an entry names, whoever signed it. */
export function blobsOf(text: string): readonly string[] {
  const entry = readJson(isEntry, readJson(isSigned, text)?.entry ?? "");
  if (entry === undefined) return [];
  const layers = Object.values(entry.layers).flatMap(({ blob }) => (blob ? [blob.digest] : []));
  return [...layers, ...(isContent(entry.value) ? [entry.value.blob.digest] : [])];
}

/** The value of an entry that stands for content: a layer's or a tree's. */
export interface ContentValue {
  readonly blob: Blob;
  readonly made?: string;
}

export const isContent = isObjectOf<ContentValue>({ blob: isBlob, made: isText }, ["made"]);

/** The value of an entry of a tree that is so small that the entry has it all: its files as base64 by their hash. */
export interface SmallTree {
  readonly entries: readonly TreeEntry[];
  readonly files: Readonly<Record<string, string>>;
}

export const isSmallTree = isObjectOf<SmallTree>({ entries: areEntries, files: isRecordOf(isText) });
