import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMissing } from "../store/files.ts";
import type { Store } from "../store/types.ts";
import { openPlace } from "./places.ts";
import { sharedSettings } from "./settings.ts";
import { type SharedStore, withShared } from "./store.ts";

export interface Here {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Which users there are: where only one is, files have no other owner. */
  readonly ids: "all" | "single";
  readonly warn: (text: string) => void;
  /** Is called when something is gone that was promised, so that what depends on it fails. */
  readonly lost: () => void;
}

/** Adds the shared cache of the environment to a store. Undefined where there is none. */
export async function openShared(store: Store, { env, cwd, ids, warn, lost }: Here): Promise<SharedStore | undefined> {
  const settings = sharedSettings(env, cwd);
  if (settings === undefined) return undefined;
  const { verifier, signer, address } = settings;
  const place = await openPlace(settings);
  // Layers of a cache without overlays have other marks.
  const scope = (): string => [process.arch, ids, layerKind(store.path)].join(" ");
  const owners = ids === "single" ? "mine" : "keep";
  return withShared({
    store,
    place,
    verifier,
    ...(signer && { signer }),
    warn,
    lost,
    scope,
    owners,
    tidies: address.kind === "folder",
  });
}

function layerKind(path: string): string {
  try {
    return readFileSync(join(path, "layer-kind"), "utf8");
  } catch (error) {
    if (isMissing(error)) return "overlay";
    throw error;
  }
}
