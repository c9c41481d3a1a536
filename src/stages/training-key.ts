import type { Directory } from "@dagger.io/dagger";
import type { FolderHash } from "../containers/commands.ts";
import type { Device } from "../containers/gpu.ts";
import { pythonImageReference } from "../containers/images.ts";
import type { Context, DataContext } from "../context/context.ts";
import type { KeyInputs, KeyParts } from "../keys/parts.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { modelFiles, trainingKey, trainingParts } from "../model/manifest.ts";
import { asksFor, type EntryPoint } from "../project/commands/entry-point.ts";
import { hashedDependencies, listed } from "./dependency-hash.ts";
import { sampleShare } from "./sample-data.ts";

/** The key of a training: everything that the model depends on. */
export interface TrainingKey {
  readonly hash: string;
  readonly parts: KeyParts;
  /** What the parts stand for. */
  readonly inputs: KeyInputs;
}

/** How a model is to be trained. */
export interface TrainingOptions {
  readonly epochs: number;
  readonly device: Device;
  /** The accepted model. */
  readonly baseline: Directory | undefined;
  readonly isQuick: boolean;
  /** How many pods of a cluster train together. */
  readonly workers: number;
}

/** The key of a training, with the hashes of its code and its data. */
export async function keyOfTraining(
  context: DataContext,
  entry: EntryPoint,
  { epochs, device, baseline, isQuick, workers }: TrainingOptions,
): Promise<TrainingKey & { readonly source: FolderHash; readonly data: FolderHash }> {
  // Apart, so that the data are not read again when only the code has changed.
  const [{ source }, { data }, dependencies] = await Promise.all([
    fingerprint(context, { source: context.project.app }),
    fingerprint(context, { data: context.data }),
    hashedDependencies(context),
  ]);
  const share = sampleShare(context, isQuick);
  const accepted = await baselineHash(context, entry, baseline);
  const parts = trainingParts({
    ...{ source: source.sha256, data: data.sha256, dependencies: dependencies.hash },
    ...{ image: trainingImage(context, device), epochs, device },
    // A module of the convention is part of the source.
    ...(entry.title.startsWith("commands.") && { command: entry }),
    ...(accepted !== undefined && { baseline: accepted }),
    ...(isQuick && { profile: "quick" }),
    ...(share < 1 && { sample: String(share) }),
    // Gradients of several are summed in another order.
    ...(workers > 1 && { workers }),
  });
  const files = listed([source, data, { sha256: dependencies.hash, paths: dependencies.files }]);
  return { hash: trainingKey(parts), parts, inputs: { files, settings: {} }, source, data };
}

export const trainingImage = (context: Context, device: Device): string =>
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
