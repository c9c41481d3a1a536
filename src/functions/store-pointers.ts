import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
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
  refuseFolder(site);
  const open = storeIn(site, context);
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
