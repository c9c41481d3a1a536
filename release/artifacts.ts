import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "./paths.ts";

/** Packs a written package as npm publishes it. Gives the path of the tarball in `out`. */
export function packTarball(folder: string, out: string): string {
  const output = execFileSync("npm", ["pack", "--json", "--loglevel=error", "--pack-destination", out], {
    cwd: folder,
    encoding: "utf8",
  });
  const [packed] = JSON.parse(output) as readonly [{ readonly filename: string }];
  return join(out, packed.filename);
}

/** Writes the program that is one file: a few lines of shell, and behind them the tarball. */
export function writeSingleFile(tarball: string, version: string, path: string): void {
  const content = readFileSync(tarball);
  const name = `${version}-${sha256(content).slice(0, 16)}`;
  const head = readFileSync(join(root, "release/single-file.sh"), "utf8").replace("@NAME@", name);
  const lines = head.split("\n").length;
  writeFileSync(path, Buffer.concat([Buffer.from(head.replace("@LINES@", String(lines))), content]));
  chmodSync(path, 0o755);
}

/** Writes `SHA256SUMS` as `sha256sum --check` reads it. */
export function writeChecksums(paths: readonly string[], out: string): void {
  const lines = paths.map((path) => `${sha256(readFileSync(path))}  ${basename(path)}\n`);
  writeFileSync(join(out, "SHA256SUMS"), lines.join(""));
}

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");
