import { readFile } from "node:fs/promises";
import { unpackWithTar } from "./tar.ts";
import type { Compression } from "./types.ts";

/**
 * Unpacks one layer into an empty folder. GNU tar does not leave that folder: it strips `/` and `..`, and makes
 * symbolic links that lead out of it last. Owners are kept as far as the user namespace has them. `/dev` is left out,
 * because the sandbox provides it.
 */
export async function extractLayer(blob: string, compression: Compression, folder: string): Promise<void> {
  const owners = (await mayChangeOwners()) ? "--same-owner" : "--no-same-owner";
  const kept = ["--xattrs", "--xattrs-include=security.capability", "--anchored"];
  const args = [`--directory=${folder}`, owners, ...kept, "--exclude=dev/*", "--exclude=./dev/*"];
  await unpackWithTar(blob, args, { compression, locale: "C", mayFail: onlyOwners });
}

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
