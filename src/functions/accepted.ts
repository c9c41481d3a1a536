import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { APP } from "../containers/paths.ts";
import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { modelFolder } from "../project/project.ts";
import { DIGEST } from "../registry/reference.ts";
import { readVersion, storeIn, versionOf } from "./model-store.ts";
import type { Site } from "./site.ts";

/** A place that names what is there by its content. */
const BY_DIGEST = new RegExp(`[@:]${DIGEST}$`);

/** The accepted model, as it is given: as a folder and an image, or by where they are. */
export interface AcceptedRequest {
  readonly baseline?: Directory | undefined;
  /** `store:NAME` or `image:REFERENCE`. */
  readonly baselineFrom?: string | undefined;
  readonly production?: Container | undefined;
  /** As `baselineFrom`. */
  readonly productionFrom?: string | undefined;
}

/** The accepted model, and the image in production. */
export type Accepted = Pick<AcceptedRequest, "baseline" | "production">;

/**
 * Finds the accepted model and the image in production, where they are given by where they are.
 *
 * @throws UserError for a place that is none, and for what is there and is not believed
 */
export async function acceptedOf(site: Site, context: Context, request: AcceptedRequest): Promise<Accepted> {
  refuseBoth("baseline", request.baseline, request.baselineFrom);
  refuseBoth("production", request.production, request.productionFrom);
  const [baseline, production] = await Promise.all([
    placed(site, context, "--baseline-from", request.baselineFrom),
    placed(site, context, "--production-from", request.productionFrom),
  ]);
  if (production !== undefined && production.image === undefined) {
    throw new UserError(
      `--production-from=${request.productionFrom}: the run that made this model published no image, or it was stored without its report. Give the image: --production-from=image:REFERENCE.`,
      "store",
    );
  }
  return {
    baseline: request.baseline ?? (await baseline?.model()),
    // Who names an image for both need not name it twice.
    production: request.production ?? production?.image ?? (baseline?.isImage === true ? baseline.image : undefined),
  };
}

/** @throws UserError for a call that could be answered from the cache although what it names has moved */
export function requireRunId(runId: string | undefined, { baselineFrom, productionFrom }: AcceptedRequest): void {
  const [flag, place] =
    baselineFrom === undefined ? ["--production-from", productionFrom] : ["--baseline-from", baselineFrom];
  if (place === undefined || runId !== undefined || BY_DIGEST.test(place)) return;
  throw new UserError(
    `${flag}=${place} may name another model tomorrow, and an unchanged call of full-pipeline is answered from the cache. Give --run-id as well, such as the number of the job; or call \`run … assert\`, which always runs.`,
    "store",
  );
}

function refuseBoth(name: string, given: unknown, from: string | undefined): void {
  if (given === undefined || from === undefined) return;
  throw new UserError(`--${name} and --${name}-from say the same: give one of them.`, "store");
}

/** What is at a place. */
interface Placed {
  readonly model: () => Promise<Directory>;
  readonly image: Container | undefined;
  readonly isImage: boolean;
}

async function placed(
  site: Site,
  context: Context,
  flag: string,
  place: string | undefined,
): Promise<Placed | undefined> {
  if (place === undefined) return undefined;
  const [, kind, name] = /^(store|image):(.+)$/.exec(place) ?? [];
  if (kind === undefined || name === undefined) {
    throw new UserError(
      `${flag}=${place}: expected store:NAME, with the name of a pointer (store:production) or a version (store:sha256:…), or image:REFERENCE.`,
      "store",
    );
  }
  if (kind === "image") {
    const image = imageAt(site, name);
    return { image, model: () => modelIn(context, image, name), isImage: true };
  }
  const open = storeIn(site, context);
  const { model, about } = await readVersion(open, await versionOf(open, name, flag));
  const published = about.image === undefined ? undefined : imageAt(site, about.image);
  return { image: published, model: async () => model, isImage: false };
}

function imageAt({ registry: { username, password } }: Site, reference: string): Container {
  const ready =
    username === undefined || password === undefined
      ? dag.container()
      : dag.container().withRegistryAuth(reference, username, password);
  return ready.from(reference);
}

/** The model in a serving image, which must be the one that the image's labels name. */
async function modelIn(context: Context, image: Container, reference: string): Promise<Directory> {
  const folder = `${APP}/${modelFolder(context.project)}`;
  const [there, label] = await Promise.all([image.exists(folder), image.label("ml-pipeline.model")]);
  if (!there) {
    throw new UserError(
      `--baseline-from=image:${reference}: the image has no ${folder}, where the pipeline puts a model.`,
      "store",
    );
  }
  const model = image.directory(folder);
  const { files } = await fingerprint(context, { files: model });
  if (label === "" || label === files.sha256) return model;
  throw new UserError(
    `--baseline-from=image:${reference}: the model in ${folder} was changed after the image was built: its label says ${label}, and it is ${files.sha256}.`,
    "store",
  );
}
