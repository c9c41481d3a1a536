import { type Container, dag } from "@dagger.io/dagger";
import type { Runtime } from "./runtime.ts";
import type { Settings } from "./settings.ts";

/** What determines the Python image, its settings and the Python version, and how far an installation in it may go. */
export type PythonImage = Pick<Runtime, "settings" | "python" | "limits">;

/** The reference of the Python image for CPU stages. */
export function pythonImageReference({ settings, python }: PythonImage): string {
  return settings.pythonImage.replaceAll("{version}", python);
}

export function pythonBase(image: PythonImage): Container {
  return dag.container().from(pythonImageReference(image));
}

export const cudaBase = (settings: Settings): Container => dag.container().from(settings.cudaImage);

/** The base image with the digest that the engine resolved; the bare reference when no registry answers. */
export async function resolvedImage(image: PythonImage): Promise<string> {
  try {
    return await pythonBase(image).imageRef();
  } catch {
    return `${pythonImageReference(image)} (not resolved)`;
  }
}
