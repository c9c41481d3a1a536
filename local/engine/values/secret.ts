import type { Lazy } from "../../base/lazy.ts";

/** A value that only leaves the engine's memory for the processes that were given it. */
export interface Secret {
  readonly name: string;
  readonly uri: string;
  /** Stands for the secret in cache keys. It is a keyed hash of what names the secret. */
  readonly identity: string;
  /** The value. Once it is read, the scrubber knows it. */
  readonly plaintext: Lazy<string>;
}
