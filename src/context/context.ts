import type { Directory } from "@dagger.io/dagger";
import type { Runtime } from "../containers/runtime.ts";
import type { Settings } from "../containers/settings.ts";
import type { Project } from "../project/project.ts";

/** What every stage gets. */
export interface Context {
  readonly project: Project;
  readonly settings: Settings;
  /** Start of this run in milliseconds since 1970: what ended before it came from the cache. */
  readonly since: number;
}

/** The context of a stage that reads data. */
export interface DataContext extends Context {
  readonly data: Directory;
  /** The revision of the data that DVC tracks: `data/train.csv@<md5>`, several of them with spaces between. */
  readonly dvc?: string | undefined;
}

/** What of a context it takes to run one of the pipeline's own programs. */
export const runtimeOf = ({ project, settings, since }: Context): Runtime => ({
  settings,
  python: project.config.python,
  since,
});
