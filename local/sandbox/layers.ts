import { chmodSync, chownSync, mkdirSync, statSync, utimesSync } from "node:fs";
import { relative } from "node:path";
import type { DraftLayer } from "../store/types.ts";
import { bindCall, type MountCall, type Mounter } from "./mounting.ts";

/** The kernel takes one page of options. */
const optionLimit = 4000;

/** Where writes go. `scratch`: nobody will look at them. */
export interface DraftFolders extends Pick<DraftLayer, "upper" | "work"> {
  readonly scratch?: boolean;
}

/** Directories to be shown as one, and where what is written goes. */
export interface Stack {
  /** From the bottom to the top. */
  readonly directories: readonly string[];
  /** Without it the result is read only. */
  readonly draft?: DraftFolders;
}

/** Where what is written ends up while a stack is mounted. `whole`: with everything that was there before. */
export interface Mounted {
  readonly written?: { readonly path: string; readonly whole: boolean };
}

/** How layers become one directory. */
export interface LayerDriver {
  readonly kind: "overlay" | "copy";
  mount(stack: Stack, target: string): Promise<Mounted>;
  /** After everything in it has ended: what was written is in the draft from now on. */
  unmounted(target: string): Promise<void>;
}

/** The upper directory's mode, owner and time are those of the merged one: they are taken from below. */
export function inheritRoot(directory: string, upper: string): void {
  const stat = statSync(directory);
  const current = statSync(upper);
  if (current.uid !== stat.uid || current.gid !== stat.gid) chownSync(upper, stat.uid, stat.gid);
  chmodSync(upper, stat.mode & 0o7777);
  utimesSync(upper, stat.atime, stat.mtime);
}

/**
 * The kernel's overlay. Its marks are `user.*` attributes in every mode, so that a layer made by root and one made in a user
 * namespace are the same; `volatile` leaves out syncs, which a cache that can be made again does not need.
 */
export function overlayDriver(mounter: Mounter, layersFolder: string, temporary: string): LayerDriver {
  let serial = 0;
  const emptyFolder = `${temporary}/empty`;
  mkdirSync(emptyFolder, { recursive: true });
  const plain = /^[\w./-]+$/;

  // Characters that mean something to the overlay's options are kept out of them by a bind mount with a plain name.
  const named = async (directory: string): Promise<string> => {
    const path = relative(layersFolder, directory);
    if (plain.test(path)) return path;
    const alias = `${temporary}/alias${serial++}`;
    mkdirSync(alias);
    await mounter.mount([bindCall(directory, alias)]);
    return relative(layersFolder, alias);
  };

  return {
    kind: "overlay",
    mount: async ({ directories, draft }, target) => {
      const top = directories.at(-1);
      if (draft && top) inheritRoot(top, draft.upper);
      const lower = await Promise.all([...directories].reverse().map(named));
      const empty = relative(layersFolder, emptyFolder);
      if (lower.length === 0) lower.push(empty);
      if (!draft && lower.length === 1) lower.push(empty);
      const options = ["userxattr", "index=off", `lowerdir=${lower.join(":")}`];
      if (draft) {
        options.push(
          `upperdir=${relative(layersFolder, draft.upper)}`,
          `workdir=${relative(layersFolder, draft.work)}`,
        );
        options.push("volatile");
      }
      const text = options.join(",");
      if (text.length > optionLimit)
        throw new Error(
          `${directories.length} layers are more than an overlay holds: use fewer steps for one container.`,
        );
      const call: MountCall = { type: "overlay", options: text, source: "overlay", target };
      await mounter.mount([call], layersFolder);
      return draft ? { written: { path: draft.upper, whole: false } } : {};
    },
    unmounted: async () => {},
  };
}
