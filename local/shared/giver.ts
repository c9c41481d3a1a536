import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import type { LayerId, Store, Tree } from "../store/types.ts";
import { sharedTree, treeKey } from "./contents.ts";
import {
  type Entry,
  type EntryKey,
  entryName,
  isContent,
  type SharedLayer,
  type SmallTree,
  writeEntry,
} from "./entry.ts";
import type { Signer } from "./keys.ts";
import { packFolder } from "./pack.ts";
import type { Blob, Place } from "./place.ts";
import { Reader } from "./reader.ts";

/** A result that is given, with the layers that it has and those that it was made from. */
export interface Gift extends EntryKey {
  readonly value: unknown;
  /** Layers that whoever takes the result needs. */
  readonly needs: readonly LayerId[];
  /** Layers that it was made from, which must be the same for whoever takes it. */
  readonly on: readonly LayerId[];
  /** The tree that the result names. */
  readonly tree?: string;
}

export interface GiverOptions {
  readonly store: Store;
  readonly place: Place;
  readonly signer: Signer;
  readonly verifier: ConstructorParameters<typeof Reader>[1];
  readonly warn: (text: string) => void;
  /** What kind of machine can use layers that are made here. */
  readonly scope: () => string;
  /** Whether a blob of the place can be used. */
  readonly isThere: (blob: Blob) => Promise<boolean>;
}

/** Gives results to a place one after the other, beside the work that goes on. The first failure ends that with a warning. */
export class Giver {
  readonly #options: GiverOptions;
  /** What is in the place by now. The session's own reader remembers what was there before. */
  readonly #reader: Reader;
  readonly #given = new Map<string, Promise<SharedLayer | undefined>>();
  #tail: Promise<void> = Promise.resolve();
  #failed = false;
  /** How many results were given, and the bytes of their contents. */
  readonly sum = { entries: 0, bytes: 0 };

  constructor(options: GiverOptions) {
    this.#options = options;
    this.#reader = new Reader(options.place, options.verifier, () => {});
  }

  /** `replace` puts it over one that is there, because that one cannot be used. */
  give(gift: Gift, replace = false): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#failed) return;
      try {
        await this.#put(gift, replace);
      } catch (error) {
        this.#failed = true;
        this.#options.warn(`nothing more is given to the cache ${this.#options.place.name}: ${messageOf(error)}`);
      }
    });
  }

  /** Waits until all is given. */
  async end(): Promise<void> {
    for (let tail = this.#tail; ; tail = this.#tail) {
      await tail;
      if (tail === this.#tail) return;
    }
  }

  async #put({ needs, on, tree, ...gift }: Gift, replace: boolean): Promise<void> {
    if (!replace && (await this.#reader.entry(gift)) !== undefined) return;
    const layers: Record<LayerId, SharedLayer> = {};
    for (const id of new Set([...on, ...needs])) {
      const made = await this.#options.store.layerMade(id);
      if (made === undefined || (await this.#options.store.isPrivate(id))) return;
      layers[id] = { made };
    }
    for (const id of needs) {
      const layer = await this.#giveLayer(id, layers[id]?.made ?? "");
      if (layer === undefined) return;
      layers[id] = layer;
    }
    if (tree !== undefined && !(await this.#giveTree(tree))) return;
    await this.#putEntry({ ...gift, at: Date.now(), layers });
  }

  async #putEntry(entry: Entry): Promise<void> {
    const { place, signer } = this.#options;
    const own = Object.values(entry.layers).flatMap(({ blob }) => (blob ? [blob] : []));
    const blobs = isContent(entry.value) ? [...own, entry.value.blob] : own;
    await place.putEntry(entryName(entry), writeEntry(entry, signer), blobs);
    this.sum.entries += 1;
  }

  /** Undefined when the place has another making of this layer, which results of this one would not fit. */
  #giveLayer(id: LayerId, made: string): Promise<SharedLayer | undefined> {
    const known = this.#given.get(id) ?? this.#putLayer(id, made);
    this.#given.set(id, known);
    return known;
  }

  async #putLayer(id: LayerId, made: string): Promise<SharedLayer | undefined> {
    const { store, isThere, scope } = this.#options;
    const key = { kind: "layer", key: id, scope: scope() };
    const there = (await this.#reader.entry(key))?.value;
    if (isContent(there) && (await isThere(there.blob)))
      return there.made === made ? { made, blob: there.blob } : undefined;
    const blob = await this.#putFolder(await store.layerPath(id));
    await this.#putEntry({ ...key, value: { made, blob }, at: Date.now(), layers: {} });
    return { made, blob };
  }

  /** False when the tree is not here any more. */
  async #giveTree(digest: string): Promise<boolean> {
    const { store, isThere } = this.#options;
    const there = await sharedTree(this.#reader, digest);
    if (there !== undefined && (!("blob" in there) || (await isThere(there.blob)))) return true;
    const tree = await store.tree(digest);
    if (tree === undefined) return false;
    const value = (await smallTree(store, tree)) ?? { blob: await this.#putTree(tree) };
    await this.#putEntry({ ...treeKey(digest), value, at: Date.now(), layers: {} });
    return true;
  }

  async #putTree(tree: Tree): Promise<Blob> {
    const { store } = this.#options;
    const folder = join(await store.scratch(), `given-${randomUUID()}`);
    try {
      await store.exportTree(tree, folder);
      return await this.#putFolder(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #putFolder(folder: string): Promise<Blob> {
    const { store, place, isThere } = this.#options;
    const { blob, file } = await packFolder(folder, await store.scratch());
    try {
      if (!(await isThere(blob))) {
        await place.putBlob(blob, file);
        this.sum.bytes += blob.size;
      }
      return blob;
    } finally {
      await rm(file, { force: true });
    }
  }
}

/** Up to this size (bytes) and number of entries a tree is given as a text. To pack it would take longer. */
const small = { bytes: 64 << 10, entries: 200 };

async function smallTree(store: Store, { entries }: Tree): Promise<SmallTree | undefined> {
  if (entries.length > small.entries) return undefined;
  const files = entries.filter((entry) => entry.type === "file");
  if (files.reduce((sum, { size }) => sum + size, 0) > small.bytes) return undefined;
  const contents = files.map(({ sha256, mode }) => [sha256, readFileSync(store.blobPath(sha256, mode), "base64")]);
  return { entries, files: Object.fromEntries(contents) };
}
