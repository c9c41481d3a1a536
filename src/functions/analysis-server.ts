import type { Container, Directory, File } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { checkedServices } from "../delivery/analysis/analysis.ts";
import { analysisPlan } from "../delivery/analysis/plan.ts";
import { analysisServer } from "../stages/analysis-server.ts";
import { targetOf } from "../stages/roll-out.ts";
import { canaryRows } from "./canary.ts";
import type { Site } from "./site.ts";

export interface AnalysisServerRequest {
  readonly source: Directory;
  readonly environment: string;
  /** What both are asked about. */
  readonly requests?: File | undefined;
  /** Pairs CANDIDATE/STABLE, each HOST:PORT. */
  readonly services: readonly string[];
}

/**
 * The image of the server that judges candidates of an environment.
 *
 * @throws UserError without requests
 */
export async function buildAnalysisServer(site: Site, request: AnalysisServerRequest): Promise<Container> {
  const { source, environment, requests, services } = request;
  const context = await readContext(source, site, { mayBeEmpty: true, solves: false, asksImage: true });
  const target = targetOf(context, environment);
  const allowed = checkedServices(services);
  const rows = await canaryRows(context, { environment, requests });
  return analysisServer(context, analysisPlan(environment, target), rows, allowed);
}
