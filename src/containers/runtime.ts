import type { Limits } from "./limits.ts";
import type { Settings } from "./settings.ts";

/** What is needed to run one of the pipeline's own programs in a container. */
export interface Runtime {
  /** Images, package index and tool versions. */
  readonly settings: Settings;
  /** The project's Python version. */
  readonly python: string;
  /** Why there is no image of that version, in a sentence; absent where there is one, or nobody asked. */
  readonly lacking?: string | undefined;
  /** Start of this run in milliseconds since 1970. A command that ended earlier came from the cache. */
  readonly since: number;
  /** How far its commands may go; the defaults when absent. */
  readonly limits?: Limits | undefined;
}
