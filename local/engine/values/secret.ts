import type { Lazy } from "../../base/lazy.ts";

/** A value that never leaves the engine's memory except into the processes that were given it. */
export interface Secret {
  readonly name: string;
  readonly uri: string;
  /** Stands for the secret in cache keys: a keyed hash of what names it. */
  readonly identity: string;
  /** The value; asking also makes it known to the scrubber. */
  readonly plaintext: Lazy<string>;
}
