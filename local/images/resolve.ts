import { EngineError } from "../base/errors.ts";
import { isListOf, isNumber, isObjectOf, isRecordOf, isText } from "../base/guards.ts";
import { isDown } from "./availability.ts";
import { imageConfigOf, readConfigDocument } from "./config.ts";
import type { Context } from "./context.ts";
import { isMadeHere, resolveDebian } from "./debian/image.ts";
import { describeRecipe, type Recipe, recipeFor, recipesFor } from "./debian/recipes.ts";
import { digestOf } from "./oci.ts";
import { isPulled } from "./pull.ts";
import { formatReference, parseReference, type Reference } from "./reference.ts";
import { askForManifest } from "./registry/ask.ts";
import { explainPull } from "./registry/explain.ts";
import { type Failure, isFailure, registryError } from "./registry/failure.ts";
import { skopeo } from "./skopeo.ts";
import type { Healthcheck, ImageConfig, RegistryAuth, ResolvedImage } from "./types.ts";
import { unpackedLayer } from "./unpack.ts";

const kind = "resolved-image";

/** What a reference stood for when its registry last answered. */
interface Known {
  readonly digest: string;
  readonly config: ImageConfig;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const isHealthcheck = isObjectOf<Healthcheck>(
  {
    test: isListOf(isText),
    interval: isNumber,
    timeout: isNumber,
    startPeriod: isNumber,
    startInterval: isNumber,
    retries: isNumber,
  },
  ["interval", "timeout", "startPeriod", "startInterval", "retries"],
);

const isConfig = isObjectOf<ImageConfig>(
  {
    env: isListOf(isText),
    workdir: isText,
    user: isText,
    entrypoint: isListOf(isText),
    cmd: isListOf(isText),
    labels: isRecordOf(isText),
    exposedPorts: isListOf(isText),
    healthcheck: isHealthcheck,
  },
  ["healthcheck"],
);

const isKnown = isObjectOf<Known>({ digest: isText, config: isConfig, at: isNumber });

/** Why there is no answer, with the error of the registry when an earlier answer may be used in spite of it. */
interface Unanswered {
  readonly reason: string;
  readonly refusal?: EngineError;
}

/**
 * Finds what a reference stands for: the answer of its registry, or else its earlier answer, or else a Python image
 * made from Debian's packages.
 * | @throws EngineError saying what did not answer, or what the registry refused
 */
export async function resolve(context: Context, text: string, auths: readonly RegistryAuth[]): Promise<ResolvedImage> {
  const reference = parseReference(text);
  const name = formatReference(reference);
  if (auths.length > 0) context.auths.set(name, auths);
  if (reference.digest !== undefined) {
    // A digest never stands for another image.
    const known = await context.store.record(kind, reference.digest, isKnown);
    if (known !== undefined) return { reference: name, digest: known.digest, origin: "registry", config: known.config };
  }
  const digest = await digestNow(context, reference, auths);
  if (typeof digest !== "string") return withoutRegistry(context, reference, digest);
  const config = await configOf(context, reference, digest, auths);
  if ("reason" in config) return withoutRegistry(context, reference, config);
  await context.store.putRecord<Known>(kind, name, { digest, config, at: Date.now() });
  return { reference: name, digest, origin: "registry", config };
}

async function digestNow(
  context: Context,
  reference: Reference,
  auths: readonly RegistryAuth[],
): Promise<string | Unanswered> {
  if (reference.digest !== undefined) return reference.digest;
  const manifest = await ask(context, reference, (signal) => askForManifest({ reference, auths, signal }));
  return "reason" in manifest ? manifest : digestOf(manifest);
}

/** Gives the configuration for this machine's platform. It is kept, because the one of a digest never changes. */
async function configOf(
  context: Context,
  reference: Reference,
  digest: string,
  auths: readonly RegistryAuth[],
): Promise<ImageConfig | Unanswered> {
  const known = await context.store.record(kind, digest, isKnown);
  if (known !== undefined) return known.config;
  const json = await ask(context, reference, (signal) => configNow(context, { ...reference, digest }, auths, signal));
  if ("reason" in json) return json;
  const config = imageConfigOf(readConfigDocument(json.toString()));
  await context.store.putRecord<Known>(kind, digest, { digest, config, at: Date.now() });
  return config;
}

/** Fetches the configuration. skopeo chooses the image of this platform from an index. */
async function configNow(
  context: Context,
  { tag: _, ...reference }: Reference,
  auths: readonly RegistryAuth[],
  signal: AbortSignal,
): Promise<Buffer | Failure> {
  const { registry } = reference;
  const args = ["--config", "--raw", `docker://${formatReference(reference)}`];
  const scratch = await context.store.scratch();
  const result = await skopeo({ command: "inspect", args, registry, auths, scratch, signal });
  return result.exitCode === 0 ? result.stdout : explainPull({ reference, auths, signal }, result);
}

async function ask(
  context: Context,
  reference: Reference,
  question: (signal: AbortSignal) => Promise<Buffer | Failure>,
): Promise<Buffer | Unanswered> {
  const { registry } = reference;
  const answer = await context.availability.ask(registry, question);
  if (isDown(answer) || !isFailure(answer)) return answer;
  const refusal = registryError("pull", formatReference(reference), registry, answer);
  // The answer says nothing about the image, so an earlier answer still holds.
  if (answer.problem === "limited") return { reason: "too many requests", refusal };
  throw refusal;
}

async function withoutRegistry(context: Context, reference: Reference, down: Unanswered): Promise<ResolvedImage> {
  const name = formatReference(reference);
  const silent = `${reference.registry} does not answer (${down.reason})`;
  const known = await context.store.record(kind, reference.digest ?? name, isKnown);
  if (known !== undefined && (await isHere(context, known.digest))) {
    const day = new Date(known.at).toISOString().slice(0, 10);
    context.notice(`${silent}: ${name} is the one that it gave on ${day}.`);
    return { reference: name, digest: known.digest, origin: "cache", config: known.config };
  }
  if (down.refusal !== undefined) throw down.refusal;
  const recipe = recipeFor(reference, silent);
  if (recipe === undefined) {
    throw new EngineError(
      `${silent}, and ${name} was never pulled here. Name a mirror of ${reference.registry} in registries.conf ` +
        "(/etc/containers, or the file that CONTAINERS_REGISTRIES_CONF names), or another image with --python-image.",
    );
  }
  try {
    return await resolveDebian(context, name, recipe, (present) => {
      const time = recipe.packed?.lacksModules ? "some minutes" : "about a quarter of a minute";
      const effort = present ? "" : ` It is made now, which takes ${time}, once on this machine.`;
      context.notice(`${silent}: instead of ${name} it is ${describeRecipe(recipe)}.${effort}`);
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(`${error.message}. ${await othersThan(context, recipe)}`);
  }
}

/** What can be had where a recipe does not work: what was made before certainly can. */
async function othersThan(context: Context, recipe: Recipe): Promise<string> {
  const others = recipesFor(process.arch).filter(({ python }) => python !== recipe.python);
  const made = await Promise.all(others.map((one) => isMadeHere(context, one)));
  const named = (wanted: boolean): string =>
    others.flatMap(({ python }, index) => (made[index] === wanted ? [python] : [])).join(", ");
  const here = named(true) === "" ? "" : `Here are ${named(true)}. `;
  const rest = named(false) === "" ? "" : `What may be made: ${named(false)}. `;
  return `${here}${rest}Choose one of these with \`python\` in the settings, or name a mirror of docker.io in registries.conf.`;
}

/** Says whether an image can be used without its registry. */
async function isHere(context: Context, digest: string): Promise<boolean> {
  return (await context.store.hasLayer(unpackedLayer(digest))) || (await isPulled(context, digest));
}
