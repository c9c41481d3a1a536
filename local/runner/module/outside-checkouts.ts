import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { prebuilt } from "../../base/prebuilt.ts";
import { cacheRoot } from "../../store/paths.ts";
import { makeOnce } from "../drafts.ts";
import type { LoadedModule } from "./types.ts";

/**
 * Gives the folder that Dagger loads a module from. It leaves out what git ignores, which the npm package is where a project has
 * it in `node_modules/`: then it is a copy below the cache.
 */
export function outsideCheckouts({ path, hash }: LoadedModule): string {
  if (path !== prebuilt?.module) return path;
  const folder = join(cacheRoot(), "sources", hash);
  if (!existsSync(folder)) makeOnce(folder, (draft) => cpSync(path, draft, { recursive: true }));
  return folder;
}
