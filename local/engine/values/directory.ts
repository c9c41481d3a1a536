import type { Lazy } from "../../base/lazy.ts";
import type { Snapshot, Tree } from "../../store/types.ts";

/** A directory known by its content. It is made and read when something needs it. */
export interface Directory {
  readonly tree: Lazy<Tree>;
  /** Its path in what it was taken from; `/` for a directory that was not taken from anything. */
  readonly path: string;
  /** The snapshot that it was taken from. One of its files can be read from there without reading all the others. */
  readonly origin?: SnapshotPath;
  /** The folder of the host that it is. */
  readonly host?: HostFolder;
}

/** A folder of the host, and what it has of a directory by now. */
export interface HostFolder {
  readonly path: string;
  readonly read: () => Promise<Tree>;
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
  /** The same as `blob`, where that can be known without making the content. */
  readonly known?: Lazy<Blob>;
}

/** Says what a file's content is, which need not be there yet. */
export const describedBlob = ({ known, blob }: File): Promise<Blob> => (known ?? blob).get();

/** Content in the store, and its permissions. */
export interface Blob {
  readonly sha256: string;
  readonly size: number;
  readonly mode: number;
}
