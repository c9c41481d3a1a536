import type { Directory } from "@dagger.io/dagger";
import { readable } from "../bisect/repository.ts";
import { type Context, readContext } from "../context/context.ts";
import { affectedBy, type KeyedTree } from "../keys/affected.ts";
import { Affected } from "../objects/affected.ts";
import { PIPELINE } from "../pipeline.ts";
import type { RunInputs } from "../stages/definition.ts";
import { isTracked } from "../stages/pull-data.ts";
import { stageKeys } from "../stages/stage-keys.ts";
import { checkEpochs } from "../stages/train.ts";
import { dataOf, type ProjectData } from "./data-folder.ts";
import type { Site } from "./site.ts";

export interface AffectedRequest extends ProjectData {
  /** The earlier tree. */
  readonly base?: Directory | undefined;
  readonly baseData?: Directory | undefined;
  readonly epochs: number;
  /** An accepted model that both are held against. */
  readonly baseline?: Directory | undefined;
}

/** Says which stages have other inputs than they had in an earlier tree. Nothing of the project runs. */
export async function affectedStages(site: Site, request: AffectedRequest): Promise<Affected> {
  const { source, data, base, baseData = data } = request;
  checkEpochs(request.epochs);
  const [after, before] = await Promise.all([
    keyedTree(site, request, { source, data }),
    base === undefined ? undefined : keyedTree(site, request, { source: readable(base), data: baseData }),
  ]);
  return new Affected(JSON.stringify(affectedBy(before, after)));
}

async function keyedTree(site: Site, { epochs, baseline }: AffectedRequest, project: ProjectData): Promise<KeyedTree> {
  const context: Context = await readContext(project.source, site);
  const data = await dataOf(context, project);
  const inputs: RunInputs = {
    ...{ context, data, baseline, training: { epochs, gpu: site.gpu } },
    tracked: await isTracked({ ...context, data }),
  };
  const { keys, inputs: made } = await stageKeys(PIPELINE, inputs);
  return { stages: Object.entries(keys).map(([name, { parts }]) => ({ name, parts })), inputs: made };
}
