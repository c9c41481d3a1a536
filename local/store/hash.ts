import { createHash, hash } from "node:crypto";
import {
  closeSync,
  type Dirent,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { relative } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { compileFilter, isOpen, type Matcher } from "./filter.ts";
import { kernelFileSystem } from "./folders.ts";
import { type Memo, noMemo, openMemo } from "./memo.ts";
import { treeOf } from "./tree.ts";
import type { Tree, TreeEntry, TreeFilter } from "./types.ts";

/** Files up to this size (bytes) are read at once. */
export const smallFile = 4 << 20;
/** After reading this many bytes, other work gets its turn. */
const breath = 16 << 20;

/** The permissions of a file or folder. A bit by which a program gets other rights stays on the host. */
export const modeOf = ({ mode }: Pick<Stats, "mode">): number => mode & 0o777;

export interface HashOptions {
  /** Hashes of unchanged files are remembered here between runs: `CACHE_ROOT/memo`. Without it, none are. */
  readonly memoFolder?: string;
  /** Gives the hash of a file that is not remembered. The store saves its content at the same time. */
  readonly onFile?: (path: string, stat: Stats, mode: number) => string;
  /** Says whether a remembered hash is enough; the store may also need the content. */
  readonly onKnown?: (sha256: string, mode: number) => boolean;
  /**
   * Folders of caches, which are left out where they lie in the directory, as CI systems want it that keep caches between
   * jobs: they change while they are read, and have devices that no reading ends.
   */
  readonly owned?: readonly string[];
}

/** A tree cannot hold this file. The message names it. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/**
 * Reads a directory of the host and gives its tree, without copying anything. Files whose inode, size and times are the
 * same as last time are not read.
 * | @throws UnreadableError naming a socket, a device, a file that may not be read, or a name that is not UTF-8, unless
 * the file is excluded
 */
export async function hashDirectory(path: string, filter: TreeFilter = {}, options: HashOptions = {}): Promise<Tree> {
  const root = openRoot(path);
  const matcher = isOpen(filter) ? undefined : compileFilter(filter);
  const owned = new Set((options.owned ?? []).flatMap((folder) => pathBelow(root, folder) ?? []));
  const memo = options.memoFolder ? openMemo(options.memoFolder, root, filter) : noMemo;
  const entries: TreeEntry[] = [];
  let unread = 0;
  for (const found of walk(root, "", matcher, owned)) {
    if (found.type !== "file") {
      entries.push(found);
      continue;
    }
    const { path: relative, stat } = found;
    const mode = modeOf(stat);
    const sha256 = hashKnown(`${root}/${relative}`, relative, stat, mode, memo, options);
    entries.push({ path: relative, type: "file", sha256: sha256.value, size: stat.size, mode });
    if (!sha256.read) continue;
    unread += stat.size;
    if (unread < breath) continue;
    unread = 0;
    await nextTurn();
  }
  memo.save();
  return treeOf(entries);
}

function hashKnown(file: string, relative: string, stat: Stats, mode: number, memo: Memo, options: HashOptions) {
  const known = memo.get(relative, stat);
  if (known && (options.onKnown?.(known, mode) ?? true)) return { value: known, read: false };
  const readAt = Date.now();
  const value = readable(file, () => (options.onFile ? options.onFile(file, stat, mode) : hashFile(file, stat.size)));
  memo.set(relative, stat, value, readAt);
  return { value, read: true };
}

function openRoot(path: string): string {
  return readable(path, () => {
    const root = realpathSync(path);
    if (!statSync(root).isDirectory()) throw new UnreadableError(`${path} is a file, not a directory.`);
    const kind = kernelFileSystem(root);
    if (kind !== undefined)
      throw new UnreadableError(
        `${path} is a part of the kernel's ${kind}, which has no files to keep. Name a folder.`,
      );
    return root;
  });
}

type Found =
  | Exclude<TreeEntry, { type: "file" }>
  | { readonly path: string; readonly type: "file"; readonly stat: Stats };

/** The path of a folder relative to one that it lies in. Undefined for a folder elsewhere. */
function pathBelow(root: string, folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const path = relative(root, realpathSync(folder));
  return path === "" || path === ".." || path.startsWith("../") ? undefined : path;
}

function* walk(
  root: string,
  directory: string,
  matcher: Matcher | undefined,
  owned: ReadonlySet<string>,
): Generator<Found> {
  const folder = directory === "" ? root : `${root}/${directory}`;
  for (const child of readable(folder, () => readdirSync(folder, { withFileTypes: true }))) {
    const path = directory === "" ? child.name : `${directory}/${child.name}`;
    if (owned.has(path)) continue;
    const kept = !matcher || matcher.keeps(path);
    if (child.isDirectory()) {
      if (kept)
        yield {
          path,
          type: "directory",
          mode: readable(`${root}/${path}`, () => modeOf(lstatSync(`${root}/${path}`))),
        };
      if (!matcher || matcher.mayKeepBelow(path)) yield* walk(root, path, matcher, owned);
    } else if (kept) {
      yield leaf(`${root}/${path}`, path, child);
    }
  }
}

function leaf(file: string, path: string, child: Dirent): Found {
  if (child.name.includes("\ufffd")) requireUtf8(file);
  if (child.isSymbolicLink()) return { path, type: "symlink", target: readlinkSync(file) };
  if (child.isFile()) return { path, type: "file", stat: readable(file, () => lstatSync(file)) };
  const kind = child.isSocket() ? "a socket" : child.isFIFO() ? "a named pipe" : "a device";
  throw new UnreadableError(`${file} is ${kind}: only files, folders and links can be used. Remove it or exclude it.`);
}

/**
 * Refuses names that are not UTF-8. Such a name is read with replacement characters, and there is no file of that name.
 */
function requireUtf8(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })) return;
  throw new UnreadableError(`${file} has a name that is not UTF-8. Rename it or exclude it.`);
}

function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new UnreadableError(`There is no ${file}.`, { cause: error });
    if (code === "ENAMETOOLONG" || error instanceof RangeError)
      throw new UnreadableError(
        `${file.slice(0, 100)}… has folders nested too deep: no path may be longer than 4,096 bytes. Exclude them.`,
        { cause: error },
      );
    if (code === "EACCES" || code === "EPERM")
      throw new UnreadableError(`${file} may not be read by this user: change its permissions or exclude it.`, {
        cause: error,
      });
    throw error;
  }
}

/** One buffer for all small files. Separate buffers would occupy memory until a late garbage collection. */
const shelf = Buffer.allocUnsafeSlow(smallFile + 1);

/** Reads a small file. The result is valid until the next call. A file that has grown meanwhile is read completely. */
export function readSmall(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < shelf.length; length += read) {
      read = readSync(descriptor, shelf, length, shelf.length - length, null);
    }
    return length < shelf.length ? shelf.subarray(0, length) : readFileSync(file);
  } finally {
    closeSync(descriptor);
  }
}

/** Gives the SHA-256 of a file in hexadecimal. */
export function hashFile(file: string, size: number): string {
  if (size <= smallFile) return hash("sha256", readSmall(file));
  const sha256 = createHash("sha256");
  const chunk = Buffer.allocUnsafe(1 << 20);
  const descriptor = openSync(file, "r");
  try {
    for (let read = -1; read !== 0; ) {
      read = readSync(descriptor, chunk);
      sha256.update(chunk.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
  return sha256.digest("hex");
}
