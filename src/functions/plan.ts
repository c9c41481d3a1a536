import type { Directory } from "@dagger.io/dagger";
import { trainingDevice } from "../containers/gpu.ts";
import { type DataContext, readContext } from "../context/context.ts";
import { type RunPlan as Planned, planRun, type RunToPlan, type StageToPlan } from "../cost/plan.ts";
import { lookup } from "../lookup.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { RunPlan } from "../objects/run-plan.ts";
import { PIPELINE } from "../pipeline.ts";
import { asksFor } from "../project/commands/entry-point.ts";
import type { AnyStage, RunInputs } from "../stages/definition.ts";
import { checkPublishInputs } from "../stages/publish.ts";
import { isTracked, pullData } from "../stages/pull-data.ts";
import { type StageKeys, stageKeysIfAny } from "../stages/stage-keys.ts";
import { checkEpochs, train } from "../stages/train.ts";
import { dataOf, type ProjectData } from "./data-folder.ts";
import { readJournal } from "./journal.ts";
import { powerOf } from "./power.ts";
import type { Site } from "./site.ts";

/** The arguments of a run that say what it takes. */
export interface PlanRequest extends ProjectData {
  readonly epochs: number;
  readonly baseline?: Directory | undefined;
  readonly address?: string | undefined;
  /** Reports of earlier runs, at any depth. */
  readonly history?: Directory | undefined;
}

/** Says what a run would take and cost, without running any of it. */
export async function planPipeline(site: Site, request: PlanRequest): Promise<RunPlan> {
  const { epochs, baseline, address, history } = request;
  checkEpochs(epochs);
  if (address !== undefined) checkPublishInputs({ address, ...site.registry });
  const project = await readContext(request.source, site);
  const context: DataContext = { ...project, data: await dataOf(project, request) };
  const tracked = await isTracked(context);
  const inputs = {
    ...{ context, data: context.data, baseline, tracked },
    publish: address === undefined ? undefined : { address },
  };
  return new RunPlan(JSON.stringify(await planOf(site, inputs, { epochs, history })));
}

/** What a run would take and cost, by the journal and the reports of earlier runs. */
export async function planOf(
  site: Site,
  inputs: RunInputs & Pick<DataContext, "data">,
  { epochs, history }: Pick<PlanRequest, "epochs" | "history">,
): Promise<Planned> {
  const context: DataContext = { ...inputs.context, data: inputs.data };
  const { entries, remarks } = await readJournal(site, context, { history });
  const planned = await stagesToPlan(site, inputs, epochs);
  const isKnown = entries.length > 0 && areDataKnown(context, inputs.tracked ?? false);
  const [hashes, keys] = isKnown
    ? await Promise.all([hashesNow(context), keysNow(site, inputs, epochs)])
    : [{}, undefined];
  const stages = planned.map((stage) => {
    const key = lookup(keys?.keys ?? {}, stage.name)?.hash;
    return key === undefined ? stage : { ...stage, key };
  });
  const run: RunToPlan = {
    ...{ stages, pushes: inputs.publish !== undefined, pulls: stages.some(({ name }) => name === pullData.name) },
    hashes,
  };
  const plan = planRun(run, entries, context.config.cost);
  const power = powerOf(context, entries);
  return { ...plan, guesses: [...plan.guesses, ...remarks], ...(power === undefined ? {} : { power }) };
}

async function stagesToPlan(site: Site, inputs: RunInputs, epochs: number): Promise<StageToPlan[]> {
  const { context } = inputs;
  const planned: readonly AnyStage[] = PIPELINE.filter((stage: AnyStage) => stage.when?.(inputs) ?? true);
  const device = await trainingDevice(site.gpu, context.settings);
  const entry = context.project.entryPoints.train;
  const isTold = entry !== undefined && asksFor(entry, "epochs");
  return planned.map((stage) => {
    const needed = Object.entries(stage.needs).flatMap(([name, { name: title }]) =>
      (stage.uses?.(inputs, name) ?? true) ? [title] : [],
    );
    // What does something outside of the run waits for all others.
    const others = stage.effect === true ? planned.filter(({ effect }) => effect !== true).map(({ name }) => name) : [];
    const isTraining = stage.name === train.name;
    return {
      name: stage.name,
      after: [...new Set([...needed, ...others])],
      isOff: context.config.stages.off.some((name) => name === stage.name),
      usesGpu: isTraining && device === "gpu",
      ...(isTraining && isTold ? { epochs } : {}),
    };
  });
}

/** Whether the data are those that are there before the run: what DVC or a command of the project brings has no hash until then. */
function areDataKnown({ project }: DataContext, tracked: boolean): boolean {
  const { fetch, prepare } = project.entryPoints;
  return !tracked && fetch === undefined && prepare === undefined;
}

/** The hashes that a report would have. */
async function hashesNow(context: DataContext): Promise<RunToPlan["hashes"]> {
  const [{ app }, { data }] = await Promise.all([
    fingerprint(context, { app: context.project.app }),
    fingerprint(context, { data: context.data }),
  ]);
  return { source: app.sha256, data: data.sha256 };
}

/** The keys that the stages of a run would have, by which stages that a change does not affect are told. */
const keysNow = async (site: Site, inputs: RunInputs, epochs: number): Promise<StageKeys | undefined> =>
  // Those of a retraining are not noted.
  inputs.retraining !== undefined
    ? undefined
    : stageKeysIfAny(PIPELINE, { ...inputs, training: inputs.training ?? { epochs, gpu: site.gpu } });
