import { rm } from "node:fs/promises";
import { join } from "node:path";
import { program, repository } from "./paths.ts";
import { type PipelineRun, runPipeline } from "./pipeline.ts";
import { run } from "./process.ts";
import { sourceOnly } from "./project.ts";
import type { Workspace } from "./workspace.ts";

/** Makes a cache folder that only has the base image. It replaces an earlier one of the same name. */
export async function cacheWithImage(workspace: Workspace, name: string): Promise<string> {
  const image = await workspace.once("image", async (folder) => {
    workspace.say("getting the base image (not measured)");
    await run([program, "session", "--", process.execPath, join(repository, "bench/scripts/image.ts")], {
      env: { XDG_CACHE_HOME: folder },
    });
    // A cold run has no compiled JavaScript of the engine.
    await rm(join(folder, "ml-pipeline/compiled"), { recursive: true, force: true });
  });
  return workspace.copy(image, name);
}

/** The name of the cache that the last cold run left. */
const WARM = "warm";

/** Runs the whole pipeline on the example with a cache that only has the base image. */
export async function coldRun(workspace: Workspace): Promise<PipelineRun> {
  await workspace.remove(WARM);
  const project = await sourceOnly(workspace);
  const runs: PipelineRun[] = [];
  await workspace.once(WARM, async () => {
    const cache = await cacheWithImage(workspace, WARM);
    runs.push(await runPipeline({ ...project, cache }));
  });
  const [run] = runs;
  if (run === undefined) throw new Error("the cold run did not take place");
  workspace.lastColdRun = run;
  return run;
}

/** Gives a cache in which the whole pipeline has run on the example. */
export async function warmCache(workspace: Workspace): Promise<string> {
  const made = workspace.made(WARM);
  if (made !== undefined) return made;
  workspace.say("a first run, for its cache (not measured)");
  await coldRun(workspace);
  return warmCache(workspace);
}
