import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import type { Manifest } from "../model/manifest.ts";
import { placeOf } from "../store/store.ts";
import type { StoredVersion } from "./delivering.ts";
import { readPointers, readVersion, storeIn } from "./model-store.ts";
import type { Site } from "./site.ts";
import { refuseFolder } from "./store-model.ts";

/**
 * The version with a model, among those that pointers of the store stand at.
 *
 * @param model its content hash; undefined where nothing says which model an image has
 * @throws UserError where there is none, before anything is deployed
 */
export async function versionWith(site: Site, context: Context, model: string | undefined): Promise<StoredVersion> {
  refuseFolder(site, "deploy.NAME.pointer");
  const open = storeIn(site, context, "writes");
  if (model === undefined) {
    throw new UserError(
      "The pointer of the model store is to follow (deploy.NAME.pointer), and nothing says which model the image has: give --report, the report folder of the run that published it.",
      "store",
    );
  }
  const { pointers } = await readPointers(open, [], "last");
  const versions = new Set([...pointers.values()].flatMap((moves) => moves.slice(-1).map(({ move }) => move.version)));
  for (const version of versions) {
    const { manifest } = await readVersion(open, version);
    if (manifest.model === model) return { open, version };
  }
  const names = [...pointers.keys()].sort();
  throw new UserError(
    `The pointer of the model store is to follow (deploy.NAME.pointer), and no pointer of ${placeOf(open.store)} stands at the model ${model}${names.length === 0 ? "" : ` (there are ${names.join(", ")})`}. \`store-model\` or \`run --store-as=candidate\` stores it.`,
    "store",
  );
}

/** The version that a pointer stood at last of those with these hashes; undefined where it never has. */
export async function earlierVersion(
  site: Site,
  context: Context,
  pointer: string,
  hashes: Pick<Manifest, "source" | "data" | "model">,
): Promise<StoredVersion | undefined> {
  refuseFolder(site, "deploy.NAME.pointer");
  const open = storeIn(site, context, "writes");
  const { pointers } = await readPointers(open, [pointer], "all");
  const versions = new Set((pointers.get(pointer) ?? []).map(({ move }) => move.version).reverse());
  for (const version of versions) {
    const { manifest } = await readVersion(open, version);
    // Other data may have made the same model, with another report.
    const isIt = (["source", "data", "model"] as const).every((name) => manifest[name] === hashes[name]);
    if (isIt) return { open, version };
  }
  return undefined;
}
