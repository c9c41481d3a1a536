import { resolve } from "node:path";
import { repository } from "../../base/repository.ts";
import { loadModule } from "../../runner/module/load.ts";
import type { LoadedModule } from "../../runner/module/types.ts";
import { cacheRoot } from "../../store/paths.ts";
import type { Options } from "../options.ts";

/** The module that is meant: the one of `--mod`, else this repository's. Reading it anew is said, as it takes seconds. */
export function chosenModule(options: Options): LoadedModule {
  const path = options.mod === undefined ? repository : resolve(options.mod);
  return loadModule(path, cacheRoot(), () => {
    if (options.progress !== "quiet")
      process.stderr.write("ml-pipeline: reading the module (once for each version of it) …\n");
  });
}
