import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createImages, type ImagesOptions } from "../../../local/images/index.ts";
import type { ImageConfig, Images } from "../../../local/images/types.ts";
import { openStore } from "../../../local/store/store.ts";
import type { LayerId, Store } from "../../../local/store/types.ts";

export const emptyConfig: ImageConfig = {
  env: [],
  workdir: "",
  user: "",
  entrypoint: [],
  cmd: [],
  labels: {},
  exposedPorts: [],
};

/** A folder with stores and images in it. `close` ends them all. */
export class Workspace {
  readonly folder: string;
  readonly notices: string[] = [];
  readonly #stores: Store[] = [];
  readonly #path = process.env.PATH;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Workspace> {
    return new Workspace(await mkdtemp(join(tmpdir(), "images-")));
  }

  /** Starts a session on the cache called `name`. */
  async session(name = "cache", options: Partial<ImagesOptions> = {}): Promise<{ store: Store; images: Images }> {
    const store = await openStore({ path: join(this.folder, name) });
    this.#stores.push(store);
    const images = createImages({ store, notice: (text) => this.notices.push(text), ...options });
    return { store, images };
  }

  /** Puts a program of the test, which is a POSIX shell script, before others of that name. */
  async program(name: string, script: string): Promise<void> {
    const path = join(this.folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    process.env.PATH = `${this.folder}${delimiter}${this.#path}`;
  }

  async close(): Promise<void> {
    process.env.PATH = this.#path;
    for (const store of this.#stores) await store.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Commits a layer that a shell script writes in its working folder. */
export async function layerOf(store: Store, id: LayerId, script: string): Promise<LayerId> {
  const draft = await store.draftLayer();
  execFileSync("sh", ["-ec", script], { cwd: draft.upper });
  return draft.commit(id, "");
}

/**
 * Lists everything below a folder, one line each: type, permissions, owner, path, target and the content of small
 * files.
 */
export function listing(folder: string): string[] {
  const script = `find . -mindepth 1 -printf '%y %m %U:%G %P' \\( -type l -printf ' -> %l\\n' -o -type f -size -2 -printf ' = ' -exec head -n1 {} \\; -printf '\\n' -o -printf '\\n' \\)`;
  const text = execFileSync("sh", ["-ec", script], { cwd: folder, encoding: "utf8" });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}
