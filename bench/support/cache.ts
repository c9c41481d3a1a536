import { rm } from "node:fs/promises";
import { join } from "node:path";
import { program, repository } from "./paths.ts";
import { type PipelineRun, runPipeline } from "./pipeline.ts";
import { run } from "./process.ts";
import { sourceOnly } from "./project.ts";
import type { Workshop } from "./workshop.ts";

/** Makes a cache folder that only has the base image. It replaces an earlier one of the same name. */
export async function cacheWithImage(workshop: Workshop, name: string): Promise<string> {
  const image = await workshop.once("image", async (folder) => {
    workshop.say("getting the base image (not measured)");
    await run([program, "session", "--", process.execPath, join(repository, "bench/scripts/image.ts")], {
      env: { XDG_CACHE_HOME: folder },
    });
    // A cold run has no compiled JavaScript of the engine.
    await rm(join(folder, "ml-pipeline/compiled"), { recursive: true, force: true });
  });
  return workshop.copy(image, name);
}

/** The name of the cache that the last cold run left. */
const WARM = "warm";

/** Runs the whole pipeline on the example with a cache that only has the base image. */
export async function coldRun(workshop: Workshop): Promise<PipelineRun> {
  await workshop.remove(WARM);
  const project = await sourceOnly(workshop);
  const runs: PipelineRun[] = [];
  await workshop.once(WARM, async () => {
    const cache = await cacheWithImage(workshop, WARM);
    runs.push(await runPipeline({ ...project, cache }));
  });
  const [run] = runs;
  if (run === undefined) throw new Error("the cold run did not take place");
  workshop.lastColdRun = run;
  return run;
}

/** Gives a cache in which the whole pipeline has run on the example. */
export async function warmCache(workshop: Workshop): Promise<string> {
  const made = workshop.made(WARM);
  if (made !== undefined) return made;
  workshop.say("a first run, for its cache (not measured)");
  await coldRun(workshop);
  return warmCache(workshop);
}
