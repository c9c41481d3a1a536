import type { Directory } from "@dagger.io/dagger";
import { written } from "../adopt/adopt.ts";
import { diagnose, READER, unreadable } from "../adopt/diagnose.ts";
import { dataOf, type Findings } from "../adopt/findings.ts";
import { planOf } from "../adopt/plan.ts";
import { readFindings } from "../adopt/read.ts";
import { isProblem, missing, type Remark, remarksText } from "../adopt/remark.ts";
import { REQUIREMENTS, requirementsFor } from "../adopt/requirements.ts";
import { settingsFor } from "../adopt/settings.ts";
import { stubsOf } from "../adopt/stubs/stubs.ts";
import { type Context, readContext } from "../context/context.ts";
import type { ConfigFiles } from "../context/load.ts";
import { findTables, type TableFiles } from "../data/table-files.ts";
import { UserError } from "../errors.ts";
import { gitIgnoredPaths, readLayout } from "../project/project.ts";
import { projectFolder } from "../project/repository.ts";
import { counted } from "../text.ts";
import type { AdoptionRequest } from "./init.ts";
import type { Site } from "./site.ts";

/**
 * Everything that is missing, ignored or skipped in a project, in one go.
 *
 * @throws UserError with all of it, when something is missing
 */
export async function examineProject(site: Site, { source, data }: Omit<AdoptionRequest, "label">): Promise<string> {
  const runtime = { settings: site.settings, python: READER, since: Date.now() };
  const layout = await readLayout(source, site.root);
  const [context, read, ignored] = await Promise.all([
    readContext(source, site, { solves: false }).catch((error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    }),
    readFindings(runtime, projectFolder(source, layout.repository), data),
    gitIgnoredPaths(layout),
  ]);
  const findings = { ...read, ignored };
  const remarks: readonly Remark[] =
    context instanceof UserError
      ? [missing(context.message), ...unreadable(findings, READER)]
      : diagnose(
          context,
          findings,
          await checkedTables(projectFolder(source, layout.repository), context, findings, data),
        );
  const proposed = context instanceof UserError ? [] : proposals(layout.files, findings);
  const advice = proposed.length === 0 ? "" : `\n\`ml-pipeline init\` would write ${proposed.join(", ")}.`;
  const text = `${remarksText(remarks)}${advice}`;
  const problems = remarks.filter(isProblem).length;
  if (problems === 0) return `${text}\nNothing is missing.`;
  throw new UserError(
    `${counted(problems, "thing")} ${problems === 1 ? "is" : "are"} in the way.\n${text}`,
    "your-project",
  );
}

/** The tables that a run would check, with the files of each; none where there are none. */
async function checkedTables(
  project: Directory,
  { config }: Context,
  findings: Findings,
  data: Directory | undefined,
): Promise<readonly TableFiles[]> {
  const found = dataOf(findings);
  if (found === undefined || found.tables.length === 0) return [];
  const folder = data ?? (found.folder === "." ? project : project.directory(found.folder));
  return findTables(folder, config.data).then(
    ({ tables }) => tables,
    (error: unknown) => {
      if (error instanceof UserError) return [];
      throw error;
    },
  );
}

function proposals(files: ConfigFiles, findings: Findings): string[] {
  const plan = planOf(findings, written(files).value);
  return [
    ...settingsFor(plan).flatMap(({ path, open }) => (open === true ? [] : [path.join(".")])),
    ...stubsOf(plan).map(({ path }) => path),
    ...(requirementsFor(plan, files.pyproject) === undefined ? [] : [REQUIREMENTS]),
  ];
}
