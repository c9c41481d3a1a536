import type { Directory } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { acceptedManifest } from "../stages/accepted.ts";
import { get } from "../tracking/tracker.ts";
import type { Site } from "./site.ts";
import { requireTracker } from "./tracking.ts";

/* The accepted model out of a registry of MLflow. */

const PLACE = /^mlflow:(?<name>[^@/]+)(?:@(?<alias>[\w.-]+)|\/(?<version>\d+))$/;

/**
 * The model that an alias stands at, or that has a version: it is accepted as its own manifest says, and is the one that was registered.
 *
 * @param place `mlflow:NAME@ALIAS` or `mlflow:NAME/VERSION`
 * @throws UserError for one that is not there, was changed, or is no accepted model
 */
export async function trackedModel(site: Site, context: Context, place: string): Promise<Directory> {
  const { name, alias, version } = PLACE.exec(place)?.groups ?? {};
  if (name === undefined) {
    throw new UserError(
      `--baseline-from=${place}: expected mlflow:NAME@ALIAS or mlflow:NAME/VERSION, such as mlflow:census@champion.`,
      "tracking",
    );
  }
  const tracker = requireTracker(site, context);
  const { got, model } = await get(context, tracker, { name, alias, version });
  const manifest = await acceptedManifest(context, model, "--baseline-from");
  const registered = got.tags["ml-pipeline.model"];
  if (registered === manifest.model) return model;
  throw new UserError(
    `--baseline-from=${place}: version ${got.version} is registered as ${registered ?? "a model that the pipeline did not log"}, and its files are ${manifest.model}: somebody has put others in their place.`,
    "tracking",
  );
}
