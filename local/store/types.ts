/**
 * The store keeps content-addressed trees of files, layers (what one operation wrote), records and volumes. One rename
 * makes each of them visible, so a process that dies only leaves temporary files behind.
 */

import type { Guard } from "../base/guards.ts";

/** An entry of a tree. It has no times and no owner, so that equal content is an equal tree on every machine. */
export type TreeEntry =
  | {
      readonly path: string;
      readonly type: "file";
      readonly sha256: string;
      readonly size: number;
      readonly mode: number;
    }
  | { readonly path: string; readonly type: "directory"; readonly mode: number }
  | { readonly path: string; readonly type: "symlink"; readonly target: string };

/**
 * An immutable directory that its content identifies. `entries` are sorted by path; paths are relative, without `./`.
 */
export interface Tree {
  /** `sha256:…` over the entries. */
  readonly digest: string;
  readonly entries: readonly TreeEntry[];
}

/** Identifies what one exec or copy changed: the upper directory of an overlay, immutable once committed. */
export type LayerId = string;

/**
 * A root file system or a mounted directory: layers from the bottom to the top. Without layers it is an empty
 * directory.
 */
export interface Snapshot {
  readonly layers: readonly LayerId[];
}

/** A layer that is being written. Exactly one of `commit` and `discard` ends it. */
export interface DraftLayer {
  /** The overlay upper directory. */
  readonly upper: string;
  /** The overlay work directory, on the same file system. */
  readonly work: string;
  /**
   * Makes the layer visible under `id` by a rename. When `id` is there already, that layer is kept and this draft is
   * dropped. `made` names this making of it, where another of the same id may have other content (`thisMaking()`), and
   * is empty where the id says all. What is `private` may have secrets in it.
   */
  commit(id: LayerId, made: string, about?: { readonly private?: boolean }): Promise<LayerId>;
  discard(): Promise<void>;
}

/**
 * Chooses files of a directory as `.dockerignore` does: patterns start at the root of the directory, and `!` includes
 * again.
 */
export interface TreeFilter {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

export interface CacheInfo {
  readonly path: string;
  readonly bytes: number;
  readonly limit: number;
  /** Bytes and number of entries by kind: layers, blobs, images, volumes, records. */
  readonly kinds: Readonly<Record<string, { readonly entries: number; readonly bytes: number }>>;
}

/** What others must know before they use a record. */
export interface RecordOrigin {
  /** The layers that it was made from, beside those that it names. */
  readonly on?: readonly LayerId[];
  /** Those of them that are looked for before the record is. */
  readonly first?: readonly LayerId[];
  /** Whether it depends on what this machine alone has, such as a secret. */
  readonly private?: boolean;
}

/** The store of one cache folder. Other processes may use the same folder at the same time. */
export interface Store {
  readonly path: string;

  /**
   * Reads a directory of the host, or of a mounted snapshot, into the store. Unchanged files are recognized by inode,
   * size and time.
   */
  importDirectory(path: string, filter?: TreeFilter): Promise<Tree>;
  /** Reads one file of the host into the store as a tree with one entry called `name`. */
  importFile(path: string, name: string): Promise<Tree>;
  /**
   * Takes a file in this session's scratch folder as a blob that ends with the session, unless a tree that is kept has
   * it. It is for what is large and can be made again.
   */
  lendFile(path: string): Promise<{ readonly sha256: string; readonly size: number; readonly mode: number }>;
  putBlob(content: Uint8Array): Promise<{ readonly sha256: string; readonly size: number }>;
  /** Gives the path of a blob, which must not be changed. */
  blobPath(sha256: string, mode: number): string;
  /**
   * Makes a directory of hard links from `tree` and gives its path. It is shared and must not be changed; overlays use
   * it as a lower directory.
   */
  checkout(tree: Tree): Promise<string>;
  /** Copies `tree` to `path` on the host. With `wipe`, everything else there is removed. */
  exportTree(tree: Tree, path: string, options?: { readonly wipe?: boolean }): Promise<void>;
  /** Finds a tree by its digest. Undefined when it has been pruned. */
  tree(digest: string): Promise<Tree | undefined>;
  putTree(tree: Tree): Promise<void>;

  draftLayer(): Promise<DraftLayer>;
  hasLayer(id: LayerId): Promise<boolean>;
  /** Gives the directory of a committed layer, which may have to be fetched. */
  layerPath(id: LayerId): Promise<string>;
  /** Whether secrets may be in a layer, because a command with secrets wrote it. */
  isPrivate(id: LayerId): Promise<boolean>;
  /** Gives the name of the making of a layer. Undefined when the layer is not there. */
  layerMade(id: LayerId): Promise<string | undefined>;

  /** Reads a small JSON result by kind and key: results of execs, resolved images, answered calls. */
  record<T>(kind: string, key: string, isRight: Guard<T>, about?: RecordOrigin): Promise<T | undefined>;
  putRecord<T>(kind: string, key: string, value: T, about?: RecordOrigin): Promise<void>;

  /** Gives the folder of a cache volume, which is kept between runs. */
  volume(key: string): Promise<string>;
  /** Gives the folder for image blobs and layouts. */
  imagesPath(): Promise<string>;
  /** Gives a folder of this session alone. It is removed at `close` or, after a crash, by a later session. */
  scratch(): Promise<string>;

  info(): Promise<CacheInfo>;
  /**
   * Removes the least recently used entries until at most `keepBytes` remain. 0 removes all that no live session uses.
   */
  prune(keepBytes?: number): Promise<{ readonly freedBytes: number }>;
  /** Ends this session's lease, and prunes the cache when it exceeds its limit. */
  close(): Promise<void>;
}
