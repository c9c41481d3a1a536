import { trustVariable } from "../shared/keys.ts";
import { placeVariable, sharedSettings } from "../shared/settings.ts";
import type { Options } from "./options.ts";

/**
 * Takes `--cache` and `--cache-trust` over into the environment, where the engine finds it as well.
 * | @throws UsageError saying what is wrong with it
 */
export function chooseCache({ cache, cacheTrust }: Options, env: NodeJS.ProcessEnv = process.env): void {
  if (cache !== undefined) env[placeVariable] = cache;
  if (cacheTrust !== undefined) env[trustVariable] = cacheTrust;
  sharedSettings(env, process.cwd());
}
