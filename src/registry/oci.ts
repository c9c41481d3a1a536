import { createHash } from "node:crypto";
import { z } from "zod";
import { isDigest } from "./reference.ts";

/*
 * Forms of the Open Container Initiative: https://github.com/opencontainers/image-spec and distribution-spec, v1.1.
 */

export const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
export const INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

/** What a manifest may be, in OCI's forms and in Docker's. */
export const MANIFEST_TYPES: readonly string[] = [
  MANIFEST_TYPE,
  INDEX_TYPE,
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

const annotations = z.record(z.string(), z.string()).exactOptional();

const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string().refine(isDigest),
  size: z.number(),
  artifactType: z.string().exactOptional(),
  annotations,
});

/** Names content by its hash. */
export type Descriptor = z.output<typeof descriptorSchema>;

export const manifestSchema = z.object({
  mediaType: z.string().exactOptional(),
  artifactType: z.string().exactOptional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  subject: descriptorSchema.exactOptional(),
  annotations,
});

export const indexSchema = z.object({ manifests: z.array(descriptorSchema) });

/** The name of content. */
export const digestOf = (content: Uint8Array): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

export const descriptorOf = (mediaType: string, content: Uint8Array): Descriptor => ({
  ...{ mediaType, digest: digestOf(content), size: content.length },
});

/** A file that is attached to an image. */
export interface Artifact {
  /** What it is, as a media type. */
  readonly type: string;
  readonly content: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The configuration of what is no image. */
export const EMPTY = { mediaType: "application/vnd.oci.empty.v1+json", content: Buffer.from("{}") } as const;

/** The manifest that attaches a file to an image. Equal files give equal manifests. */
export function artifactManifest({ type, content, annotations: words }: Artifact, subject: Descriptor): Buffer {
  const { mediaType, digest, size } = subject;
  const manifest = {
    ...{ schemaVersion: 2, mediaType: MANIFEST_TYPE, artifactType: type },
    config: descriptorOf(EMPTY.mediaType, EMPTY.content),
    layers: [descriptorOf(type, content)],
    subject: { mediaType, digest, size },
    annotations: words,
  };
  return Buffer.from(JSON.stringify(manifest));
}

/**
 * The index below the tag of an image's digest, which takes the place of the referrers' API where a registry has none, with more
 * entries. What is there already stays as it is.
 */
export function withEntries(index: z.output<typeof indexSchema> | undefined, added: readonly Descriptor[]): Buffer {
  const present = index?.manifests ?? [];
  const missing = added.filter(({ digest }, place) =>
    [...present, ...added.slice(0, place)].every((one) => one.digest !== digest),
  );
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [...present, ...missing] }));
}

/** The tag of that index. */
export const tagOf = (digest: string): string => digest.replace(":", "-");

/** How much of a digest fits into a tag of 128 letters beside another one. */
const OWN_LETTERS = 48;

/** The tag of one attached file, which no other writer has: `sha256-….…`. */
export const ownTagOf = (subject: string, digest: string): string =>
  `${tagOf(subject)}.${digest.slice("sha256:".length, "sha256:".length + OWN_LETTERS)}`;

/** The beginning of the digest of an attached file, by its own tag; undefined for other tags, such as those of cosign. */
export function digestInTag(subject: string, tag: string): string | undefined {
  const own = tag.startsWith(`${tagOf(subject)}.`) ? tag.slice(tagOf(subject).length + 1) : "";
  return own.length === OWN_LETTERS && /^[0-9a-f]+$/.test(own) ? `sha256:${own}` : undefined;
}
