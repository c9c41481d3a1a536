import type { FolderHash } from "../containers/commands.ts";
import {
  dependencyTexts,
  developmentContent,
  developmentTexts,
  localPackages,
  lockedContent,
  lockTexts,
} from "../containers/dependencies.ts";
import type { Context } from "../context/context.ts";
import { canonicalJson } from "../json.ts";
import type { FileHashes, KeyInputs } from "../keys/parts.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { sha256 } from "../model/manifest.ts";
import type { Installation } from "./definition.ts";

/** Hash of the files that lock the dependencies, with the files and packages of the project that they name. */
export const dependencyHash = async (context: Context): Promise<string> => (await hashedDependencies(context)).hash;

/** The same, with the hash of each of those files; undefined where there are too many. */
export async function hashedDependencies(
  context: Context,
  installation: Installation = "runtime",
): Promise<{ readonly hash: string; readonly files: FileHashes | undefined }> {
  const { project } = context;
  const folder = localPackages(project);
  const packages = folder === undefined ? undefined : (await fingerprint(context, { packages: folder })).packages;
  const texts = await lockTexts(project);
  const named = {
    ...dependencyTexts(project, texts),
    ...(installation === "development" ? developmentTexts(project) : {}),
  };
  const hashes = Object.entries(named).map(([path, text]) => [path, sha256(text).replace("sha256:", "")] as const);
  const paths = packages === undefined ? {} : packages.paths;
  const content = [
    lockedContent(project, texts),
    ...(packages === undefined ? [] : [packages.sha256]),
    ...(installation === "development" ? [developmentContent(project)] : []),
    ...(installation === "serving" ? [project.dependencies.servingSystemPackages] : []),
  ];
  return {
    hash: sha256(canonicalJson(content)),
    files: paths === undefined ? undefined : { ...paths, ...Object.fromEntries(hashes) },
  };
}

/** The files of folders by their hashes, of those that list them. */
export const listed = (folders: readonly Pick<FolderHash, "sha256" | "paths">[]): KeyInputs["files"] =>
  Object.fromEntries(folders.flatMap(({ sha256: hash, paths }) => (paths === undefined ? [] : [[hash, paths]])));
