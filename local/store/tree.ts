import { createHash } from "node:crypto";
import { compileFilter, compileGlob, isOpen } from "./filter.ts";
import type { Tree, TreeEntry, TreeFilter } from "./types.ts";

/** The mode of a directory that nothing says one about. */
export const directoryMode = 0o755;

const byPath = (left: TreeEntry, right: TreeEntry): number =>
  left.path < right.path ? -1 : left.path > right.path ? 1 : 0;

/**
 * Gives the digest of a tree, which is equal for equal paths, contents, modes and link targets. `entries` must be
 * sorted by path.
 */
export function digestOf(entries: readonly TreeEntry[]): string {
  const hash = createHash("sha256");
  let text = "";
  for (const entry of entries) {
    if (entry.type === "file") text += `f ${entry.mode} ${entry.sha256} ${entry.path}\0`;
    else if (entry.type === "directory") text += `d ${entry.mode} ${entry.path}\0`;
    else text += `l ${entry.target}\0${entry.path}\0`;
    if (text.length > 65536) {
      hash.update(text);
      text = "";
    }
  }
  return `sha256:${hash.update(text).digest("hex")}`;
}

/** A tree whose digest is computed when somebody asks for it, because a chain of changes only needs the last one. */
class LazyTree implements Tree {
  readonly entries: readonly TreeEntry[];
  #digest: string | undefined;

  constructor(entries: readonly TreeEntry[]) {
    this.entries = entries;
  }

  get digest(): string {
    this.#digest ??= digestOf(this.entries);
    return this.#digest;
  }

  toJSON(): Tree {
    return { digest: this.digest, entries: this.entries };
  }
}

/** Makes a tree of entries that are sorted by path and complete: all parent directories are among them. */
export const treeOfSorted = (entries: readonly TreeEntry[]): Tree => new LazyTree(entries);

/**
 * Makes a tree of entries in any order. Of two with the same path the last counts. Missing parent directories are
 * added.
 */
export function treeOf(entries: Iterable<TreeEntry>): Tree {
  const known = new Map<string, TreeEntry>();
  for (const entry of entries) known.set(entry.path, entry);
  for (const path of [...known.keys()]) addParents(known, path);
  return treeOfSorted([...known.values()].sort(byPath));
}

function addParents(known: Map<string, TreeEntry>, path: string): void {
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    const parent = path.slice(0, slash);
    if (known.has(parent)) return;
    known.set(parent, { path: parent, type: "directory", mode: directoryMode });
  }
}

export const emptyTree: Tree = treeOfSorted([]);

/**
 * Cleans a path of a tree: `./a/../b/` is `b`, and the root is empty text.
 * | @throws Error when the path leaves the tree
 */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) throw new Error(`The path ${JSON.stringify(path)} leaves its directory.`);
  }
  return parts.join("/");
}

/** Gives the index of the first entry that does not sort before `path`. */
function lowerBound(entries: readonly TreeEntry[], path: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.path ?? "") < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function find(tree: Tree, path: string): TreeEntry | undefined {
  const wanted = cleanPath(path);
  const entry = tree.entries[lowerBound(tree.entries, wanted)];
  return entry?.path === wanted ? entry : undefined;
}

/** Gives all entries below a directory without the directory itself. `0` is the character after `/`. */
function below(tree: Tree, directory: string): readonly TreeEntry[] {
  if (directory === "") return tree.entries;
  return tree.entries.slice(lowerBound(tree.entries, `${directory}/`), lowerBound(tree.entries, `${directory}0`));
}

/**
 * Lists the direct entries of a directory, sorted.
 * | @throws Error when there is no such directory
 */
export function entriesAt(
  tree: Tree,
  path = "",
): readonly { readonly name: string; readonly type: TreeEntry["type"] }[] {
  const directory = requireDirectory(tree, path);
  const prefix = directory === "" ? 0 : directory.length + 1;
  return below(tree, directory)
    .filter((entry) => !entry.path.includes("/", prefix))
    .map((entry) => ({ name: entry.path.slice(prefix), type: entry.type }));
}

function requireDirectory(tree: Tree, path: string): string {
  const directory = cleanPath(path);
  if (directory === "") return directory;
  const entry = find(tree, directory);
  if (!entry) throw new Error(`There is no directory ${JSON.stringify(directory)}.`);
  if (entry.type !== "directory") throw new Error(`${JSON.stringify(directory)} is a ${entry.type}, not a directory.`);
  return directory;
}

/**
 * Gives a directory of a tree as a tree of its own.
 * | @throws Error when there is no such directory
 */
export function subtree(tree: Tree, path: string): Tree {
  const directory = requireDirectory(tree, path);
  if (directory === "") return tree;
  return treeOfSorted(
    below(tree, directory).map((entry) => ({ ...entry, path: entry.path.slice(directory.length + 1) })),
  );
}

/** Filters a tree by the same rules as for a directory of the host. */
export function filterTree(tree: Tree, filter: TreeFilter): Tree {
  if (isOpen(filter)) return tree;
  const matcher = compileFilter(filter);
  return treeOf(tree.entries.filter((entry) => matcher.keeps(entry.path)));
}

/**
 * Merges `added` into `base` at `path`. Directories are joined, and anything else is replaced. The directory at `path`
 * gets `mode`.
 */
export function mergeTree(base: Tree, path: string, added: Tree, mode?: number): Tree {
  const target = cleanPath(path);
  const prefix = target === "" ? "" : `${target}/`;
  const fresh = added.entries.map((entry) => ({ ...entry, path: prefix + entry.path }));
  if (target !== "") {
    const there = find(base, target);
    const kept = there?.type === "directory" ? there.mode : directoryMode;
    fresh.push({ path: target, type: "directory", mode: mode ?? kept });
  }
  return overlay(base, fresh);
}

/** Gives all files and directories one mode. Links have none. */
export const withMode = (tree: Tree, mode: number): Tree =>
  treeOfSorted(tree.entries.map((entry) => (entry.type === "symlink" ? entry : { ...entry, mode })));

function overlay(base: Tree, fresh: readonly TreeEntry[]): Tree {
  const added = new Map<string, TreeEntry>(fresh.map((entry) => [entry.path, entry]));
  const named = [...added.keys()];
  for (const path of named) addParents(added, path);
  const ofBase = [...added.keys()].slice(named.length).map((path) => find(base, path));
  for (const parent of ofBase) if (parent?.type === "directory") added.set(parent.path, parent);
  const leaves = new Set<string>();
  for (const entry of added.values()) if (entry.type !== "directory") leaves.add(entry.path);
  const merged: TreeEntry[] = [];
  for (const entry of base.entries) {
    if (!added.has(entry.path) && !hasAncestorIn(leaves, entry.path)) merged.push(entry);
  }
  for (const entry of added.values()) merged.push(entry);
  return treeOfSorted(merged.sort(byPath));
}

function hasAncestorIn(paths: ReadonlySet<string>, path: string): boolean {
  if (paths.size === 0) return false;
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    if (paths.has(path.slice(0, slash))) return true;
  }
  return false;
}

/** Adds a file, which is a blob of the store, at `path` with the directories above it. The default mode is 0644. */
export function withFile(
  base: Tree,
  path: string,
  file: { readonly sha256: string; readonly size: number; readonly mode?: number },
): Tree {
  const target = cleanPath(path);
  if (target === "") throw new Error("A file needs a name.");
  return overlay(base, [
    { path: target, type: "file", sha256: file.sha256, size: file.size, mode: file.mode ?? 0o644 },
  ]);
}

/** Adds an empty directory at `path`, and those above it, all with that mode. A directory that is there keeps its own. */
export function withDirectory(base: Tree, path: string, mode = directoryMode): Tree {
  const target = cleanPath(path);
  if (target === "") return base;
  const needed = new Map<string, TreeEntry>([[target, { path: target, type: "directory", mode }]]);
  addParents(needed, target);
  const missing = [...needed.keys()].filter((one) => find(base, one)?.type !== "directory");
  return overlay(
    base,
    missing.map((one) => ({ path: one, type: "directory", mode })),
  );
}

export function withSymlink(base: Tree, path: string, target: string): Tree {
  return overlay(base, [{ path: cleanPath(path), type: "symlink", target }]);
}

/** Removes files, directories with their content, and whatever a glob among `paths` matches. */
export function without(base: Tree, paths: readonly string[]): Tree {
  const exact = new Set(paths.map(cleanPath));
  // A path with a wildcard is not a glob when there is an entry of exactly that name.
  const tests = [...exact].filter((path) => !find(base, path)).map(compileGlob);
  const gone = new Set(
    base.entries.filter((entry) => exact.has(entry.path) || tests.some((test) => test(entry.path))).map((e) => e.path),
  );
  return treeOfSorted(base.entries.filter((entry) => !gone.has(entry.path) && !hasAncestorIn(gone, entry.path)));
}

/** Lists the paths that a glob matches. `*` stays within a component, `**` crosses components. */
export function glob(tree: Tree, pattern: string): readonly string[] {
  const test = compileGlob(pattern);
  return tree.entries.filter((entry) => test(entry.path)).map((entry) => entry.path);
}

/** Says whether two entries are equal but for their paths. */
export function sameEntry(left: TreeEntry, right: TreeEntry): boolean {
  if (left.type === "file") return right.type === "file" && left.sha256 === right.sha256 && left.mode === right.mode;
  if (left.type === "symlink") return right.type === "symlink" && left.target === right.target;
  return right.type === "directory" && left.mode === right.mode;
}

/** Gives what is new or different in `changed`. What is missing there leaves no trace. */
export function diff(base: Tree, changed: Tree): Tree {
  const known = new Map(base.entries.map((entry) => [entry.path, entry]));
  return treeOf(
    changed.entries.filter((entry) => {
      const before = known.get(entry.path);
      return !before || !sameEntry(before, entry);
    }),
  );
}
