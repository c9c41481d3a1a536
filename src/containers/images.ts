import { type Container, dag } from "@dagger.io/dagger";
import type { Runtime } from "./runtime.ts";
import type { Settings } from "./settings.ts";

/** What names the Python image: where images come from, and the Python version. */
export type PythonImage = Pick<Runtime, "settings" | "python">;

/** The Python image of the CPU stages. */
export function pythonImageReference({ settings, python }: PythonImage): string {
  return settings.pythonImage.replaceAll("{version}", python);
}

export function pythonBase(image: PythonImage): Container {
  return dag.container().from(pythonImageReference(image));
}

export const cudaBase = (settings: Settings): Container => dag.container().from(settings.cudaImage);
