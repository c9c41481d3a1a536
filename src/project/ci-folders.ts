import { posix } from "node:path";
import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { jsonOf } from "../json.ts";

const moduleSchema = z.object({
  name: z.string().optional(),
  sdk: z.union([z.string(), z.object({ source: z.string() })]).optional(),
  source: z.string().optional(),
});

/** Dagger resolves the defaults of a module that is named by -m in the module's own repository, not where it is called. */
export function isThisModule(daggerJson: string): boolean {
  const { success, data } = moduleSchema.safeParse(jsonOf(daggerJson));
  return success && data.name === "ml-pipeline" && typeof data.sdk === "object" && data.sdk.source === "typescript";
}

/**
 * The folder of the code of a Dagger module, which is part of a project's CI and not of the project; undefined where there is none,
 * or where it holds the project's own code.
 *
 * @param file the path of a dagger.json in the project
 */
export function moduleFolder(file: string, text: string): string | undefined {
  const { success, data } = moduleSchema.safeParse(jsonOf(text));
  if (!success || data.sdk === undefined) return undefined;
  const above = posix.dirname(file);
  const folder = above === "." ? posix.normalize(data.source ?? ".").replace(/\/$/, "") : above;
  const holdsCode = folder === "." || folder.startsWith("..") || folder === "src" || folder.startsWith("src/");
  return holdsCode && !isThisModule(text) ? undefined : folder;
}

/** The folders of Dagger modules in a project, with checkouts of this one, whatever they are called. */
export async function ciFolders(source: Directory, listing: readonly string[]): Promise<string[]> {
  const files = listing.filter((path) => posix.basename(path) === "dagger.json");
  const folders = await Promise.all(files.map(async (file) => moduleFolder(file, await source.file(file).contents())));
  return folders.filter((folder) => folder !== undefined);
}
