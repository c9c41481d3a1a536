import type { Directory } from "@dagger.io/dagger";
import { type Context, type DataContext, readContext } from "../context/context.ts";
import { runStages } from "../pipeline.ts";
import { assertStages } from "../report/text.ts";
import type { RunInputs, StageData } from "../stages/definition.ts";
import { isTracked, pullData } from "../stages/pull-data.ts";
import { prepareData, READY_DATA } from "../stages/ready-data.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import { dataOf, type ProjectData } from "./data-folder.ts";
import type { Site } from "./site.ts";

/**
 * Reads the project, and makes its data ready: pulls what DVC tracks, and runs the project's commands that fetch and prepare.
 *
 * @param mayBeEmpty whether there need be nothing of a project, for what is about the data alone
 */
export async function dataContext(site: Site, { source, data }: ProjectData, mayBeEmpty = false): Promise<DataContext> {
  const context = await readContext(source, site, { mayBeEmpty, solves: !mayBeEmpty });
  return readyContext(site, context, await dataOf(context, { source, data }));
}

/** Makes the data of a project ready. */
export async function readyContext(site: Site, context: Context, data: Directory): Promise<DataContext> {
  const inputs = { context, data, tracked: await isTracked({ ...context, data }), dvc: site.dvc };
  const ready = await runStages(Object.values(READY_DATA), inputs);
  assertStages(ready.stages);
  return { ...context, data, ...latestData(ready, inputs) };
}

/** The data after the last of the stages that make them ready; undefined where that one did not pass. */
export function latestData(run: Pick<StagesResult, "value">, inputs: RunInputs): StageData | undefined {
  const planned = Object.values(READY_DATA).filter((stage) => stage.when?.(inputs) ?? true);
  const last = planned.at(-1);
  return last === undefined ? inputsData(inputs) : run.value(last);
}

const inputsData = ({ data }: RunInputs): StageData | undefined => (data === undefined ? undefined : { data });

/** Makes data ready that lie apart from those of the project: nothing is fetched for them. */
export async function preparedApart(context: DataContext): Promise<DataContext> {
  const run = await runStages([prepareData], { context, data: context.data });
  assertStages(run.stages);
  return { ...context, ...run.value(prepareData) };
}

/** Pulls what DVC tracks of the data. */
export async function pull(site: Site, context: Context, data: Directory): Promise<DataContext> {
  const pulled = await runStages([pullData], { context, data, tracked: true, dvc: site.dvc });
  assertStages(pulled.stages);
  return { ...context, data, ...pulled.value(pullData) };
}
