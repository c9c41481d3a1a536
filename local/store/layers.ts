import { hash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isObjectOf, isText, readJson } from "../base/guards.ts";
import { isMissing, publishFolder, touch, uniqueName, writeWhole } from "./files.ts";
import type { DraftLayer, LayerId } from "./types.ts";

/** What is known of a layer beside its files. The file's own time says when it was used last. */
export interface LayerMeta {
  readonly id: LayerId;
}

const isLayerMeta = isObjectOf<LayerMeta>({ id: isText });

/**
 * The folder name of a layer: short, so that the option string of an overlay with hundreds of them fits the kernel's page.
 * 50 bits: among ten thousand layers, two share a name with a chance of one in twenty million; that is refused, not mixed up.
 */
export const shortName = (id: LayerId): string =>
  BigInt(`0x${hash("sha256", id).slice(0, 13)}`)
    .toString(36)
    .padStart(10, "0")
    .slice(-10);

/** Overlay upper directories, each visible by one rename. */
export class Layers {
  readonly folder: string;
  readonly #temporary: string;
  readonly #seen = new Set<LayerId>();
  /** Layers that this session committed. */
  readonly added: LayerId[] = [];

  constructor(folder: string, temporary: string) {
    this.folder = folder;
    this.#temporary = temporary;
  }

  path(id: LayerId): string {
    return join(this.folder, shortName(id));
  }

  #meta(id: LayerId): string {
    return `${this.path(id)}.json`;
  }

  /** Whether a layer is there; it counts as used from now on. */
  has(id: LayerId): boolean {
    if (this.#seen.has(id)) return true;
    if (!touch(this.#meta(id)) || !existsSync(this.path(id)) || this.#idOf(id) !== id) return false;
    this.#seen.add(id);
    return true;
  }

  #idOf(id: LayerId): LayerId | undefined {
    try {
      return readJson(isLayerMeta, readFileSync(this.#meta(id), "utf8"))?.id;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  draft(): DraftLayer {
    const folder = join(this.#temporary, uniqueName());
    const upper = join(folder, "upper");
    const work = join(folder, "work");
    mkdirSync(folder);
    mkdirSync(upper);
    chmodSync(upper, 0o755);
    mkdirSync(work);
    const discard = () => rm(folder, { recursive: true, force: true });
    return {
      upper,
      work,
      discard,
      commit: async (id) => {
        const other = this.#idOf(id);
        if (other !== undefined && other !== id)
          throw new Error(
            `The layers ${other} and ${id} would have one name in the cache. Remove the cache and run again.`,
          );
        if (!this.has(id)) {
          // The note first: a note without a layer is nothing, a layer without a note could not be told by its name.
          writeWhole(this.#meta(id), JSON.stringify({ id } satisfies LayerMeta), this.#temporary);
          await publishFolder(upper, this.path(id));
          this.#seen.add(id);
          this.added.push(id);
        }
        await discard();
        return id;
      },
    };
  }
}
