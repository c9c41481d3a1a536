import { loadConfig } from "../context/load.ts";
import { hasTable, replacesTable } from "../data/suggest/header.ts";
import { suggestRules } from "../data/suggest/suggest.ts";
import { dataContext } from "./data.ts";
import type { ProjectData } from "./data-folder.ts";
import type { Site } from "./site.ts";

/** A table of rules that the data keep, for the file that the project's configuration is in. */
export async function suggestProjectRules(site: Site, project: ProjectData): Promise<string> {
  const context = await dataContext(site, project, true);
  const { project: layout, config, data } = context;
  const inputs = {
    ...{ data, config: config.data, task: config.evaluation.task },
    parse: (toml: string) => loadConfig({ mlPipeline: toml }).data,
  };
  const { pyproject, mlPipeline } = layout.files;
  const [table, file, text] =
    mlPipeline === undefined
      ? ["tool.ml-pipeline.data", "pyproject.toml", pyproject ?? ""]
      : ["data", "ml-pipeline.toml", mlPipeline];
  const suggested = await suggestRules(context, inputs, table);
  // Of data that are no table nothing is suggested.
  return hasTable(text, table) && hasTable(suggested, table) ? replacesTable(table, file) + suggested : suggested;
}
