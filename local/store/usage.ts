import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isNumber, isObjectOf, isRecordOf, readJson } from "../base/guards.ts";
import { isMissing, writeWhole } from "./files.ts";
import { cacheInfo, sizeOfLayer, usageFile } from "./prune.ts";

interface Kept {
  readonly bytes: number;
  /** When everything was last counted (milliseconds). */
  readonly counted: number;
  /** The bytes of layers by folder name. Layers never change, and counting one means looking at all its files. */
  readonly layers?: Readonly<Record<string, number>>;
}

const isKept = isObjectOf<Kept>({ bytes: isNumber, counted: isNumber, layers: isRecordOf(isNumber) }, ["layers"]);

/** A new image changes the time of one of these folders. */
const imageFolders = ["images", "images/blobs/sha256"];

const changed = (folder: string): number => statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const hour = 3600 * 1000;

/**
 * An estimate of the cache's size that sessions pass on, so that the end of a run need not count everything. Two
 * sessions that end at once may lose the additions of one, so everything is counted again once a day, and before
 * anything is removed.
 */
export class Usage {
  readonly #root: string;
  readonly #temporary: string;
  /** Whether this session used a volume. How much was written to it is only known by counting. */
  volumesUsed = false;

  constructor(root: string, temporary: string) {
    this.#root = root;
    this.#temporary = temporary;
  }

  #read(): Kept | undefined {
    try {
      return readJson(isKept, readFileSync(join(this.#root, usageFile), "utf8"));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The known sizes of layers, by folder name. */
  layerSizes(): Map<string, number> {
    return new Map(Object.entries(this.#read()?.layers ?? {}));
  }

  /** Adds what this session wrote. Says whether the size exceeds `limit` (bytes). */
  update(blobBytes: number, layers: readonly string[], limit: number): boolean {
    const before = this.#read();
    const images = Math.max(...imageFolders.map((folder) => changed(join(this.#root, folder))));
    const age = Date.now() - (before?.counted ?? 0);
    // What was counted in the future was so before the clock was set back.
    const fresh = before && age >= 0 && age < (this.volumesUsed ? hour : 24 * hour) && before.counted > images;
    if (fresh && blobBytes === 0 && layers.length === 0) return before.bytes > limit;
    const written = layers.reduce((sum, layer) => sum + sizeOfLayer(this.#root, layer), blobBytes);
    const estimate = fresh ? before.bytes + written : undefined;
    const exact = estimate === undefined || estimate > limit;
    const sizes = new Map(Object.entries(before?.layers ?? {}));
    const bytes = exact ? cacheInfo(this.#root, limit, sizes).bytes : estimate;
    const kept: Kept = {
      bytes,
      counted: exact ? Date.now() : (before?.counted ?? 0),
      layers: Object.fromEntries(sizes),
    };
    writeWhole(join(this.#root, usageFile), JSON.stringify(kept), this.#temporary);
    return bytes > limit;
  }
}
