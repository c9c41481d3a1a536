import type { Directory } from "@dagger.io/dagger";
import { lackingLines } from "../store/lacking.ts";
import { checkPointer } from "../store/move.ts";
import { PARTS, placeOf } from "../store/store.ts";
import { counted } from "../text.ts";
import { type OpenStore, openStore, readPointers, readVersion, versionOf } from "./model-store.ts";
import { cells, HEADING, moveTable } from "./move-table.ts";
import type { Site } from "./site.ts";

/** Says where all pointers stand, or the history of one. */
export async function listModels(
  site: Site,
  { source, pointer }: { readonly source: Directory; readonly pointer: string | undefined },
): Promise<string> {
  if (pointer !== undefined) checkPointer(pointer, "--pointer");
  const open = await openStore(site, source);
  return pointer === undefined ? allPointers(open) : historyOf(open, pointer);
}

async function allPointers(open: OpenStore): Promise<string> {
  const { pointers, versions, manifests, marked } = await readPointers(open, [], "last", { manifests: true });
  const heads = [...pointers].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const rows = heads.flatMap(([name, moves]) => moves.slice(-1).map((one) => [name, ...cells(one, manifests)]));
  const where = `the model store ${placeOf(open.store)}`;
  if (!marked) return `0 accepted models in ${where}: nothing was ever stored there, or the address is another one`;
  return [
    `${counted(versions.length, "accepted model")} in ${where}`,
    ...moveTable(["pointer", ...HEADING], rows),
    ...lackingLines(pointers, versions),
  ].join("\n");
}

async function historyOf(open: OpenStore, pointer: string): Promise<string> {
  const { pointers, manifests } = await readPointers(open, [pointer], "all", { manifests: true });
  const moves = pointers.get(pointer) ?? [];
  // One that is not there is told with those that are.
  if (moves.length === 0) await versionOf(open, pointer, "--pointer");
  const where = `the model store ${placeOf(open.store)}`;
  const rows = moves.toReversed().map((one) => cells(one, manifests));
  return [
    `${counted(moves.length, "move")} of ${pointer} in ${where}, the newest first`,
    ...moveTable(HEADING, rows),
  ].join("\n");
}

/** A stored model with its report and predictions, each in a folder. */
export async function storedModel(
  site: Site,
  { source, name }: { readonly source: Directory; readonly name: string },
): Promise<Directory> {
  const open = await openStore(site, source);
  return (await readVersion(open, await versionOf(open, name, "--name"), { parts: PARTS, anew: true })).folder;
}
