import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Transform, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from "node:zlib";
import { collectText, exitOf, startChild } from "./child.ts";
import type { Compression } from "./types.ts";

/** Runs tar and sends its archive through `steps`. `names`, each ended by a zero byte, are read by `--files-from=-`. */
export async function packWithTar(
  args: readonly string[],
  steps: readonly (Transform | Writable)[],
  { what, names }: { readonly what: string; readonly names?: Buffer },
): Promise<void> {
  const child = startChild("tar", ["--create", "--format=posix", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    // In a UTF-8 locale, tar does not change the bytes of names.
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("tar has no pipes");
  const stderr = collectText(child);
  const exit = exitOf("tar", child);
  // When tar ends early the pipe breaks. Its exit code tells why.
  stdin.on("error", () => undefined);
  stdin.end(names);
  const [streamed, exitCode] = await Promise.allSettled([pipeline([stdout, ...steps]), exit]);
  if (exitCode.status === "rejected") throw exitCode.reason;
  if (exitCode.value !== 0) throw new Error(`tar cannot pack ${what}: ${stderr()}`);
  if (streamed.status === "rejected") throw streamed.reason;
}

export interface Unpacking {
  readonly compression: Compression;
  /** Of names, in which tar may convert them. */
  readonly locale: "C" | "C.UTF-8";
  /** Whether tar did what it should although it complained so. */
  readonly mayFail?: (complaint: string) => boolean;
}

/** Runs tar on an archive in a file. Permissions are kept, and folders get theirs when all that is in them is there. */
export async function unpackWithTar(
  file: string,
  args: readonly string[],
  { compression, locale, mayFail = () => false }: Unpacking,
): Promise<void> {
  const options = ["--extract", "--file=-", "--numeric-owner", "--same-permissions", "--delay-directory-restore"];
  const child = startChild("tar", [...options, ...args], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...process.env, LC_ALL: locale },
  });
  const stderr = collectText(child);
  const exit = exitOf("tar", child);
  const { stdin } = child;
  if (stdin === null) throw new Error("tar has no standard input");
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const fed =
    compression === "uncompressed"
      ? pipeline(source, stdin)
      : pipeline(source, compression === "gzip" ? createGunzip() : createZstdDecompress(), stdin);
  const [fedResult, exitResult] = await Promise.allSettled([fed, exit]);
  if (exitResult.status === "rejected") throw exitResult.reason;
  if (exitResult.value !== 0 && !mayFail(stderr())) throw new Error(`tar cannot unpack ${file}: ${stderr()}`);
  // tar stops reading at the end of the archive, before the zeros that fill its last record.
  if (fedResult.status === "rejected" && !stoppedReading.has(fedResult.reason?.code)) throw fedResult.reason;
}

const stoppedReading: ReadonlySet<unknown> = new Set(["EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

/**
 * Compresses at quick levels. An image is pushed once, a cache saves time, and half of their content (wheels, models) does
 * not get smaller.
 */
export function compressor(compression: "gzip" | "zstd"): Transform {
  if (compression === "gzip") return createGzip({ level: 1, chunkSize: 1 << 17 });
  return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 1 << 17 });
}

/** Passes bytes on, and knows their digest and number at the end. */
export function meter(): Transform & { result(): { digest: string; size: number } } {
  const hash = createHash("sha256");
  let size = 0;
  let digest: string | undefined;
  const transform = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const result = (): { digest: string; size: number } => {
    digest ??= `sha256:${hash.digest("hex")}`;
    return { digest, size };
  };
  return Object.assign(transform, { result });
}
