import { rm } from "node:fs/promises";
import { join } from "node:path";
import { program, repository } from "./paths.ts";
import { type PipelineRun, runPipeline } from "./pipeline.ts";
import { run } from "./process.ts";
import { sourceOnly } from "./project.ts";
import type { Workshop } from "./workshop.ts";

/** The variable that says where the local engine's cache is, and those of everything that might shortcut a cold run. */
export const cacheVariables = (folder: string): Record<string, string> => ({ XDG_CACHE_HOME: folder });

/** A cache folder in which there is the base image and nothing else. It may take the place of an earlier one. */
export async function cacheWithImage(workshop: Workshop, name: string): Promise<string> {
  const image = await workshop.once("image", async (folder) => {
    workshop.say("getting the base image (not measured)");
    await run([program, "session", "--", process.execPath, join(repository, "bench/scripts/image.ts")], {
      env: cacheVariables(folder),
    });
    // Compiled JavaScript of the engine: a cold run has none.
    await rm(join(folder, "ml-pipeline/compiled"), { recursive: true, force: true });
  });
  return workshop.copy(image, name);
}

/** Everything cold but the base image: the whole pipeline over the example. Its cache stays as `name`. */
export async function coldRun(workshop: Workshop, name: string): Promise<PipelineRun> {
  const cache = await cacheWithImage(workshop, name);
  const project = await sourceOnly(workshop);
  return runPipeline({ ...project, cache });
}

/** A cache in which the whole pipeline has run over the example. */
export function warmCache(workshop: Workshop): Promise<string> {
  return workshop.once("warm", async () => {
    workshop.say("a first run, for its cache (not measured)");
    await coldRun(workshop, "warm");
  });
}
