import type { Lazy } from "../../base/lazy.ts";
import type { Snapshot, Tree } from "../../store/types.ts";

/** A directory known by its content, which is read (and whatever makes it is run) when something needs it. */
export interface Directory {
  readonly tree: Lazy<Tree>;
  /** Its path in what it was taken from; `/` for one of its own. */
  readonly path: string;
  /** Where it lies in a container, so that a single file is read without reading all the others. */
  readonly place?: Place;
}

/** A path in a container's root file system. */
export interface Place {
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
