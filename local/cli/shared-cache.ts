import { placeVariable, trustVariable } from "../shared/variables.ts";
import type { Options } from "./options.ts";

/**
 * Takes `--cache` and `--cache-trust` over into the environment, where the engine finds it as well.
 * | @throws UsageError saying what is wrong with it
 */
export async function chooseCache({ cache, cacheTrust }: Options, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (cache !== undefined) env[placeVariable] = cache;
  if (cacheTrust !== undefined) env[trustVariable] = cacheTrust;
  if (!env[placeVariable]) return;
  const [{ markAsCache, requireOwn }, { sharedSettings }] = await Promise.all([
    import("../shared/cache-folder.ts"),
    import("../shared/settings.ts"),
  ]);
  const settings = sharedSettings(env, process.cwd());
  if (settings?.address.kind !== "folder") return;
  requireOwn(settings.name, settings.address.path);
  // It may lie in the project, which is read without it from the beginning.
  if (settings.signer !== undefined) markAsCache(settings.address.path);
}
