import { placeVariable, sharedSettings } from "../shared/settings.ts";
import type { Options } from "./options.ts";

/**
 * Takes `--cache` over into the environment, where the engine finds it as well.
 * | @throws UsageError saying what is wrong with it
 */
export function chooseCache({ cache }: Options, env: NodeJS.ProcessEnv = process.env): void {
  if (cache !== undefined) env[placeVariable] = cache;
  sharedSettings(env, process.cwd());
}
