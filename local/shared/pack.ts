import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { compressor, meter, packWithTar, unpackWithTar } from "../images/tar.ts";
import type { Blob } from "./place.ts";

/**
 * What tar keeps of a layer or a tree: owners, times (by which Python knows its compiled files), capabilities, and the
 * overlay's marks of what is removed, which are attributes and devices.
 */
const kept = ["--numeric-owner", "--xattrs", "--xattrs-include=security.capability", "--xattrs-include=user.overlay.*"];

/** Packs a folder with all its properties into a new file below `scratch`, which the caller removes. */
export async function packFolder(
  folder: string,
  scratch: string,
): Promise<{ readonly blob: Blob; readonly file: string }> {
  const file = join(scratch, `shared-${randomUUID()}`);
  const packed = meter();
  try {
    const steps = [compressor("zstd"), packed, createWriteStream(file)];
    await packWithTar([...kept, `--directory=${folder}`, "."], steps, { what: folder });
    return { file, blob: packed.result() };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** Unpacks a file of `packFolder` into an empty folder, which gets the properties of the folder that was packed. */
export function unpackFolder(file: string, folder: string, owners: "keep" | "mine"): Promise<void> {
  const owner = owners === "keep" ? "--same-owner" : "--no-same-owner";
  return unpackWithTar(file, [...kept, owner, `--directory=${folder}`], { compression: "zstd", locale: "C.UTF-8" });
}

/** Says whether a file is what its name promises. */
export async function isBlobOf(file: string, { digest, size }: Blob): Promise<boolean> {
  if ((await stat(file)).size !== size) return false;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return `sha256:${hash.digest("hex")}` === digest;
}
