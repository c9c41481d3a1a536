import { usableGpuMode } from "../containers/gpu.ts";
import type { Context } from "../context/context.ts";
import { TrainingPlace } from "../remote/place.ts";
import type { TrainingInputs } from "../stages/definition.ts";
import { requireRemote } from "../stages/train-remotely.ts";
import type { Site } from "./site.ts";

export type Place = Pick<TrainingInputs, "gpu" | "remote">;

/** Where a call trains, refused before anything else is done where that cannot be had. */
export async function placeOfTraining(site: Site, on: TrainingPlace): Promise<Place> {
  if (on === TrainingPlace.HERE) return { gpu: await usableGpuMode(site.gpu, site.settings) };
  const { cluster, store, registry } = site;
  return { gpu: site.gpu, remote: { cluster, store, registry } };
}

/** @throws UserError where a project does not say what a training elsewhere needs */
export function requirePlace(context: Pick<Context, "config">, { remote, gpu }: Place): void {
  if (remote !== undefined) requireRemote(context, remote, gpu);
}
