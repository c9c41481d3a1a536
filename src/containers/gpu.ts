import { dag, ReturnType } from "@dagger.io/dagger";
import { asExecFailure, messageOf, UserError } from "../errors.ts";
import { lastLines } from "../text.ts";
import { cudaBase } from "./images.ts";
import type { Settings } from "./settings.ts";

/** Where training runs. */
export enum GpuMode {
  /** On a GPU where there is one, on the CPU otherwise. */
  AUTO = "auto",
  /** On a GPU: without one the call fails before anything is installed. */
  REQUIRE = "require",
  /** On the CPU. */
  OFF = "off",
}

export type Device = "cpu" | "gpu";

/**
 * The mode of a call, refused before anything else is done where it cannot be had.
 *
 * @throws UserError for `require` where there is no GPU
 */
export async function usableGpuMode(mode: GpuMode, settings: Settings): Promise<GpuMode> {
  if (mode === GpuMode.REQUIRE) await trainingDevice(mode, settings);
  return mode;
}

/**
 * Where training runs. `auto` takes a GPU where the engine offers one.
 *
 * @throws UserError for `require` where there is none
 */
export async function trainingDevice(mode: GpuMode, settings: Settings): Promise<Device> {
  if (mode === GpuMode.OFF) return "cpu";
  const missing = await reasonAgainstGpu(settings);
  if (missing === undefined) return "gpu";
  if (mode === GpuMode.AUTO) return "cpu";
  throw new UserError(
    `--gpu=require: no GPU can be used here (${missing}). Use --gpu=auto to train on the CPU where there is none.`,
  );
}

/**
 * Undefined where a GPU answers. The engine is asked first, without any image: where it offers none, nothing is pulled.
 */
async function reasonAgainstGpu(settings: Settings): Promise<string | undefined> {
  const refusal = await refusalOfGpus();
  if (refusal !== undefined) return refusal;
  try {
    const probe = cudaBase(settings)
      .experimentalWithAllGPUs()
      .withExec(["nvidia-smi", "-L"], { expect: ReturnType.Any });
    if ((await probe.exitCode()) === 0) return undefined;
    return lastLines(await probe.stderr(), 1) || "nvidia-smi failed";
  } catch (error) {
    return lastLines(asExecFailure(error)?.stderr || messageOf(error), 1);
  }
}

/**
 * What an engine says that was not set up for GPUs. It tells when a command is to run, so one is, in a container without files:
 * an engine that has GPUs has nothing to run there, and says something else.
 */
async function refusalOfGpus(): Promise<string | undefined> {
  try {
    await dag.container().experimentalWithAllGPUs().withExec(["true"], { expect: ReturnType.Any }).exitCode();
    return undefined;
  } catch (error) {
    const reason = lastLines(asExecFailure(error)?.stderr || messageOf(error), 1);
    return /GPU/.test(reason) ? reason : undefined;
  }
}
