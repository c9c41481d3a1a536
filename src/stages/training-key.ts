import type { Directory } from "@dagger.io/dagger";
import type { FolderHash } from "../containers/commands.ts";
import { dependencyTexts, localPackages, lockedContent, lockTexts } from "../containers/dependencies.ts";
import type { Device } from "../containers/gpu.ts";
import { pythonImageReference } from "../containers/images.ts";
import type { Context, DataContext } from "../context/context.ts";
import { canonicalJson } from "../json.ts";
import type { FileHashes, InputFiles, KeyParts } from "../keys/parts.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { modelFiles, sha256, trainingKey, trainingParts } from "../model/manifest.ts";
import { asksFor, type EntryPoint } from "../project/commands/entry-point.ts";

/** The key of a training: everything that the model depends on. */
export interface TrainingKey {
  readonly hash: string;
  readonly parts: KeyParts;
  /** The files behind the parts. */
  readonly files: InputFiles;
}

/** How a model is to be trained. */
export interface TrainingOptions {
  readonly epochs: number;
  readonly device: Device;
  /** The accepted model. */
  readonly baseline: Directory | undefined;
}

/** The key of a training, with the hashes of its code and its data. */
export async function keyOfTraining(
  context: DataContext,
  entry: EntryPoint,
  { epochs, device, baseline }: TrainingOptions,
): Promise<TrainingKey & { readonly source: FolderHash; readonly data: FolderHash }> {
  // Apart, so that the data are not read again when only the code has changed.
  const [{ source }, { data }, dependencies] = await Promise.all([
    fingerprint(context, { source: context.project.app }),
    fingerprint(context, { data: context.data }),
    hashedDependencies(context),
  ]);
  const accepted = await baselineHash(context, entry, baseline);
  const parts = trainingParts({
    ...{ source: source.sha256, data: data.sha256, dependencies: dependencies.hash },
    ...{ image: trainingImage(context, device), epochs, device },
    // A module of the convention is part of the source.
    ...(entry.title.startsWith("commands.") && { command: entry }),
    ...(accepted !== undefined && { baseline: accepted }),
  });
  const files = { source: source.paths, data: data.paths, dependencies: dependencies.files };
  return { hash: trainingKey(parts), parts, files, source, data };
}

const trainingImage = (context: Context, device: Device): string =>
  device === "gpu" ? context.settings.cudaImage : pythonImageReference(context);

/** Hash of the accepted model, where training asks for it. */
async function baselineHash(
  context: Context,
  entry: EntryPoint,
  baseline: Directory | undefined,
): Promise<string | undefined> {
  if (baseline === undefined || !asksFor(entry, "baseline")) return undefined;
  return (await fingerprint(context, { baseline: modelFiles(baseline) })).baseline.sha256;
}

/** Hash of the files that lock the dependencies, with the files and packages of the project that they name. */
export const dependencyHash = async (context: Context): Promise<string> => (await hashedDependencies(context)).hash;

/** The same, with the hash of each of those files; undefined where there are too many. */
async function hashedDependencies(
  context: Context,
): Promise<{ readonly hash: string; readonly files: FileHashes | undefined }> {
  const { project } = context;
  const folder = localPackages(project);
  const packages = folder === undefined ? undefined : (await fingerprint(context, { packages: folder })).packages;
  const texts = await lockTexts(project);
  const hashes = Object.entries(dependencyTexts(project, texts)).map(
    ([path, text]) => [path, sha256(text).replace("sha256:", "")] as const,
  );
  const listed = packages === undefined ? {} : packages.paths;
  return {
    hash: sha256(canonicalJson([lockedContent(project, texts), ...(packages === undefined ? [] : [packages.sha256])])),
    files: listed === undefined ? undefined : { ...listed, ...Object.fromEntries(hashes) },
  };
}
