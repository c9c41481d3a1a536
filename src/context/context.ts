import type { Directory } from "@dagger.io/dagger";
import type { ProjectRuntime } from "../containers/app.ts";
import type { Settings } from "../containers/settings.ts";
import { readProject } from "../project/project.ts";
import { loadConfig } from "./load.ts";
import type { Config } from "./schema.ts";

/** What every stage gets: the project, its configuration, and what its containers are made of. */
export interface Context extends ProjectRuntime {
  readonly config: Config;
}

/** The context of a stage that reads data. */
export interface DataContext extends Context {
  readonly data: Directory;
  /** The revision of the data that DVC tracks: `data/train.csv@<md5>`, several of them with spaces between. */
  readonly dvc?: string | undefined;
}

/**
 * Reads a project and its configuration, as a run begins.
 *
 * @throws UserError when the project has no `src/` folder, or its configuration is not as it should be
 */
export async function readContext(source: Directory, settings: Settings, since = Date.now()): Promise<Context> {
  const project = await readProject(source);
  const config = loadConfig(project.files);
  return { project, config, settings, python: config.python, since };
}
