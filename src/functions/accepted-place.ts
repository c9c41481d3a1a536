import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import type { Site } from "./site.ts";

/**
 * Where the accepted model of a retraining is when the call does not say it: in the model store, or else what runs in production.
 *
 * @throws UserError where nothing says where it is, or how to get to it
 */
export function acceptedPlace(
  { store, cluster }: Pick<Site, "store" | "cluster">,
  { store: settings, deploy }: Pick<Context["config"], "store" | "deploy">,
): string {
  if (store.address !== undefined || store.folder !== undefined || settings.url !== undefined)
    return "store:production";
  const runs = deploy.production !== undefined;
  const hasCluster = cluster.kubeconfig !== undefined || cluster.token !== undefined;
  if (runs && hasCluster) return "environment:production";
  const otherwise = runs
    ? "deploy.production is set: with --kubeconfig=file:PATH before the function it is the model that runs there."
    : "Without them it is environment:production where deploy.production is set.";
  throw new UserError(
    `A new model must be held against the accepted one, and nothing says where that is: give --baseline=DIR, or --baseline-from=image:REFERENCE or environment:NAME; or the model store with --store-folder=DIR or --store=s3://BUCKET/PREFIX before the function, whose store:production it is then. ${otherwise}`,
    "retraining",
  );
}
