import { EngineError, messageOf } from "../base/errors.ts";
import { type Guard, isText, isTrueOrFalse } from "../base/guards.ts";
import { InFlight } from "../base/scheduler.ts";
import { layersIn } from "../store/records.ts";
import type { LayerId, RecordOrigin, Store, Tree } from "../store/types.ts";
import { sharedTree, takeTree, withBlob } from "./contents.ts";
import { type Entry, isContent, type SharedLayer } from "./entry.ts";
import { Giver } from "./giver.ts";
import type { Signer, Verifier } from "./keys.ts";
import { unpackFolder } from "./pack.ts";
import { type Blob, defaultKeep, defaultUnused, type Place } from "./place.ts";
import { Reader } from "./reader.ts";

/** The kinds of records that mean the same on every machine. Others name files or secrets of this one. */
const sharedKinds: ReadonlySet<string> = new Set([
  "exec",
  "content",
  "import",
  "archive",
  "debian-image",
  "resolved-image",
]);

/** What an image's name stands for changes; what its digest stands for does not. */
const isShared = (kind: string, key: string): boolean =>
  sharedKinds.has(kind) && (kind !== "resolved-image" || key.startsWith("sha256:"));

const lostKind = "shared-lost";

export interface SharedStoreOptions {
  readonly store: Store;
  readonly place: Place;
  readonly verifier: Verifier;
  readonly signer?: Signer;
  readonly warn: (text: string) => void;
  /** Is called when a layer is gone that was promised. */
  readonly lost: () => void;
  /** What kind of machine can use layers that are made here. */
  readonly scope: () => string;
  /** Whether files can have owners here. */
  readonly owners: "keep" | "mine";
  /** Whether what nobody uses is removed after something was given, because nobody else does. */
  readonly tidies: boolean;
}

/** A store that also has what other machines have made. */
export interface SharedStore {
  readonly store: Store;
  /** Waits until results are given, and says what was taken and given. Undefined when that is nothing. */
  end(): Promise<string | undefined>;
}

/**
 * Adds a shared cache to a store: what is not here is looked for there. Of a result only its record is read; its layers
 * and trees are fetched when somebody needs them.
 */
export function withShared(options: SharedStoreOptions): SharedStore {
  const { store, place, verifier, signer, warn, lost, scope, owners, tidies } = options;
  const reader = new Reader(place, verifier, warn);
  const inFlight = new InFlight();
  /** Layers that are not here, and can be fetched. */
  const promised = new Map<LayerId, SharedLayer & { readonly blob: Blob }>();
  /** Records that are there, but cannot be used here. */
  const useless = new Set<string>();
  const taken = { results: 0, bytes: 0 };

  const isLost = async (blob: Blob): Promise<boolean> =>
    (await store.record(lostKind, blob.digest, isTrueOrFalse)) === true;

  /** Whether a blob can most likely be had: a place may have removed it, and here it may have turned out to be damaged. */
  const isThere = async (blob: Blob): Promise<boolean> => !(await isLost(blob)) && (await place.hasBlob(blob));
  const giver = signer && new Giver({ store, place, signer, verifier, warn, scope, isThere });

  /** Notes that a blob cannot be had, so that the next call does not count on it. */
  const lose = async (blob: Blob, what: string, error: unknown): Promise<never> => {
    await store.putRecord(lostKind, blob.digest, true);
    lost();
    throw new EngineError(
      `The cache ${place.name} no longer has ${what} (${messageOf(error)}). Call again: then it is made here.`,
    );
  };

  const promise = async (id: LayerId, layer: SharedLayer | undefined): Promise<boolean> => {
    if (promised.has(id)) return true;
    if (layer?.blob === undefined || !(await isThere(layer.blob))) return false;
    promised.set(id, { made: layer.made, blob: layer.blob });
    return true;
  };

  /** Whether the layers that a result stands on are, where they are here, the same making of them. */
  const fits = async ({ layers }: Entry): Promise<boolean> => {
    for (const [id, { made }] of Object.entries(layers)) {
      const here = (await store.hasLayer(id)) ? await store.layerMade(id) : (promised.get(id)?.made ?? made);
      if (here !== made) return false;
    }
    return true;
  };

  const canUse = async (entry: Entry): Promise<boolean> => {
    if (!(await fits(entry))) return false;
    const layers = layersIn(entry.value).map(
      async (id) => (await store.hasLayer(id)) || (await promise(id, entry.layers[id])),
    );
    return (await Promise.all(layers)).every((isHad) => isHad);
  };

  const takeRecord = async <T>(kind: string, key: string, isRight: Guard<T>): Promise<T | undefined> => {
    const entry = await reader.entry({ kind, key, scope: scope() });
    if (entry === undefined) return undefined;
    if (!isRight(entry.value) || !(await canUse(entry))) {
      useless.add(`${kind} ${key}`);
      return undefined;
    }
    await store.putRecord(kind, key, entry.value);
    offered.add(`${kind} ${key}`);
    if (kind === "exec") taken.results += 1;
    return entry.value;
  };

  const fetchLayer = async (id: LayerId, { made, blob }: SharedLayer & { readonly blob: Blob }): Promise<void> => {
    if (await store.hasLayer(id)) return;
    const draft = await store.draftLayer();
    try {
      await withBlob(place, blob, await store.scratch(), (file) => unpackFolder(file, draft.upper, owners));
    } catch (error) {
      await draft.discard();
      await lose(blob, "a layer that it promised", error);
    }
    await draft.commit(id, made);
    taken.bytes += blob.size;
  };

  const fetchTree = async (digest: string): Promise<Tree | undefined> => {
    const value = await sharedTree(reader, digest);
    const blob = value !== undefined && "blob" in value ? value.blob : undefined;
    if (value === undefined || (blob !== undefined && (await isLost(blob)))) return undefined;
    try {
      const tree = await takeTree(place, value, digest, store);
      taken.bytes += blob?.size ?? 0;
      return tree;
    } catch {
      // What the tree was read from is still known, so it can be read again.
      if (blob !== undefined) await store.putRecord(lostKind, blob.digest, true);
      return undefined;
    }
  };

  const offered = new Set<string>();
  const offer = (
    kind: string,
    key: string,
    value: unknown,
    { on = [], first = [], private: own }: RecordOrigin,
  ): void => {
    const name = `${kind} ${key}`;
    if (giver === undefined || !isShared(kind, key) || own || offered.has(name)) return;
    offered.add(name);
    const tree = kind === "import" && isText(value) ? { tree: value } : {};
    const needs = [...layersIn(value), ...first];
    giver.give({ kind, key, scope: scope(), value, needs, on, ...tree }, useless.has(name));
  };

  const shared: Store = {
    ...store,
    hasLayer: async (id) => {
      if ((await store.hasLayer(id)) || promised.has(id)) return true;
      const value = (await reader.entry({ kind: "layer", key: id, scope: scope() }))?.value;
      return isContent(value) && promise(id, { made: value.made ?? "", blob: value.blob });
    },
    layerMade: async (id) => (await store.layerMade(id)) ?? promised.get(id)?.made,
    layerPath: async (id) => {
      const layer = promised.get(id);
      if (layer !== undefined) await inFlight.once(`layer ${id}`, () => fetchLayer(id, layer));
      return store.layerPath(id);
    },
    tree: async (digest) =>
      (await store.tree(digest)) ?? (await inFlight.once(`tree ${digest}`, () => fetchTree(digest))),
    record: async (kind, key, isRight, about = {}) => {
      const known = await store.record(kind, key, isRight);
      if (known === undefined && isShared(kind, key)) return takeRecord(kind, key, isRight);
      // What was made here before there was a shared cache is given as well.
      if (known !== undefined) offer(kind, key, known, about);
      return known;
    },
    putRecord: async (kind, key, value, about = {}) => {
      await store.putRecord(kind, key, value);
      offer(kind, key, value, about);
    },
  };

  return {
    store: shared,
    end: async () => {
      await giver?.end();
      if (tidies && giver && giver.sum.entries > 0)
        await place.prune({ before: Date.now() - defaultUnused, keepBytes: defaultKeep });
      const parts = [
        ...(taken.results > 0 ? [`${taken.results} results taken (${megabytes(taken.bytes)})`] : []),
        ...(giver && giver.sum.entries > 0
          ? [`${giver.sum.entries} entries given (${megabytes(giver.sum.bytes)})`]
          : []),
      ];
      return parts.length === 0 ? undefined : `cache ${place.name}: ${parts.join(", ")}`;
    },
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
