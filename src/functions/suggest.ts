import { loadConfig } from "../context/load.ts";
import { suggestRules } from "../data/suggest/suggest.ts";
import { dataContext, type ProjectData } from "./data.ts";
import type { Site } from "./site.ts";

/** A table of rules that the data keep, for the file that the project's configuration is in. */
export async function suggestProjectRules(site: Site, project: ProjectData): Promise<string> {
  const context = await dataContext(site, project, true);
  const { project: layout, config, data } = context;
  const inputs = {
    ...{ data, config: config.data, task: config.evaluation.task },
    parse: (toml: string) => loadConfig({ mlPipeline: toml }).data,
  };
  return suggestRules(context, inputs, layout.files.mlPipeline === undefined ? "tool.ml-pipeline.data" : "data");
}
