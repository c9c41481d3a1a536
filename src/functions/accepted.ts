import type { Container, Directory } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { assertStatus } from "../delivery/rollout-words.ts";
import { workloadOf } from "../delivery/workload.ts";
import { messageOf, UserError } from "../errors.ts";
import { DIGEST } from "../registry/reference.ts";
import { containerFor, withheldText } from "../stages/credentials.ts";
import { targetOf } from "../stages/roll-out.ts";
import { modelInImage } from "./image-model.ts";
import { statusIn } from "./may-go-on.ts";
import { readVersion, storeIn, versionOf } from "./model-store.ts";
import type { Site } from "./site.ts";
import { trackedModel } from "./tracked-model.ts";

/** A place that names what is there by its content. */
const BY_DIGEST = new RegExp(`[@:]${DIGEST}$`);

/** The accepted model, as it is given: as a folder and an image, or by where they are. */
export interface AcceptedRequest {
  readonly baseline?: Directory | undefined;
  /** `store:NAME`, `image:REFERENCE`, `environment:NAME` or `mlflow:NAME@ALIAS`. */
  readonly baselineFrom?: string | undefined;
  readonly production?: Container | undefined;
  /** `store:NAME`, `image:REFERENCE` or `environment:NAME`. */
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
  if (place.startsWith("mlflow:")) {
    if (flag === "--production-from") {
      throw new UserError(
        `${flag}=${place}: MLflow has models, and no images. Give image:REFERENCE or environment:NAME.`,
        "tracking",
      );
    }
    const model = await trackedModel(site, context, place);
    return { image: undefined, model: async () => model, isImage: false };
  }
  const [, kind, name] = /^(store|image|environment):(.+)$/.exec(place) ?? [];
  if (kind === undefined || name === undefined) {
    throw new UserError(
      `${flag}=${place}: expected store:NAME, with the name of a pointer (store:production) or a version (store:sha256:…), image:REFERENCE, environment:NAME, with an environment of the configuration, or mlflow:NAME@ALIAS (for --baseline-from).`,
      "store",
    );
  }
  if (kind === "store") {
    const open = storeIn(site, context);
    const { model, about } = await readVersion(open, await versionOf(open, name, flag, place));
    const published = about.image === undefined ? undefined : await imageAt(site, about.image, flag);
    return { image: published, model: async () => model, isImage: false };
  }
  const image = await imageAt(site, kind === "image" ? name : await runningIn(site, context, flag, name), flag);
  const model = (): Promise<Directory> => modelInImage(site.registry, context, image, `${flag}=${place}`);
  return { image, model, isImage: true };
}

/**
 * The image that an environment runs now, by its digest.
 *
 * @throws UserError where that cannot be seen, or may be another image by now
 */
async function runningIn(site: Site, context: Context, flag: string, environment: string): Promise<string> {
  const workload = workloadOf(targetOf(context, environment, `${flag}=environment:${environment}`));
  const status = await statusIn(site, context, environment);
  if (status.after === null) assertStatus(status, { environment, workload });
  const { image = "" } = status.after ?? {};
  if (BY_DIGEST.test(image)) return image;
  throw new UserError(
    `${flag}=environment:${environment}: it runs ${image}, by a tag, which may stand for another image by now. \`deploy\` names images by their digests.`,
    "delivery",
  );
}

async function imageAt({ registry }: Site, reference: string, flag: string): Promise<Container> {
  const image = containerFor(registry, reference, flag).from(reference);
  const withheld = withheldText(registry, reference, flag);
  if (withheld === "") return image;
  // Whoever uses the image later would only be told that it is refused.
  return image.sync().catch((error: unknown) => {
    if (!/unauthori[sz]ed|denied|authentication|\b40[13]\b/i.test(messageOf(error))) throw error;
    throw new UserError(`${flag}: ${reference} cannot be pulled: ${messageOf(error)}: ${withheld}.`);
  });
}
