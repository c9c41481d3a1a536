import type { Directory } from "@dagger.io/dagger";
import { shortKey } from "../evidence/keys.ts";
import { type BelievedMove, checkPointer } from "../store/move.ts";
import { PARTS, placeOf } from "../store/store.ts";
import { counted } from "../text.ts";
import { openStore, readPointers, readVersion, versionOf } from "./model-store.ts";
import type { Site } from "./site.ts";

/** Says where all pointers stand, or the history of one. */
export async function listModels(
  site: Site,
  { source, pointer }: { readonly source: Directory; readonly pointer: string | undefined },
): Promise<string> {
  const open = await openStore(site, source);
  if (pointer === undefined) {
    const { pointers, versions } = await readPointers(open, [], "last");
    const lines = [...pointers].map(([name, moves]) => moves.slice(-1).map((one) => `${name.padEnd(12)} ${line(one)}`));
    const count = `${counted(versions.length, "accepted model")} in the model store ${placeOf(open.store)}`;
    return [count, ...lines.flat().sort()].join("\n");
  }
  checkPointer(pointer, "--pointer");
  const { pointers } = await readPointers(open, [pointer], "all");
  const moves = pointers.get(pointer) ?? [];
  // One that is not there is told with those that are.
  if (moves.length === 0) await versionOf(open, pointer, "--pointer");
  return [...moves].reverse().map(line).join("\n");
}

function line({ move, signedBy }: BelievedMove): string {
  const { number, time, version, reason } = move;
  const key = signedBy === undefined ? "not signed" : `signed by ${shortKey(signedBy)}`;
  return [String(number).padStart(4), time, version, key, ...(reason === "" ? [] : [reason])].join("  ");
}

/** A stored model with its report and predictions, each in a folder. */
export async function storedModel(
  site: Site,
  { source, name }: { readonly source: Directory; readonly name: string },
): Promise<Directory> {
  const open = await openStore(site, source);
  return (await readVersion(open, await versionOf(open, name, "--name"), { parts: PARTS, anew: true })).folder;
}
