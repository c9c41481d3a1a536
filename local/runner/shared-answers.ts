import { sharedTree, takeTree } from "../shared/contents.ts";
import { Giver } from "../shared/giver.ts";
import type { Verifier } from "../shared/keys.ts";
import type { Place } from "../shared/place.ts";
import { openPlace } from "../shared/places.ts";
import { Reader } from "../shared/reader.ts";
import { type SharedSettings, sharedSettings } from "../shared/settings.ts";
import { openStore } from "../store/store.ts";
import type { Call, Value } from "./call.ts";
import { type Answer, isAnswer, isFresh } from "./call-cache.ts";

/** Answers of calls, as several machines share them. */
export interface SharedAnswers {
  /** As a person named the cache. */
  readonly name: string;
  /** Gives an answer that is younger than `maxAge` milliseconds. An exported folder is in this machine's cache then. */
  take(key: string, maxAge: number): Promise<Answer | undefined>;
  /** Puts an answer that was made now. */
  give(key: string, answer: Answer): Promise<void>;
  /** Puts an answer of before, unless there is one. */
  offer(key: string, answer: Answer): Promise<void>;
}

/**
 * Opens the answers of the shared cache that the environment names. Undefined without one, and for a call with secrets:
 * they count by where they are, which says nothing on another machine.
 */
export async function sharedAnswers(
  call: Call,
  env: NodeJS.ProcessEnv,
  cwd: string,
  warn: (text: string) => void,
): Promise<SharedAnswers | undefined> {
  const settings = sharedSettings(env, cwd);
  if (settings === undefined || usesSecrets(call)) return undefined;
  const place = await openPlace(settings);
  return {
    name: settings.name,
    take: (key, maxAge) => take({ place, settings, warn }, key, maxAge),
    give: (key, answer) => give({ place, settings, warn }, key, answer),
    offer: async (key, answer) => {
      // Of an answer that is there already nothing is needed of the store, which takes a while to open.
      if (settings.signer === undefined || (await has(place, settings.verifier, key))) return;
      await give({ place, settings, warn }, key, answer);
    },
  };
}

interface Shared {
  readonly place: Place;
  readonly settings: SharedSettings;
  readonly warn: (text: string) => void;
}

const has = async (place: Place, verifier: Verifier, key: string): Promise<boolean> =>
  (await new Reader(place, verifier, () => {}).entry(entryKey(key))) !== undefined;

const entryKey = (key: string) => ({ kind: "call", key, scope: process.arch });

async function take({ place, settings, warn }: Shared, key: string, maxAge: number): Promise<Answer | undefined> {
  const reader = new Reader(place, settings.verifier, warn);
  const answer = (await reader.entry(entryKey(key)))?.value;
  if (!isAnswer(answer) || !isFresh(answer, maxAge)) return undefined;
  const { tree } = answer;
  if (tree === undefined) return answer;
  const content = await sharedTree(reader, tree);
  if (content === undefined) return undefined;
  const store = await openStore();
  try {
    if ((await store.tree(tree)) === undefined) await takeTree(place, content, tree, store);
    return answer;
  } catch {
    // The call is made here instead.
    return undefined;
  } finally {
    await store.close();
  }
}

async function give({ place, settings, warn }: Shared, key: string, answer: Answer): Promise<void> {
  const { signer, verifier } = settings;
  if (signer === undefined) return;
  const store = await openStore();
  try {
    const giver = new Giver({
      store,
      place,
      signer,
      verifier,
      warn,
      scope: () => "",
      isThere: (blob) => place.hasBlob(blob),
    });
    const tree = answer.tree === undefined ? {} : { tree: answer.tree };
    giver.give({ ...entryKey(key), value: answer, needs: [], on: [], ...tree }, true);
    await giver.end();
  } finally {
    await store.close();
  }
}

const isSecret = (value: Value): boolean =>
  value.kind === "secret" || (value.kind === "list" && value.items.some(isSecret));

function usesSecrets({ init, steps }: Call): boolean {
  return [...(init ? [init] : []), ...steps].some(({ args }) => [...args.values()].some(isSecret));
}
