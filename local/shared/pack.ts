import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { collectText, exitOf, startChild } from "../images/child.ts";
import { stoppedReading } from "../images/extract.ts";
import type { Blob } from "./place.ts";

/**
 * What tar keeps of a layer or a tree: owners, times (by which Python knows its compiled files), capabilities, and the
 * overlay's marks of what is removed, which are attributes and devices.
 */
const kept = ["--numeric-owner", "--xattrs", "--xattrs-include=security.capability", "--xattrs-include=user.overlay.*"];

/** The quickest level: a cache saves time, and half of its content (wheels, models) does not get smaller. */
const level = 1;

/** Packs a folder with all its properties into a new file below `scratch`, which the caller removes. */
export async function packFolder(
  folder: string,
  scratch: string,
): Promise<{ readonly blob: Blob; readonly file: string }> {
  const file = join(scratch, `shared-${randomUUID()}`);
  const args = ["--create", "--format=posix", ...kept, `--directory=${folder}`, "."];
  const child = startChild("tar", args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  const stderr = collectText(child);
  const exit = exitOf("tar", child);
  const { stdout } = child;
  if (stdout === null) throw new Error("tar has no output");
  const packed = digested();
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: level }, chunkSize: 1 << 17 });
  try {
    const [streamed, code] = await Promise.allSettled([
      pipeline(stdout, compress, packed.through, createWriteStream(file)),
      exit,
    ]);
    if (code.status === "rejected") throw code.reason;
    if (code.value !== 0) throw new Error(`tar cannot pack ${folder}: ${stderr()}`);
    if (streamed.status === "rejected") throw streamed.reason;
    return { file, blob: packed.blob() };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** Unpacks a file of `packFolder` into an empty folder, which gets the properties of the folder that was packed. */
export async function unpackFolder(file: string, folder: string, owners: "keep" | "mine"): Promise<void> {
  const owner = owners === "keep" ? "--same-owner" : "--no-same-owner";
  const args = ["--extract", "--file=-", ...kept, owner, "--same-permissions", "--delay-directory-restore"];
  const child = startChild("tar", [...args, `--directory=${folder}`], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  const stderr = collectText(child);
  const exit = exitOf("tar", child);
  const { stdin } = child;
  if (stdin === null) throw new Error("tar has no input");
  const fed = pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), createZstdDecompress(), stdin);
  const [streamed, code] = await Promise.allSettled([fed, exit]);
  if (code.status === "rejected") throw code.reason;
  if (code.value !== 0) throw new Error(`tar cannot unpack it: ${stderr()}`);
  // tar stops reading at the end of the archive, before the zeros that fill its last record.
  if (streamed.status === "rejected" && !stoppedReading.has(streamed.reason?.code)) throw streamed.reason;
}

/** Says whether a file is what its name promises. */
export async function isBlobOf(file: string, { digest, size }: Blob): Promise<boolean> {
  if ((await stat(file)).size !== size) return false;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return `sha256:${hash.digest("hex")}` === digest;
}

/** Passes bytes on, and knows at the end what they were. */
function digested(): { readonly through: Transform; blob(): Blob } {
  const hash = createHash("sha256");
  let size = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return { through, blob: () => ({ digest: `sha256:${hash.digest("hex")}`, size }) };
}
