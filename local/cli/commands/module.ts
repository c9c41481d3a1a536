import { resolve } from "node:path";
import { ownModule } from "../../base/repository.ts";
import { loadModule } from "../../runner/module/load.ts";
import type { LoadedModule } from "../../runner/module/types.ts";
import { cacheRoot } from "../../store/paths.ts";
import type { Options } from "../options.ts";

/** Loads the module of `--mod`, or else that of ml-pipeline itself. Reading it anew takes seconds, so a line says so. */
export function chosenModule(options: Options): LoadedModule {
  const path = options.mod === undefined ? ownModule : resolve(options.mod);
  return loadModule(path, cacheRoot(), () => {
    if (options.progress !== "quiet")
      process.stderr.write("ml-pipeline: reading the module (once for each version of it) …\n");
  });
}
