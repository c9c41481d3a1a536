/**
 * What the store keeps: content-addressed trees of files, layers (what one operation wrote), records and volumes.
 * Everything becomes visible by one rename, so a process that dies leaves only temporary files behind.
 */

import type { Guard } from "../base/guards.ts";

/** One entry of a tree. Times and owners are not part of it: equal content is an equal tree on every machine. */
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

/** An immutable directory known by its content. `entries` are sorted by path; paths are relative, without `./`. */
export interface Tree {
  /** `sha256:…` over the entries. */
  readonly digest: string;
  readonly entries: readonly TreeEntry[];
}

/** What one exec or copy changed: an overlay upper directory in the store, immutable once committed. */
export type LayerId = string;

/** A root file system or a mounted directory: layers from the bottom to the top. No layer: an empty directory. */
export interface Snapshot {
  readonly layers: readonly LayerId[];
}

/** A layer being written. Exactly one of `commit` and `discard` ends it. */
export interface DraftLayer {
  /** The overlay upper directory. */
  readonly upper: string;
  /** The overlay work directory, on the same file system. */
  readonly work: string;
  /** Makes the layer visible under `id` by a rename. When `id` is there already, that one stays and this is dropped. */
  commit(id: LayerId): Promise<LayerId>;
  discard(): Promise<void>;
}

/** Which files of a directory count, as in `.dockerignore`: patterns count from the directory's root, `!` re-includes. */
export interface TreeFilter {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

export interface CacheInfo {
  readonly path: string;
  readonly bytes: number;
  readonly limit: number;
  /** Bytes and number by kind: layers, blobs, images, volumes, records. */
  readonly kinds: Readonly<Record<string, { readonly entries: number; readonly bytes: number }>>;
}

/** The store of one cache folder. All methods are safe while other processes use the same folder. */
export interface Store {
  readonly path: string;

  /** Reads a directory of the host (or of a mounted snapshot) into the store; unchanged files are known by inode, size and time. */
  importDirectory(path: string, filter?: TreeFilter): Promise<Tree>;
  /**
   * Reads one file of the host into the store as a tree of one entry called `name`. With `move`, a file of this session's
   * scratch folder becomes the store's without being copied.
   */
  importFile(path: string, name: string, options?: { readonly move?: boolean }): Promise<Tree>;
  /** Puts bytes into the store. */
  putBlob(content: Uint8Array): Promise<{ readonly sha256: string; readonly size: number }>;
  /** The path of a blob: read only, never to be changed. */
  blobPath(sha256: string, mode: number): string;
  /** Makes `tree` a real directory in the store (hard links to blobs) and gives its path: read only, shared, lower of an overlay. */
  checkout(tree: Tree): Promise<string>;
  /** Copies `tree` into `path` on the host, for `export`. With `wipe`, what else is there goes. */
  exportTree(tree: Tree, path: string, options?: { readonly wipe?: boolean }): Promise<void>;
  /** A tree kept by its digest, or undefined when it has been pruned. */
  tree(digest: string): Promise<Tree | undefined>;
  putTree(tree: Tree): Promise<void>;

  draftLayer(): Promise<DraftLayer>;
  hasLayer(id: LayerId): Promise<boolean>;
  /** The directory of a committed layer. */
  layerPath(id: LayerId): string;

  /** Small JSON results by kind and key: exec results, resolved images, answered calls. */
  record<T>(kind: string, key: string, isRight: Guard<T>): Promise<T | undefined>;
  putRecord<T>(kind: string, key: string, value: T): Promise<void>;

  /** A folder that survives between runs, for a cache volume. */
  volume(key: string): Promise<string>;
  /** A folder for image blobs and layouts. */
  imagesPath(): Promise<string>;
  /** A private folder of this session, removed at `close` or, after a crash, by a later session. */
  scratch(): Promise<string>;

  info(): Promise<CacheInfo>;
  /** Removes least recently used entries until at most `keepBytes` remain (0: everything that no live session uses). */
  prune(keepBytes?: number): Promise<{ readonly freedBytes: number }>;
  /** Ends this session's lease and prunes down to the limit when it is exceeded. */
  close(): Promise<void>;
}
