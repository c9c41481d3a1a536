import { type Container, dag } from "@dagger.io/dagger";
import { isEngineFault, messageOf, UserError } from "../errors.ts";
import { type ChosenPython, DEFAULT_PYTHON } from "../project/python/version.ts";
import type { Runtime } from "./runtime.ts";
import type { Settings } from "./settings.ts";

/** What determines the Python image, its settings and the Python version, and how far an installation in it may go. */
export type PythonImage = Pick<Runtime, "settings" | "python" | "limits" | "lacking">;

/** The reference of the Python image for CPU stages. */
export function pythonImageReference({ settings, python }: PythonImage): string {
  return settings.pythonImage.replaceAll("{version}", python);
}

/** @throws UserError where it is known that there is none */
export function pythonBase(image: PythonImage): Container {
  if (image.lacking !== undefined) throw new UserError(image.lacking);
  return dag.container().from(pythonImageReference(image));
}

/** The same for the pipeline's own programs, which need none of the project's code: they run where its Python cannot be had, too. */
export const forOwnPrograms = <Image extends PythonImage>(image: Image): Image =>
  image.lacking === undefined ? image : { ...image, python: DEFAULT_PYTHON, lacking: undefined };

/**
 * Asks for the image of a project's Python, before anything is installed.
 *
 * @returns why there is none, what asks for that version, and what changes it; undefined where there is one
 */
export async function lackingPython(image: PythonImage, { version, by }: ChosenPython): Promise<string | undefined> {
  try {
    await pythonBase(image).imageRef();
    return undefined;
  } catch (error) {
    // A lost connection says nothing of the image: whoever needs it tells that.
    if (isEngineFault(error)) return undefined;
    const reason = messageOf(error).trim();
    const advice = reason.includes("`python` in the settings")
      ? ""
      : " `python` in the settings chooses another version.";
    return `Python ${version} cannot be had${by === "" ? "" : `, and ${by}`}: ${reason}${/[.!]$/.test(reason) ? "" : "."}${advice}`;
  }
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
