import { chmodSync, chownSync, mkdirSync, statSync, utimesSync } from "node:fs";
import { relative } from "node:path";
import type { DraftLayer } from "../store/types.ts";
import { bindCall, type MountCall, type Mounter } from "./mounting.ts";

/** The kernel takes mount options of one page at most. */
const optionLimit = 4000;

/** Where writes go. Nobody reads what is written to a `scratch` draft. */
export interface DraftFolders extends Pick<DraftLayer, "upper" | "work"> {
  readonly scratch?: boolean;
}

/** Directories that are shown as one, and where writes go. */
export interface Stack {
  /** From the bottom to the top. */
  readonly directories: readonly string[];
  /** Without a draft the result is read-only. */
  readonly draft?: DraftFolders;
  /** Whether programs in it may change their user, such as `su` in the root of a container. */
  readonly changesUser?: boolean;
}

/** Gives the flags of a mounted stack. A container gets its devices from the sandbox, never from an image. */
export const flagsFor = ({ changesUser }: Stack): readonly string[] => (changesUser ? ["nodev"] : ["nodev", "nosuid"]);

/** Where writes go while a stack is mounted. `whole` says that the folder also holds all that was there before. */
export interface Mounted {
  readonly written?: { readonly path: string; readonly whole: boolean };
}

/** Combines layers to one directory. */
export interface LayerDriver {
  readonly kind: "overlay" | "copy";
  mount(stack: Stack, target: string): Promise<Mounted>;
  /**
   * Must be called after unmounting, when nothing uses the directory any more. Then the draft holds what was written.
   */
  unmounted(target: string): Promise<void>;
}

/** Copies mode, owner and time to the upper directory, because the merged root shows those of the upper one. */
export function inheritRoot(directory: string, upper: string): void {
  const stat = statSync(directory);
  const current = statSync(upper);
  if (current.uid !== stat.uid || current.gid !== stat.gid) chownSync(upper, stat.uid, stat.gid);
  chmodSync(upper, stat.mode & 0o7777);
  utimesSync(upper, stat.atime, stat.mtime);
}

/**
 * Combines layers by the kernel's overlay. Its marks are `user.*` attributes in every mode, so layers made by root and
 * in a user namespace are equal. `volatile` leaves out syncs, which a cache that can be made again does not need.
 */
export function overlayDriver(mounter: Mounter, layersFolder: string, temporary: string): LayerDriver {
  let serial = 0;
  const emptyFolder = `${temporary}/empty`;
  mkdirSync(emptyFolder, { recursive: true });
  const plain = /^[\w./-]+$/;

  // A directory whose name has special characters for overlay options is bind-mounted under a plain name.
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
    mount: async (stack, target) => {
      const { directories, draft } = stack;
      const top = directories.at(-1);
      if (draft && top) inheritRoot(top, draft.upper);
      const lower = await Promise.all([...directories].reverse().map(named));
      const empty = relative(layersFolder, emptyFolder);
      if (lower.length === 0) lower.push(empty);
      if (!draft && lower.length === 1) lower.push(empty);
      const options = [...flagsFor(stack), "userxattr", "index=off", `lowerdir=${lower.join(":")}`];
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
