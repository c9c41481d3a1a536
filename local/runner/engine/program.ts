import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { prebuilt } from "../../base/prebuilt.ts";
import { repository } from "../../base/repository.ts";
import { cacheRoot } from "../../store/paths.ts";
import { makeOnce } from "../drafts.ts";
import { sourceFiles } from "../module/source.ts";

/** The rooms that the engine's code lies in. */
const rooms = ["api", "engine", "shared", "images", "sandbox", "store", "base"].map((name) =>
  join(repository, "local", name),
);

/**
 * Gives the engine as one file, from the cache when its code has not changed: Node finds and links its hundreds of
 * files again at each start, which takes as long as all else that an engine does before it answers.
 */
export function engineFile(): string {
  if (prebuilt !== undefined) return prebuilt.engine;
  const folder = join(cacheRoot(), "engines", hashEngine());
  if (!existsSync(folder)) makeOnce(folder, bundle);
  return join(folder, "engine.cjs");
}

/** Hashes all that the file is made of. It names files beside the code by their paths, so each clone has one of its own. */
function hashEngine(): string {
  const hash = createHash("sha256").update(repository);
  const add = (file: string) => hash.update(`\0${file}\0`).update(readFileSync(file));
  for (const room of rooms) for (const file of sourceFiles(room)) add(join(room, file));
  add(bundler);
  add(join(repository, "node_modules/.package-lock.json"));
  return hash.digest("hex");
}

const bundler = join(import.meta.dirname, "bundle.ts");

function bundle(draft: string): void {
  const made = spawnSync(process.execPath, [bundler, join(draft, "engine.cjs")], { encoding: "utf8" });
  if (made.error) throw made.error;
  if (made.status !== 0) throw new Error(`the local engine cannot be put into one file\n${made.stderr.trim()}`);
}
