import type { Directory } from "@dagger.io/dagger";
import { type Context, type DataContext, readContext } from "../context/context.ts";
import { runStages } from "../pipeline.ts";
import { assertStages } from "../report/text.ts";
import { isTracked, pullData } from "../stages/pull-data.ts";
import type { Site } from "./site.ts";

/** A project and its data, for a function that reads both. */
export interface ProjectData {
  readonly source: Directory;
  readonly data: Directory;
}

/** The context of a function that reads data: what DVC tracks of it is there, and as the commit names it. */
export async function dataContext(site: Site, { source, data }: ProjectData): Promise<DataContext> {
  const context = await readContext(source, site.settings);
  return (await isTracked({ ...context, data })) ? pull(site, context, data) : { ...context, data };
}

/** The data with everything that DVC tracks of it. */
export async function pull(site: Site, context: Context, data: Directory): Promise<DataContext> {
  const pulled = await runStages([pullData], { context, data, tracked: true, dvc: site.dvc });
  assertStages(pulled.stages);
  return { ...context, data, ...pulled.value(pullData) };
}
