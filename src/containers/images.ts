import { type Container, dag } from "@dagger.io/dagger";
import type { Settings } from "./settings.ts";

/** The Python image of the CPU stages. */
export function pythonImageReference(settings: Settings, python: string): string {
  return settings.pythonImage.replaceAll("{version}", python);
}

export function pythonBase(settings: Settings, python: string): Container {
  return dag.container().from(pythonImageReference(settings, python));
}

export const cudaBase = (settings: Settings): Container => dag.container().from(settings.cudaImage);
