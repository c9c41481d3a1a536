import { hash } from "node:crypto";
import { isListOf, isObjectOf, isOneOf, isText } from "../../base/guards.ts";
import { thisMaking } from "../../store/layers.ts";
import { type ConfigDocument, imageConfigOf, readConfigDocument, renderConfig } from "../config.ts";
import type { Context } from "../context.ts";
import { createdAt } from "../context.ts";
import { measureLayer } from "../layer-blob.ts";
import { configType, describe, layerType, manifestType } from "../oci.ts";
import type { ImageConfig, ResolvedImage } from "../types.ts";
import { StillMounted } from "./bootstrap.ts";
import { makeDebian, pythonVersion } from "./make.ts";
import type { Recipe } from "./recipes.ts";

/** A change of what is made raises this number, so that older images are made again. */
const recipeVersion = 1;
const kind = "debian-image";

interface MadeImage {
  readonly suite: Recipe["suite"];
  /** The one layer that it is. */
  readonly layers: readonly string[];
  readonly digest: string;
  /** The image configuration as JSON. */
  readonly document: string;
}

const isMade = isObjectOf<MadeImage>({
  suite: isOneOf("bullseye", "bookworm", "trixie"),
  layers: isListOf(isText),
  digest: isText,
  document: isText,
});

/**
 * Gives the image made from Debian's packages, and makes it first when it is not in the cache. That takes a quarter of a
 * minute, so `announce` is called before. The image stays the same until the cache is pruned: a base that changed by
 * itself would make every model train again.
 */
export async function resolveDebian(
  context: Context,
  reference: string,
  recipe: Recipe,
  announce: (present: boolean) => void,
): Promise<ResolvedImage> {
  const present = await findMade(context, recipe);
  announce(present !== undefined);
  const made = present ?? (await context.inFlight.once(`${kind} ${recipe.python}`, () => make(context, recipe)));
  const config = imageConfigOf(readConfigDocument(made.document));
  return { reference, digest: made.digest, origin: "debian", config };
}

const layerOf = ({ layers: [layer = ""] }: MadeImage): string => layer;

/** Gives the layer of a resolved image, and makes it again when it was pruned. */
export async function debianLayer(context: Context, image: ResolvedImage): Promise<string> {
  return layerOf(await madeByDigest(context, image));
}

/** Gives the stored configuration of a resolved image, for images that are built on it. */
export async function debianDocument(context: Context, image: ResolvedImage): Promise<ConfigDocument> {
  return readConfigDocument((await madeByDigest(context, image)).document);
}

async function madeByDigest(context: Context, image: ResolvedImage): Promise<MadeImage> {
  const made = await context.store.record(kind, image.digest, isMade);
  if (made === undefined) {
    throw new Error(`The image made for ${image.reference} is not in the cache any more: run again`);
  }
  return made;
}

/** Whether an image was made on this machine, and is still here. */
export const isMadeHere = async (context: Context, recipe: Recipe): Promise<boolean> =>
  (await findMade(context, recipe)) !== undefined;

/** A record names its layer, so the store gives none whose layer is gone. */
const findMade = (context: Context, recipe: Recipe): Promise<MadeImage | undefined> =>
  context.store.record(kind, recipeKey(context, recipe), isMade);

function recipeKey({ oneUser }: Context, recipe: Recipe): string {
  const owners = oneUser === undefined ? [] : ["one user"];
  const packed = recipe.packed === undefined ? [] : [recipe.packed.release];
  return hash("sha256", JSON.stringify([recipeVersion, recipe.suite, process.arch, ...owners, ...packed]));
}

async function make(context: Context, recipe: Recipe): Promise<MadeImage> {
  const layer = `debian-${recipe.suite}-${recipeKey(context, recipe)}`;
  // The layer exists already when an earlier session died after making it and before recording it.
  if (!(await context.store.hasLayer(layer))) await makeLayer(context, recipe, layer);
  const python = await pythonVersion(recipe, await context.store.layerPath(layer));
  const { diffId, size } = await measureLayer(context, layer);
  const from = recipe.packed === undefined ? "" : ` of org.bytedeco:cpython:${recipe.packed.release}`;
  const createdBy = `Debian ${recipe.suite} with Python ${python}${from}, made from packages by mmdebstrap`;
  const document = renderConfig({}, configOf(python), [{ diffId, createdBy }], createdAt(context));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe(configType, document),
    layers: [{ mediaType: layerType("uncompressed"), digest: diffId, size }],
  });
  const made = { suite: recipe.suite, layers: [layer], digest: describe(manifestType, manifest).digest, document };
  await context.store.putRecord(kind, recipeKey(context, recipe), made);
  await context.store.putRecord(kind, made.digest, made);
  return made;
}

async function makeLayer(context: Context, recipe: Recipe, id: string): Promise<void> {
  const draft = await context.store.draftLayer();
  try {
    await makeDebian(context, recipe, draft.upper);
  } catch (error) {
    if (!(error instanceof StillMounted)) await draft.discard();
    throw error;
  }
  await draft.commit(id, thisMaking());
}

/** Gives the same configuration as that of the official image. */
function configOf(python: string): ImageConfig {
  const path = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";
  return {
    env: [`PATH=${path}`, "LANG=C.UTF-8", `PYTHON_VERSION=${python}`],
    workdir: "",
    user: "",
    entrypoint: [],
    cmd: ["python3"],
    labels: {},
    exposedPorts: [],
  };
}
