import { existsSync, lstatSync, rmdirSync, statSync, unlinkSync } from "node:fs";
import { insidePath, type Made, makePlace } from "./inside.ts";
import { bindCall, type MountCall, mountAll } from "./mounting.ts";

/** The root of one container while it is put together, and what was made in it for mounts. */
export class ContainerRoot {
  readonly path: string;
  readonly #waiting: MountCall[] = [];
  readonly #made: Made[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Where `target` is, made when missing. Mounts that are waiting and on the way are done first, since the place is to be
   * made inside them.
   */
  async place(target: string, type: Made["type"]): Promise<string> {
    let path = insidePath(this.path, target);
    if (this.#waiting.some((call) => `${path}/`.startsWith(`${call.target}/`))) {
      await this.flush();
      path = insidePath(this.path, target);
    }
    this.#made.push(...makePlace(this.path, path, type));
    return path;
  }

  mount(call: MountCall): void {
    this.#waiting.push(call);
  }

  async bind(source: string, target: string, options = "bind"): Promise<void> {
    const path = await this.place(target, statSync(source).isDirectory() ? "directory" : "file");
    this.mount(bindCall(source, path, options));
  }

  async flush(): Promise<void> {
    await mountAll(this.#waiting.splice(0));
  }

  /** Removes from where changes go what was made for mounts and is still empty. After everything is unmounted. */
  removeMade(upper: string): void {
    for (const { path, type } of this.#made.reverse()) {
      const written = upper + path.slice(this.path.length);
      const stat = lstatSync(written, { throwIfNoEntry: false });
      if (type === "file" && stat?.isFile() && stat.size === 0) unlinkSync(written);
      if (type === "directory" && stat?.isDirectory()) removeEmpty(written);
    }
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    // The command wrote into it, so it belongs to the layer.
    if (!existsSync(path)) throw error;
  }
}
