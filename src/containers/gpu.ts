import { dag, ReturnType } from "@dagger.io/dagger";
import { asExecFailure, messageOf, UserError } from "../errors.ts";
import { lastLines } from "../text.ts";
import { cudaBase } from "./images.ts";
import type { Settings } from "./settings.ts";

const MODES = ["auto", "require", "off"] as const;
export type GpuMode = (typeof MODES)[number];
export type Device = "cpu" | "gpu";

/** @throws UserError for another mode */
export function gpuMode(mode: string): GpuMode {
  const known = MODES.find((one) => one === mode);
  if (known === undefined) throw new UserError(`--gpu=${mode}: expected ${MODES.join(", ")}.`);
  return known;
}

/**
 * The mode of a call, refused before anything else is done where it cannot be had.
 *
 * @throws UserError for another mode, and for `require` where there is no GPU
 */
export async function usableGpuMode(mode: string, settings: Settings): Promise<GpuMode> {
  const known = gpuMode(mode);
  if (known === "require") await trainingDevice(known, settings);
  return known;
}

/**
 * Where training runs. `auto` takes a GPU where the engine offers one.
 *
 * @throws UserError for `require` where there is none
 */
export async function trainingDevice(mode: GpuMode, settings: Settings): Promise<Device> {
  if (mode === "off") return "cpu";
  const missing = await reasonAgainstGpu(settings);
  if (missing === undefined) return "gpu";
  if (mode === "auto") return "cpu";
  throw new UserError(
    `--gpu=require: no GPU can be used here (${missing}). Use --gpu=auto to train on the CPU where there is none.`,
  );
}

/**
 * Undefined where a GPU answers. The engine is asked first, without any image: where it offers none, nothing is pulled.
 */
async function reasonAgainstGpu(settings: Settings): Promise<string | undefined> {
  try {
    await dag.container().experimentalWithAllGPUs().workdir();
    const probe = cudaBase(settings)
      .experimentalWithAllGPUs()
      .withExec(["nvidia-smi", "-L"], { expect: ReturnType.Any });
    if ((await probe.exitCode()) === 0) return undefined;
    return lastLines(await probe.stderr(), 1) || "nvidia-smi failed";
  } catch (error) {
    return lastLines(asExecFailure(error)?.stderr || messageOf(error), 1);
  }
}
