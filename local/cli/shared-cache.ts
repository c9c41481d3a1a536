import { markAsCache, requireOwn } from "../shared/cache-folder.ts";
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
  const settings = sharedSettings(env, process.cwd());
  if (settings?.address.kind !== "folder") return;
  requireOwn(settings.name, settings.address.path);
  // It may lie in the project, which is read without it from the beginning.
  if (settings.signer !== undefined) markAsCache(settings.address.path);
}
