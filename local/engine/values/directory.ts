import type { Lazy } from "../../base/lazy.ts";
import type { Snapshot, Tree } from "../../store/types.ts";

/** A directory known by its content, which is read (and whatever makes it is run) when something needs it. */
export interface Directory {
  readonly tree: Lazy<Tree>;
  /** Its path in what it was taken from; `/` for one of its own. */
  readonly path: string;
  /** The container that it was taken from, so that one of its files can be read without reading all the others. */
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

/** Bytes in the store, and the permissions that they are seen with. */
export interface Blob {
  readonly sha256: string;
  readonly size: number;
  readonly mode: number;
}
