import { runStages } from "../pipeline.ts";
import { assertStages } from "../report/text.ts";
import { externalRules } from "../stages/external-rules.ts";
import { testData } from "../stages/test-data.ts";
import { validateData } from "../stages/validate-data.ts";
import { dataContext } from "./data.ts";
import type { ProjectData } from "./data-folder.ts";
import type { Site } from "./site.ts";

/** Checks the data by all rules and by the project's own tests. */
export async function validateProjectData(site: Site, project: ProjectData): Promise<string> {
  const context = await dataContext(site, project, true);
  const validated = await runStages([validateData, externalRules, testData], { context, data: context.data });
  return assertStages(validated.stages);
}
