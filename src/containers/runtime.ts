import type { Settings } from "./settings.ts";

/** What it takes to run one of the pipeline's own programs in a container. */
export interface Runtime {
  /** Images, package index and tool versions. */
  readonly settings: Settings;
  /** The project's Python version. */
  readonly python: string;
  /** Start of this run in milliseconds since 1970: what ended before it came from the cache. */
  readonly since: number;
}
