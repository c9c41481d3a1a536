import {
  chmodSync,
  closeSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  utimesSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { execute } from "./execute.ts";
import { flagsFor, inheritRoot, type LayerDriver, type Mounted, type Stack } from "./layers.ts";
import type { Mounter } from "./mounting.ts";
import { program } from "./programs.ts";

/** In a layer, a file whose name begins so says that another file is gone. Images use the same marks. */
const goneMark = ".wh.";

/** A copy that is mounted, and what was in it at first. */
interface Copy {
  readonly folder: string;
  readonly draft: Stack["draft"];
  readonly before: ReadonlyMap<string, Stats>;
}

/** Lists all that is below a folder by relative path, parents first. */
function* walk(folder: string, below = ""): Generator<readonly [path: string, stat: Stats]> {
  for (const name of readdirSync(`${folder}/${below}`)) {
    const path = below === "" ? name : `${below}/${name}`;
    const stat = lstatSync(`${folder}/${path}`);
    yield [path, stat];
    if (stat.isDirectory()) yield* walk(folder, path);
  }
}

const kind = (stat: Stats): number => stat.mode & 0o170000;

/**
 * Says whether a file or directory is as it was. The size and time of a directory change with its entries, which are
 * compared themselves.
 */
function isSame(before: Stats, after: Stats): boolean {
  const own = before.mode === after.mode && before.uid === after.uid && before.gid === after.gid;
  if (before.isDirectory()) return own;
  // A time that was put back is in whole milliseconds, rounded up or down.
  const sameTime = Math.abs(before.mtimeMs - after.mtimeMs) < 1;
  return own && before.ino === after.ino && before.size === after.size && sameTime;
}

/** Lists what a layer removes from those below it. The kernel's overlay marks that by a device with number zero. */
function gonePaths(layer: string): readonly { readonly path: string; readonly mark: string }[] {
  const gone: { path: string; mark: string }[] = [];
  for (const [path, stat] of walk(layer)) {
    const name = basename(path);
    const folder = dirname(path) === "." ? "" : `${dirname(path)}/`;
    if (name.startsWith(goneMark)) gone.push({ path: folder + name.slice(goneMark.length), mark: path });
    else if (stat.isCharacterDevice() && stat.rdev === 0) gone.push({ path, mark: path });
  }
  return gone;
}

/** Applies one layer to what is in a folder. */
async function applyLayer(layer: string, folder: string): Promise<void> {
  const gone = gonePaths(layer);
  for (const { path } of gone) rmSync(`${folder}/${path}`, { recursive: true, force: true });
  await execute(program("cp"), ["--archive", "--reflink=auto", "--", `${layer}/.`, folder]);
  for (const { mark } of gone) unlinkSync(`${folder}/${mark}`);
}

/** Makes the directories above `path` in `upper` with the owners and modes that they have in `folder`. */
function makeParents(folder: string, upper: string, path: string): void {
  const parent = dirname(path);
  if (parent === "." || lstatSync(`${upper}/${parent}`, { throwIfNoEntry: false })) return;
  makeParents(folder, upper, parent);
  copyDirectory(lstatSync(`${folder}/${parent}`), `${upper}/${parent}`);
}

function copyDirectory(stat: Stats, target: string): void {
  if (!lstatSync(target, { throwIfNoEntry: false })) mkdirSync(target);
  lchownSync(target, stat.uid, stat.gid);
  chmodSync(target, stat.mode & 0o7777);
}

function markGone(folder: string, upper: string, path: string): void {
  const parent = dirname(path) === "." ? "" : `${dirname(path)}/`;
  makeParents(folder, upper, path);
  closeSync(openSync(`${upper}/${parent}${goneMark}${basename(path)}`, "w"));
}

/** Moves what was changed in a copy to the draft, and marks there what is gone. */
function collectChanges({ folder, before }: Copy, upper: string): void {
  const after = new Map(walk(folder));
  for (const [path, stat] of before) {
    const now = after.get(path);
    // A mark for a directory covers all that was in it.
    const parent = before.has(dirname(path)) ? after.get(dirname(path)) : undefined;
    const inGone = before.has(dirname(path)) && !parent?.isDirectory();
    if (!inGone && (!now || kind(now) !== kind(stat))) markGone(folder, upper, path);
  }
  const times: [string, Stats][] = [];
  for (const [path, stat] of after) {
    const known = before.get(path);
    if (known && isSame(known, stat)) continue;
    makeParents(folder, upper, path);
    if (stat.isDirectory()) {
      copyDirectory(stat, `${upper}/${path}`);
      times.push([`${upper}/${path}`, stat]);
    } else {
      renameSync(`${folder}/${path}`, `${upper}/${path}`);
    }
  }
  for (const [path, stat] of times.reverse()) utimesSync(path, stat.atime, stat.mtime);
}

/**
 * Combines layers without an overlay, for caches on file systems that cannot hold one (the root of a container, NFS).
 * Each mount is a copy, and comparing all of it shows what was changed: slow, but with the same results. `temporary` is
 * created. It must be on the same mount as the drafts, so that files can be moved there.
 */
export function copyingDriver(mounter: Mounter, temporary: string): LayerDriver {
  const copies = new Map<string, Copy>();
  let serial = 0;
  mkdirSync(temporary);
  return {
    kind: "copy",
    mount: async (stack, target): Promise<Mounted> => {
      const { directories, draft } = stack;
      const flags = flagsFor(stack);
      const [only] = directories;
      if (!draft && directories.length === 1 && only !== undefined) {
        await mounter.mount([mounter.bind(only, target, ["ro", ...flags])]);
        return {};
      }
      const folder = `${temporary}/copy${serial++}`;
      mkdirSync(folder);
      const top = directories.at(-1);
      if (top) inheritRoot(top, folder);
      for (const layer of directories) await applyLayer(layer, folder);
      if (top && draft) inheritRoot(top, draft.upper);
      copies.set(target, { folder, draft, before: draft ? new Map(walk(folder)) : new Map() });
      await mounter.mount([mounter.bind(folder, target, [...(draft ? [] : ["ro"]), ...flags])]);
      return draft ? { written: { path: folder, whole: true } } : {};
    },
    unmounted: async (target) => {
      const copy = copies.get(target);
      if (!copy) return;
      copies.delete(target);
      if (copy.draft && !copy.draft.scratch) collectChanges(copy, copy.draft.upper);
      rmSync(copy.folder, { recursive: true, force: true });
    },
  };
}
