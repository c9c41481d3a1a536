import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isNumber, isObjectOf, isRecordOf, readJson } from "../base/guards.ts";
import { isMissing, writeWhole } from "./files.ts";
import { cacheInfo, sizeOf } from "./prune.ts";

interface Kept {
  readonly bytes: number;
  /** When everything was counted last (milliseconds). */
  readonly counted: number;
  /** Bytes of layers, which never change, by folder name: counting them means looking at every file. */
  readonly layers?: Readonly<Record<string, number>>;
}

const isKept = isObjectOf<Kept>({ bytes: isNumber, counted: isNumber, layers: isRecordOf(isNumber) }, ["layers"]);

/** Where new images show. */
const imageFolders = ["images", "images/blobs/sha256"];

const changed = (folder: string): number => statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const hour = 3600 * 1000;

/**
 * An estimate of the cache's size, carried on from session to session, so that the end of a run need not count everything.
 * Two sessions that end at once may lose one's part: that is made good by counting anew once a day and before removing.
 */
export class Usage {
  readonly #root: string;
  readonly #temporary: string;
  /** Whether this session used a volume: how much was written to it is not known until it is counted. */
  volumesUsed = false;

  constructor(root: string, temporary: string) {
    this.#root = root;
    this.#temporary = temporary;
  }

  #read(): Kept | undefined {
    try {
      return readJson(isKept, readFileSync(join(this.#root, "usage.json"), "utf8"));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Adds what this session wrote. Says whether the limit (bytes) is exceeded. */
  update(blobBytes: number, layers: readonly string[], limit: number): boolean {
    const before = this.#read();
    const images = Math.max(...imageFolders.map((folder) => changed(join(this.#root, folder))));
    const fresh =
      before && before.counted > Date.now() - (this.volumesUsed ? hour : 24 * hour) && before.counted > images;
    if (fresh && blobBytes === 0 && layers.length === 0) return before.bytes > limit;
    const written = layers.reduce((sum, layer) => sum + sizeOf(layer), blobBytes);
    const estimate = fresh ? before.bytes + written : undefined;
    const exact = estimate === undefined || estimate > limit;
    const sizes = new Map(Object.entries(before?.layers ?? {}));
    const bytes = exact ? cacheInfo(this.#root, limit, sizes).bytes : estimate;
    const kept: Kept = {
      bytes,
      counted: exact ? Date.now() : (before?.counted ?? 0),
      layers: Object.fromEntries(sizes),
    };
    writeWhole(join(this.#root, "usage.json"), JSON.stringify(kept), this.#temporary);
    return bytes > limit;
  }
}
