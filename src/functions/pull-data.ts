import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { isTracked } from "../stages/pull-data.ts";
import { type ProjectData, pull } from "./data.ts";
import type { Site } from "./site.ts";

/** Pulls what DVC tracks, and gives the data. Fails where nothing is tracked. */
export async function pulledData(site: Site, { source, data }: ProjectData): Promise<Directory> {
  const context = await readContext(source, site);
  if (await isTracked({ ...context, data })) return (await pull(site, context, data)).data;
  throw new UserError(
    "There is no .dvc file in the data folder or in the project's root: nothing is tracked by DVC.",
    "dvc",
  );
}
