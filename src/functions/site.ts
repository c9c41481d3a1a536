import type { GpuMode } from "../containers/gpu.ts";
import type { Settings } from "../containers/settings.ts";
import type { DvcAccess, RegistryAccess } from "../context/access.ts";

/** What a site sets once, for all functions: the arguments of the module's constructor. */
export interface Site {
  /** Where images, packages and tools come from. */
  readonly settings: Settings;
  readonly gpu: GpuMode;
  readonly registry: RegistryAccess;
  readonly dvc: DvcAccess;
}
