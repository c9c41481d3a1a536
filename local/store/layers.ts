import { hash, randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isObjectOf, isText, isTrueOrFalse, readJson } from "../base/guards.ts";
import { isMissing, publishFolder, touch, uniqueName, writeWhole } from "./files.ts";
import type { DraftLayer, LayerId } from "./types.ts";

/** The record of a layer. The time of its file says when the layer was last used. */
export interface LayerMeta {
  readonly id: LayerId;
  /** Whether a command with secrets wrote it, so that they may be in it. */
  readonly private?: boolean;
  /** Which making of it this is; empty where the id says all. Layers of earlier versions have none until it is asked for. */
  readonly made?: string;
}

const isLayerMeta = isObjectOf<LayerMeta>({ id: isText, made: isText, private: isTrueOrFalse }, ["made", "private"]);

/** Names one making of a layer whose id does not say all of its content. */
export const thisMaking = (): string => randomUUID();

/**
 * Gives the folder name of a layer. It is short, so that the options of an overlay with hundreds of layers fit into one
 * page. It has 50 bits: among ten thousand layers, two share a name with a probability of one in twenty million. Such a
 * layer is refused.
 */
export const shortName = (id: LayerId): string =>
  BigInt(`0x${hash("sha256", id).slice(0, 13)}`)
    .toString(36)
    .padStart(10, "0")
    .slice(-10);

/** Layers: upper directories of overlays, which one rename makes visible. */
export class Layers {
  readonly folder: string;
  readonly #temporary: string;
  readonly #seen = new Set<LayerId>();
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

  /** Says whether a layer is there, and marks it as used. */
  has(id: LayerId): boolean {
    if (this.#seen.has(id)) return true;
    if (!touch(this.#meta(id)) || !existsSync(this.path(id)) || this.#idOf(id) !== id) return false;
    this.#seen.add(id);
    return true;
  }

  /** Which making of a layer is there. Undefined when nothing is. One of an earlier version gets a name now. */
  made(id: LayerId): string | undefined {
    const meta = this.#metaOf(id);
    if (meta?.id !== id) return undefined;
    if (meta.made !== undefined) return meta.made;
    const made = thisMaking();
    writeWhole(this.#meta(id), JSON.stringify({ ...meta, made } satisfies LayerMeta), this.#temporary);
    return made;
  }

  /** Whether secrets may be in a layer, because a command with secrets wrote it. */
  isPrivate(id: LayerId): boolean {
    return this.#metaOf(id)?.private === true;
  }

  #idOf(id: LayerId): LayerId | undefined {
    return this.#metaOf(id)?.id;
  }

  #metaOf(id: LayerId): LayerMeta | undefined {
    try {
      return readJson(isLayerMeta, readFileSync(this.#meta(id), "utf8"));
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
      commit: async (id, made, about = {}) => {
        const other = this.#idOf(id);
        if (other !== undefined && other !== id)
          throw new Error(
            `The layers ${other} and ${id} would have one name in the cache. Remove the cache and run again.`,
          );
        if (!this.has(id)) {
          // The record is written first. A record without a layer does no harm, but a layer without a record could not
          // be identified.
          writeWhole(this.#meta(id), JSON.stringify({ id, made, ...about } satisfies LayerMeta), this.#temporary);
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
