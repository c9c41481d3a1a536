import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { collectText, exitOf, startChild } from "./child.ts";
import type { Compression } from "./types.ts";

/**
 * Unpacks one layer into an empty folder. GNU tar does not leave that folder: it strips `/` and `..`, and makes
 * symbolic links that lead out of it last. Owners are kept as far as the user namespace has them. `/dev` is left out,
 * because the sandbox provides it.
 */
export async function extractLayer(blob: string, compression: Compression, folder: string): Promise<void> {
  const owners = (await mayChangeOwners()) ? "--same-owner" : "--no-same-owner";
  const args = ["--extract", "--file=-", `--directory=${folder}`, "--numeric-owner", owners, "--same-permissions"];
  const kept = ["--xattrs", "--xattrs-include=security.capability", "--delay-directory-restore", "--anchored"];
  const child = startChild("tar", [...args, ...kept, "--exclude=dev/*", "--exclude=./dev/*"], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  const stderr = collectText(child);
  const exit = exitOf("tar", child);
  const input = child.stdin;
  if (input === null) throw new Error("tar has no standard input");
  const source = createReadStream(blob, { highWaterMark: 1 << 20 });
  const fed =
    compression === "uncompressed"
      ? pipeline(source, input)
      : pipeline(source, compression === "gzip" ? createGunzip() : createZstdDecompress(), input);
  const [fedResult, exitResult] = await Promise.allSettled([fed, exit]);
  if (exitResult.status === "rejected") throw exitResult.reason;
  if (exitResult.value !== 0 && !onlyOwners(stderr())) throw new Error(`tar cannot unpack ${blob}: ${stderr()}`);
  // tar stops reading at the end of the archive, before the zeros that fill its last record.
  if (fedResult.status === "rejected" && !stoppedReading.has(fedResult.reason?.code)) throw fedResult.reason;
}

/** The errors of a pipe whose reader has had enough. */
export const stoppedReading: ReadonlySet<unknown> = new Set(["EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

/** Says whether tar only complained about owners that this user namespace does not have. */
function onlyOwners(stderr: string): boolean {
  return stderr.split("\n").every((line) => /Cannot change ownership to|Exiting with failure status/.test(line));
}

/**
 * Says whether owners can be kept. Without subordinate ids there is a single user, and every other owner is refused.
 */
async function mayChangeOwners(): Promise<boolean> {
  const map = await readFile("/proc/self/uid_map", "utf8").catch(() => "");
  const mapped = map.split("\n").reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[2] ?? 0), 0);
  return process.getuid?.() === 0 && mapped > 1;
}
