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

/** Reads the project, and pulls what DVC tracks of its data. */
export async function dataContext(site: Site, { source, data }: ProjectData): Promise<DataContext> {
  const context = await readContext(source, site);
  return (await isTracked({ ...context, data })) ? pull(site, context, data) : { ...context, data };
}

/** Pulls what DVC tracks of the data. */
export async function pull(site: Site, context: Context, data: Directory): Promise<DataContext> {
  const pulled = await runStages([pullData], { context, data, tracked: true, dvc: site.dvc });
  assertStages(pulled.stages);
  return { ...context, data, ...pulled.value(pullData) };
}
