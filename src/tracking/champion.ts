import { type Deployed, isDeployed } from "../delivery/deployed.ts";
import type { TrackingSettings } from "./settings.ts";

/** What became of a run whose model may be the accepted one. */
export interface Outcome {
  readonly verdict: "passed" | "failed";
  /** How many environments it was to go to, and what became of each. */
  readonly environments: number;
  readonly deployments: readonly Deployed[];
  /** What became of the pointer that was to be moved; undefined where none was. */
  readonly stored: "passed" | "failed" | "warned" | "skipped" | undefined;
}

/** Why the alias of the accepted model does not move to the model of a run; undefined where it does. */
export function reasonAgainst(
  { verdict, environments, deployments, stored }: Outcome,
  { promote }: Pick<TrackingSettings, "promote">,
): string | undefined {
  if (verdict === "failed") return "the run failed";
  const behind = deployments.find((one) => !isDeployed(one));
  if (behind !== undefined) return `${behind.environment} does not run it`;
  if (deployments.length < environments) return "it does not run everywhere it was to";
  if (stored !== undefined && stored !== "passed") return "it was not stored";
  if (environments > 0 || stored !== undefined) return undefined;
  return promote === "passed" ? undefined : "it was neither deployed nor stored (tracking.promote)";
}
