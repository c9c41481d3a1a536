import {
  existsSync,
  lstatSync,
  readFileSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { type MountPoint, makeMountPoint } from "./mount-point.ts";
import type { MountCall, Mounter } from "./mounting.ts";
import { pathInRoot } from "./path-in-root.ts";

/** A part of the root that is one file system, with the folder on the host where its writes go. */
interface Area {
  readonly path: string;
  readonly written: string;
  /** Whether the folder holds all of that part, and not only what was written. */
  readonly whole: boolean;
}

/**
 * A file whose content is replaced while the container runs. `before` is its old content, when no layer below keeps
 * that.
 */
interface Replaced {
  readonly written: string;
  /** The change time after the replacement (milliseconds). */
  readonly changed: number;
  readonly before: { readonly content: Buffer; readonly stat: Stats } | undefined;
}

/** The root of one container while it is assembled, and what was made in it for mounts. */
export class ContainerRoot {
  readonly path: string;
  readonly #mounter: Mounter;
  readonly #areas: Area[] = [];
  readonly #waiting: MountCall[] = [];
  readonly #made: { readonly type: MountPoint["type"]; readonly written: string }[] = [];
  readonly #replaced: Replaced[] = [];
  /** Directories that are in an upper directory only because something was made in them, as they were then. */
  readonly #copiedUp = new Map<string, Stats>();

  constructor(path: string, mounter: Mounter) {
    this.path = path;
    this.#mounter = mounter;
  }

  /** Declares where on the host the writes of a part of the root go. */
  addArea(path: string, written: string, whole: boolean): void {
    this.#areas.push({ path, written, whole });
  }

  #area(path: string): Area | undefined {
    return this.#areas.findLast((candidate) => `${path}/`.startsWith(`${candidate.path}/`));
  }

  #written(path: string): string | undefined {
    const area = this.#area(path);
    return area && area.written + path.slice(area.path.length);
  }

  /** Gives the path of `target` and makes it when it is missing. Pending mounts on the way are carried out first. */
  async mountPoint(target: string, type: MountPoint["type"]): Promise<string> {
    let path = pathInRoot(this.path, target);
    if (this.#waiting.some((call) => `${path}/`.startsWith(`${call.target}/`))) {
      await this.flush();
      path = pathInRoot(this.path, target);
    }
    const absent = this.#absentAbove(path);
    const created = new Set<string>();
    for (const made of makeMountPoint(this.path, path, type)) {
      const written = this.#written(made.path);
      if (!written) continue;
      created.add(written);
      this.#made.push({ type: made.type, written });
    }
    if (created.size > 0) this.#noteCopiedUp(absent.filter((ancestor) => !created.has(ancestor)));
    return path;
  }

  /**
   * Replaces the content of a file while the container runs. If nothing else changes the file until then, the layer
   * does not get it. `path` comes from `pathInRoot`.
   */
  replace(path: string, content: string): void {
    const area = this.#area(path);
    const written = this.#written(path);
    // A mounted file is what the caller wants there.
    if (!written || area?.path !== this.path) return;
    const absent = this.#absentAbove(path);
    const isCopy = area.whole;
    const before = isCopy ? { content: readFileSync(path), stat: statSync(path) } : undefined;
    if (!isCopy && existsSync(written)) return;
    writeFileSync(path, content);
    this.#noteCopiedUp(absent);
    this.#replaced.push({ written, changed: lstatSync(written).ctimeMs, before });
  }

  /** Lists the directories above a path that nothing has been written to yet. */
  #absentAbove(path: string): readonly string[] {
    return this.#ancestors(path).filter((ancestor) => !existsSync(ancestor));
  }

  #noteCopiedUp(ancestors: readonly string[]): void {
    for (const ancestor of ancestors) {
      const stat = lstatSync(ancestor, { throwIfNoEntry: false });
      if (stat) this.#copiedUp.set(ancestor, stat);
    }
  }

  /** Lists where the directories above a path are written, the deepest first. */
  #ancestors(path: string): readonly string[] {
    const found: string[] = [];
    for (let at = path; at.length > this.path.length; ) {
      at = at.slice(0, at.lastIndexOf("/"));
      const written = this.#written(at);
      if (written) found.push(written);
    }
    return found;
  }

  mount(call: MountCall): void {
    this.#waiting.push(call);
  }

  async bind(source: string, target: string, readOnly = false): Promise<void> {
    const type = statSync(source).isDirectory() ? "directory" : "file";
    const path = await this.mountPoint(target, type);
    this.addArea(path, source, true);
    // A file may be the device of a processor, and a folder has no use for devices and set-user-ID programs.
    const flags = [...(readOnly ? ["ro"] : []), ...(type === "directory" ? ["nosuid", "nodev"] : [])];
    this.mount(this.#mounter.bind(source, path, flags));
  }

  async flush(): Promise<void> {
    await this.#mounter.mount(this.#waiting.splice(0));
  }

  /** Removes mount points that are still empty and undoes replacements. Everything must be unmounted before. */
  cleanUp(): void {
    for (const file of this.#replaced) putBack(file);
    for (const { written, type } of this.#made.reverse()) {
      const stat = lstatSync(written, { throwIfNoEntry: false });
      if (type === "file" && stat?.isFile() && stat.size === 0) unlinkSync(written);
      if (type === "directory" && stat?.isDirectory()) removeEmpty(written);
    }
    const deepestFirst = [...this.#copiedUp].sort(([left], [right]) => right.length - left.length);
    for (const [path, before] of deepestFirst) {
      const stat = lstatSync(path, { throwIfNoEntry: false });
      const same = stat && stat.mode === before.mode && stat.uid === before.uid && stat.gid === before.gid;
      if (same) removeEmpty(path);
    }
  }
}

function putBack({ written, changed, before }: Replaced): void {
  if (lstatSync(written, { throwIfNoEntry: false })?.ctimeMs !== changed) return;
  if (before) {
    writeFileSync(written, before.content);
    utimesSync(written, before.stat.atime, before.stat.mtime);
  } else {
    unlinkSync(written);
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    // The command wrote into the directory, so it belongs to the layer.
    if (!existsSync(path)) throw error;
  }
}
