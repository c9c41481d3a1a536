import type { Directory } from "@dagger.io/dagger";
import { type Context, readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import type { Manifest } from "../model/manifest.ts";
import { isDigest } from "../registry/reference.ts";
import { acceptedManifest } from "../stages/accepted.ts";
import { failureText } from "../store/failure.ts";
import {
  type BelievedMove,
  believedMoves,
  checkPointer,
  type Move,
  moveText,
  type Refusal,
  type Trust,
} from "../store/move.ts";
import { ATTEMPTS, type MoveRequest, type Step, stepped } from "../store/moving.ts";
import {
  ask,
  getSchema,
  lookSchema,
  moveResultSchema,
  type Part,
  placeOf,
  type Store,
  type StoreUse,
  storeOf,
} from "../store/store.ts";
import { nearest } from "../text.ts";
import type { Site } from "./site.ts";

/** A store, and what of it is believed. */
export interface OpenStore {
  readonly context: Context;
  readonly store: Store;
  readonly trust: Trust;
}

/** @throws UserError where no store is named */
export async function openStore(site: Site, source: Directory, use: StoreUse = "reads"): Promise<OpenStore> {
  return storeIn(site, await readContext(source, site, { mayBeEmpty: true, solves: false }), use);
}

/** The same for a project that was read before. */
export function storeIn({ store }: Site, context: Context, use: StoreUse = "reads"): OpenStore {
  const { config, evidence } = context;
  const given = evidence.trustWasGiven ? "--verification-key" : undefined;
  const asks = config.evidence["require-signature"] ? "evidence.require-signature" : given;
  return { context, store: storeOf(store, config.store.url, use), trust: { trusted: evidence.trusted, asks } };
}

/** The moves of pointers that are read: each pointer's last ones, or all. */
export type Moves = "last" | "all";

/**
 * How many moves of a bucket are read to believe the last one, each of which is a request. Those before them are held by the hash that
 * each has of the one before it, and by the condition that none is written over. A folder is here anyway: all of it is read.
 */
const LAST = 100;

/** What was read of pointers. */
export interface ReadPointers {
  readonly pointers: ReadonlyMap<string, readonly BelievedMove[]>;
  /** All versions, where all pointers were asked for. */
  readonly versions: readonly string[];
  /** The text of the manifest of each model that a move is to, where they were asked for. */
  readonly manifests: Readonly<Record<string, string>>;
  /** Whether anything was ever stored there. */
  readonly marked: boolean;
}

/**
 * Reads pointers: of each its moves, in order.
 *
 * @param names all pointers, if it is empty
 * @throws UserError for a history that is damaged, is two in one, or is not believed
 */
export async function readPointers(
  { context, store, trust }: OpenStore,
  names: readonly string[],
  moves: Moves,
  { manifests = false }: { readonly manifests?: boolean } = {},
): Promise<ReadPointers> {
  const last = moves === "all" || "folder" in store ? 0 : LAST;
  const { answer } = await ask(context, store, { operation: "look", pointers: names, last, manifests }, lookSchema);
  const found = [...new Set(answer.entries.map(({ pointer }) => pointer))];
  const pointers = found.map((name) => {
    const written = answer.entries.filter(({ pointer }) => pointer === name);
    const believed = believedMoves(written, trust, { whole: last === 0 || written.length < last });
    if (Array.isArray(believed)) return [name, believed] as const;
    throw notBelieved(store, believed);
  });
  return { ...answer, pointers: new Map(pointers) };
}

const notBelieved = (store: Store, { kind, key, problem }: Refusal): UserError =>
  new UserError(
    failureText({ kind, detail: problem, key }, { where: placeOf(store), endpoint: "", admitted: true, writes: false }),
    kind === "untrusted" ? "evidence" : "store",
  );

/** Where a pointer stands; undefined before its first move. */
export async function headOf(open: OpenStore, pointer: string): Promise<BelievedMove | undefined> {
  const { pointers } = await readPointers(open, [pointer], "last");
  return pointers.get(pointer)?.at(-1);
}

/**
 * The version that a name stands for: a pointer's, or itself.
 *
 * @throws UserError for a pointer that nobody has moved yet
 */
export async function versionOf(open: OpenStore, name: string, flag: string, shown = name): Promise<string> {
  if (isDigest(name)) return name;
  checkPointer(name, flag, shown);
  const found = await headOf(open, name);
  if (found !== undefined) return found.move.version;
  throw noSuchPointer(open.store, { name, said: `${flag}=${shown}`, there: await pointerNames(open) });
}

/** The pointers that there are, whether or not any of them is believed. */
async function pointerNames({ context, store }: OpenStore): Promise<string[]> {
  const call = { operation: "look", pointers: [], last: 1, manifests: false } as const;
  const { answer } = await ask(context, store, call, lookSchema);
  return [...new Set(answer.entries.map(({ pointer }) => pointer))].sort();
}

function noSuchPointer(
  store: Store,
  { name, said, there }: { readonly name: string; readonly said: string; readonly there: readonly string[] },
): UserError {
  const close = nearest(name, there);
  const has = there.length === 0 ? ", which has none yet" : `; it has ${there.join(", ")}`;
  const make =
    "folder" in store
      ? `\`store-in-folder --folder=DIR --pointer=${name} … export --path=DIR\` makes it`
      : `\`store-model --pointer=${name}\` and \`move-pointer --pointer=${name}\` make it`;
  return new UserError(
    `${said}: there is no such pointer in the model store ${placeOf(store)}${has}. ${close === undefined ? "" : `Did you mean ${close}? `}${make}.`,
    "store",
  );
}

const INTO = "/version";

/** An accepted model from a store. */
export interface StoredModel {
  readonly model: Directory;
  readonly manifest: Manifest;
  /** All parts that were asked for, each in a folder of its name. */
  readonly folder: Directory;
  readonly about: Readonly<Record<string, string>>;
}

/**
 * Reads a version, of which each file and the verdict are verified.
 *
 * @throws UserError for one that is not there, was changed, or is no accepted model
 */
export async function readVersion(
  { context, store }: OpenStore,
  version: string,
  { parts = ["model"], anew = false }: { readonly parts?: readonly Part[]; readonly anew?: boolean } = {},
): Promise<StoredModel> {
  const call = { operation: "get", version, parts, into: INTO, anew } as const;
  const { answer, container } = await ask(context, store, call, getSchema);
  const folder = container.directory(INTO);
  const model = folder.directory("model");
  const manifest = await acceptedManifest(context, model, "--baseline-from");
  return { model, manifest, folder, about: answer.about };
}

/** What became of a move. */
export interface Moved extends Step {
  /** The store after it. */
  readonly store: Store;
  readonly conditional: boolean;
}

/**
 * Moves a pointer in one step. Where another one was first, it comes after that one.
 *
 * @throws UserError when the pointer stands elsewhere than expected, or the move could not be signed
 */
export async function movePointerTo(open: OpenStore, request: MoveRequest): Promise<Moved> {
  const { context, store } = open;
  const { pointer } = request;
  requireSignedMove(open);
  let [after, conditional] = [store, true];
  const write = async (move: Move): Promise<boolean> => {
    const text = moveText(move, context.evidence.signer);
    const call = { operation: "move", pointer, number: move.number, text } as const;
    const asked = await ask(context, store, call, moveResultSchema);
    [after, conditional] = [asked.store, asked.answer.conditional];
    return asked.answer.moved;
  };
  const step = await stepped({ head: () => headOf(open, pointer), write }, request);
  if (!("refused" in step)) return { ...step, store: step.number === undefined ? store : after, conditional };
  if (step.refused === "elsewhere") throw movedSince(request, step.from);
  throw new UserError(
    `${pointer} in the model store ${placeOf(store)} was moved by others ${ATTEMPTS} times while this call tried to. Nothing is lost: call it again.`,
    "store",
  );
}

const movedSince = ({ pointer, expected }: MoveRequest, from: string | undefined): UserError =>
  new UserError(
    `${pointer} was not moved: --expected=${expected}, and it ${from === undefined ? "has never been moved" : `stands at ${from}`}. Somebody else has moved it since: compare the model with what is there now.`,
    "store",
  );

/** @throws UserError where whoever reads the pointer would not believe the move */
export function requireSignedMove({ context: { evidence }, trust: { asks, trusted } }: OpenStore): void {
  if (asks === undefined) return;
  const { signer } = evidence;
  if (signer === undefined) {
    throw new UserError(
      `${asks} asks for signatures, and there is nothing to sign the move of a pointer with: give --signing-key before the function.`,
      "evidence",
    );
  }
  if (trusted.some(({ id }) => id === signer.id)) return;
  throw new UserError(
    "The key of --signing-key is none of those of --verification-key: nobody who trusts those would believe the move of the pointer.",
    "evidence",
  );
}
