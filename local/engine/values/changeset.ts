import { diff, find, sameEntry } from "../../store/tree.ts";
import type { Tree, TreeEntry } from "../../store/types.ts";
import type { Directory } from "./directory.ts";

/** The difference between two directories, which can be shown and applied. */
export interface Changeset {
  readonly before: Directory;
  readonly after: Directory;
}

/** What differs, by path. Directories have a slash at their ends. */
export interface Changes {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  /** What is below a removed directory is not named. */
  readonly removed: readonly string[];
  /** The files that are new or different. */
  readonly layer: Tree;
}

export async function changesOf({ before, after }: Changeset): Promise<Changes> {
  const [old, fresh] = await Promise.all([before.tree.get(), after.tree.get()]);
  const layer = diff(old, fresh);
  const changed = layer.entries.filter(
    // The folders above a changed file are in the layer too.
    (entry) => entry.type !== "directory" || find(old, entry.path) === undefined,
  );
  const gone = old.entries.filter(({ path }) => find(fresh, path) === undefined);
  const tops = gone.filter(({ path }) => !gone.some((other) => path.startsWith(`${other.path}/`)));
  const shown = ({ path, type }: { path: string; type: string }): string => (type === "directory" ? `${path}/` : path);
  return {
    added: changed.filter(({ path }) => find(old, path) === undefined).map(shown),
    modified: changed.filter(({ path }) => find(old, path) !== undefined).map(shown),
    removed: tops.map(shown),
    layer,
  };
}

/**
 * The paths that changes are about, and where a directory has something else by now than it had before them.
 *
 * @param now what is there now
 */
export function overtaken({ added, modified, removed }: Changes, before: Tree, now: Tree): string[] {
  const folders = removed.filter((path) => path.endsWith("/"));
  const files = new Set([...added, ...modified, ...removed]);
  const isTouched = (path: string): boolean => files.has(path) || folders.some((folder) => path.startsWith(folder));
  const paths = new Set([...before.entries, ...now.entries].map(({ path }) => path).filter(isTouched));
  return [...paths].filter((path) => !isAsBefore(find(before, path), find(now, path))).sort();
}

const isAsBefore = (before: TreeEntry | undefined, now: TreeEntry | undefined): boolean =>
  before === undefined || now === undefined ? before === now : sameEntry(before, now);
