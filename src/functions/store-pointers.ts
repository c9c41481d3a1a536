import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import type { BelievedMove } from "../store/move.ts";
import { PARTS, placeOf } from "../store/store.ts";
import { type Candidate, match, type Served, versionFor } from "../store/which.ts";
import type { StoredVersion } from "./delivering.ts";
import { type OpenStore, readPointers, readVersion, storeIn } from "./model-store.ts";
import type { Site } from "./site.ts";
import { refuseFolder } from "./store-model.ts";

/**
 * The version that an image serves, among those that pointers of the store stand at.
 *
 * @throws UserError where there is none, where what is known of the image does not tell two apart, and where it is not whole, before anything is deployed
 */
export async function versionWith(site: Site, context: Context, served: Served): Promise<StoredVersion> {
  refuseFolder(site, "deploy.NAME.pointer");
  const open = storeIn(site, context, "writes");
  const { model } = served.hashes;
  if (model === undefined) {
    throw new UserError(
      "The pointer of the model store is to follow (deploy.NAME.pointer), and nothing says which model the image has: give --report, the report folder of the run that published it.",
      "store",
    );
  }
  const { pointers } = await readPointers(open, [], "last");
  const heads = [...pointers.values()].flatMap((moves) => moves.slice(-1));
  const read = await Promise.all(newestFirst(heads).map((version) => candidateIn(open, version)));
  const found = versionFor(read.filter(isRead), served);
  if (found !== undefined && "version" in found) return whole(open, found.version);
  if (found !== undefined) {
    throw new UserError(
      `The pointer of the model store is to follow (deploy.NAME.pointer), and several versions of ${placeOf(open.store)} have the model ${model}, made of other source or data: ${found.map(({ version }) => version).join(", ")}. Nothing says which one the image serves: give --report, the report folder of the run that published it.`,
      "store",
    );
  }
  // What cannot be read may be the one.
  const [unread] = read.filter((one) => one instanceof UserError);
  if (unread !== undefined) throw unread;
  const names = [...pointers.keys()].sort();
  throw new UserError(
    `The pointer of the model store is to follow (deploy.NAME.pointer), and no pointer of ${placeOf(open.store)} stands at the model ${model}${madeOfText(served)}${names.length === 0 ? "" : ` (there are ${names.join(", ")})`}. \`store-model\` or \`run --store-as=candidate\` stores it.`,
    "store",
  );
}

/** The version that a pointer stood at last of those that an image may serve; undefined where it never has. */
export async function earlierVersion(
  site: Site,
  context: Context,
  pointer: string,
  served: Served,
): Promise<StoredVersion | undefined> {
  refuseFolder(site, "deploy.NAME.pointer");
  const open = storeIn(site, context, "writes");
  const { pointers } = await readPointers(open, [pointer], "all");
  let found: string | undefined;
  let unread: UserError | undefined;
  for (const version of new Set((pointers.get(pointer) ?? []).map(({ move }) => move.version).reverse())) {
    const one = await candidateIn(open, version);
    if (!isRead(one)) {
      unread ??= one;
      continue;
    }
    const kind = match(one, served);
    // Other data may have made the same model, with another report; another image may have been made of the same data.
    if (kind === "hashes") found ??= version;
    if (kind === "image") found = version;
    if (kind === "image" || (kind === "hashes" && one.image === undefined)) break;
  }
  if (found !== undefined) return whole(open, found);
  if (unread !== undefined) throw unread;
  return undefined;
}

const newestFirst = (heads: readonly BelievedMove[]): string[] => {
  const byTime = [...heads].sort((one, other) => (one.move.time < other.move.time ? 1 : -1));
  return [...new Set(byTime.map(({ move }) => move.version))];
};

/** What a version says of itself, or why it cannot be read: another one may be the one that is looked for. */
async function candidateIn(open: OpenStore, version: string): Promise<Candidate | UserError> {
  try {
    const { manifest, about } = await readVersion(open, version);
    const { source, data, model } = manifest;
    return { version, hashes: { source, data, model }, image: about.image };
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const isRead = (one: Candidate | UserError): one is Candidate => !(one instanceof UserError);

/** A version that a pointer may be moved to: one that the store still has, with all that was stored of it. */
async function whole(open: OpenStore, version: string): Promise<StoredVersion> {
  await readVersion(open, version, { parts: PARTS, anew: true });
  return { open, version };
}

/** What is known of an image beside its model. */
function madeOfText({ hashes: { source, data } }: Served): string {
  const parts = [
    ...(source === undefined ? [] : [`source ${source}`]),
    ...(data === undefined ? [] : [`data ${data}`]),
  ];
  return parts.length === 0 ? "" : ` made of ${parts.join(" and ")}`;
}
