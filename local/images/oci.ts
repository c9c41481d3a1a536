import { createHash } from "node:crypto";
import { utimes } from "node:fs/promises";
import { z } from "zod";
import { EngineError } from "../base/errors.ts";
import { parseJson } from "../base/parse-json.ts";
import type { Compression } from "./types.ts";

export const manifestType = "application/vnd.oci.image.manifest.v1+json";
export const configType = "application/vnd.oci.image.config.v1+json";

const layerTypes: Record<Compression, string> = {
  gzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  zstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  uncompressed: "application/vnd.oci.image.layer.v1.tar",
};

export const descriptorSchema = z.looseObject({ mediaType: z.string(), digest: z.string(), size: z.number() });

/** A reference to a blob in a manifest or an index. */
export type Descriptor = z.infer<typeof descriptorSchema>;

const manifestSchema = z.looseObject({ config: descriptorSchema, layers: z.array(descriptorSchema) });
const indexSchema = z.looseObject({ manifests: z.array(descriptorSchema) });

/** A part of an image cannot be read. */
export class DamagedImage extends EngineError {
  constructor(part: string) {
    super(`The ${part} of an image is damaged, or of a form that is not known here.`);
  }
}

export type Manifest = z.infer<typeof manifestSchema>;

export function readManifest(json: string): Manifest {
  const manifest = parseJson(manifestSchema, json);
  if (manifest === undefined) throw new DamagedImage("manifest");
  return manifest;
}

export function readIndex(json: string): z.infer<typeof indexSchema> {
  const index = parseJson(indexSchema, json);
  if (index === undefined) throw new DamagedImage("index");
  return index;
}

export function layerType(compression: Compression): string {
  return layerTypes[compression];
}

/**
 * Gives the compression of a layer by its media type, in OCI's or Docker's form. Undefined for a layer that is no file
 * system.
 */
export function compressionOf(mediaType: string): Compression | undefined {
  if (!/layer|rootfs/.test(mediaType)) return undefined;
  if (/[.+]zstd$/.test(mediaType)) return "zstd";
  return /[.+]gzip$/.test(mediaType) ? "gzip" : "uncompressed";
}

export function describe(mediaType: string, content: string): Descriptor {
  return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content) };
}

export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** Gives the path of a blob in a layout or in the shared folder. */
export function blobIn(folder: string, digest: string): string {
  return `${folder}/blobs/sha256/${hexOf(digest)}`;
}

/** Marks a file or folder of images as used, so that it is not pruned. Rejects when it is not there. */
export async function markUsed(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}
