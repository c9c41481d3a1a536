import type { Lazy } from "../../base/lazy.ts";
import type { Snapshot, Tree } from "../../store/types.ts";

/** A directory known by its content. It is made and read when something needs it. */
export interface Directory {
  readonly tree: Lazy<Tree>;
  /** Its path in what it was taken from; `/` for a directory that was not taken from anything. */
  readonly path: string;
  /** The snapshot that it was taken from. One of its files can be read from there without reading all the others. */
  readonly origin?: SnapshotPath;
}

/** A path in a container's root file system. */
export interface SnapshotPath {
  readonly snapshot: Lazy<Snapshot>;
  readonly path: string;
}

/** A file known by its content. */
export interface File {
  readonly name: string;
  readonly blob: Lazy<Blob>;
}

/** Content in the store, and its permissions. */
export interface Blob {
  readonly sha256: string;
  readonly size: number;
  readonly mode: number;
}
