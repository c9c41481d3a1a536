import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { isTracked } from "../stages/pull-data.ts";
import { pull } from "./data.ts";
import { dataOf, type ProjectData } from "./data-folder.ts";
import type { Site } from "./site.ts";

/** Pulls what DVC tracks, and gives the data. Fails where nothing is tracked. */
export async function pulledData(site: Site, given: ProjectData): Promise<Directory> {
  const context = await readContext(given.source, site);
  const data = await dataOf(context, given);
  if (await isTracked({ ...context, data })) return (await pull(site, context, data)).data;
  throw new UserError(
    "There is no .dvc file in the data folder or in the project's root: nothing is tracked by DVC.",
    "dvc",
  );
}
