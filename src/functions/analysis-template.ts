import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { type Analysis, analysisOf, serverName, TrafficController } from "../delivery/analysis/analysis.ts";
import { analysisTemplate, rolloutFragment } from "../delivery/analysis/argo.ts";
import { canaryFragment } from "../delivery/analysis/flagger.ts";
import { serverObjects } from "../delivery/analysis/server-objects.ts";
import { commented, yamlDocuments, yamlText } from "../delivery/analysis/yaml.ts";
import { targetOf } from "../stages/roll-out.ts";
import { imageByDigest } from "./image-by-digest.ts";
import type { Site } from "./site.ts";

export interface AnalysisTemplateRequest {
  readonly source: Directory;
  readonly environment: string;
  readonly controller: TrafficController;
  /** That of `analysis-server`, by its digest; without it the server is there already. */
  readonly image?: string | undefined;
  readonly candidate?: string | undefined;
  readonly stable?: string | undefined;
  readonly port: number;
  /** From where alone the server may be asked. */
  readonly controllerNamespace?: string | undefined;
}

/**
 * The objects that let Argo Rollouts or Flagger ask the server, as YAML; what goes into an object of the user's is a comment at the end.
 *
 * @throws UserError for a mistake of the call or of the configuration
 */
export async function printAnalysisTemplate(site: Site, request: AnalysisTemplateRequest): Promise<string> {
  const { source, environment, controller, image, controllerNamespace } = request;
  const server = image === undefined ? undefined : await imageByDigest(site.registry, image);
  const context = await readContext(source, site, { mayBeEmpty: true, solves: false });
  const { candidate, stable, port } = request;
  const analysis = analysisOf(environment, targetOf(context, environment), { controller, candidate, stable, port });
  const objects = [
    ...(server === undefined ? [] : serverObjects(analysis, server, controllerNamespace)),
    ...(controller === TrafficController.ARGO ? [analysisTemplate(analysis)] : []),
  ];
  return [
    `# The analysis of deploy.${environment}, by ml-pipeline analysis-template.\n`,
    yamlDocuments(objects),
    fragmentOf(analysis, controller),
  ].join("");
}

const fragmentOf = (analysis: Analysis, controller: TrafficController): string =>
  controller === TrafficController.ARGO
    ? `\n# Into the Rollout ${analysis.name}, which asks ${serverName(analysis)} after each step:\n#\n${commented(yamlText(rolloutFragment(analysis)))}`
    : `\n# Into the Canary ${analysis.name}, which asks ${serverName(analysis)}:\n#\n${commented(yamlText(canaryFragment(analysis)))}`;
