import type { Directory } from "@dagger.io/dagger";
import { written } from "../adopt/adopt.ts";
import { checkDvc } from "../adopt/check-dvc.ts";
import { checkMarks, checkPointers } from "../adopt/check-files.ts";
import { checkLint } from "../adopt/check-lint.ts";
import { checkStubs } from "../adopt/check-stubs.ts";
import { diagnose, isWorkflow, programsOf, READER, unreadable } from "../adopt/diagnose.ts";
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
import { seePages, UserError } from "../errors.ts";
import { configuredFolder } from "../project/commands/data-folders.ts";
import { readLayout } from "../project/project.ts";
import { NoPython } from "../project/python/version.ts";
import { projectFolder } from "../project/repository.ts";
import { counted } from "../text.ts";
import type { AdoptionRequest } from "./init.ts";
import { gateRemarks } from "./power.ts";
import type { Site } from "./site.ts";

/**
 * Everything that is missing, ignored or skipped in a project, in one go.
 *
 * @throws UserError with all of it, when something is missing
 */
export async function examineProject(
  site: Site,
  { source, data, history }: Omit<AdoptionRequest, "label" | "ci"> & { readonly history?: Directory | undefined },
): Promise<string> {
  const runtime = { settings: site.settings, python: READER, since: Date.now() };
  const layout = await readLayout(source, site.root);
  const { context, problems: before } = await understand(site, source);
  const folder = context === undefined ? undefined : configuredFolder(context.config);
  const findings = await readFindings(runtime, { source, layout, data, folder });
  const project = projectFolder(source, layout.repository);
  const canPull = site.dvc.config !== undefined || site.dvc.storage !== undefined;
  const remarks: readonly Remark[] = [
    ...before,
    ...checkMarks(findings),
    ...checkPointers(findings),
    ...checkDvc(findings, canPull),
    ...(context === undefined
      ? unreadable(findings, READER)
      : diagnose(
          context,
          { ...findings, files: await ofOthers(project, findings) },
          await checkedTables(project, context, findings, data),
        )),
    ...(context === undefined ? [] : checkLint(context)),
    ...(context === undefined ? [] : checkStubs(await programTexts(project, context, findings))),
    ...(context === undefined ? [] : await gateRemarks(site, context, history)),
  ];
  const proposed = context === undefined ? [] : proposals(layout.files, findings);
  const advice = proposed.length === 0 ? "" : `\n\`ml-pipeline init\` would write ${proposed.join(", ")}.`;
  const text = `${remarksText(remarks)}${advice}`;
  const problems = remarks.filter(isProblem).length;
  if (problems === 0) return `${text}\nNothing is missing.`;
  throw new UserError(
    `${counted(problems, "thing")} ${problems === 1 ? "is" : "are"} in the way.\n${text}`,
    "your-project",
  );
}

/** Files but for those by which a CI system calls this very pipeline. */
async function ofOthers(project: Directory, { files }: Findings): Promise<string[]> {
  const calls = async (path: string): Promise<boolean> =>
    isWorkflow(path) && (await project.exists(path)) && /\bml-pipeline\b/.test(await project.file(path).contents());
  const ours = await Promise.all(files.map(calls));
  return files.filter((_path, index) => ours[index] !== true);
}

/** The texts of the programs that the project's commands name. */
async function programTexts(
  project: Directory,
  context: Context,
  findings: Findings,
): Promise<Readonly<Record<string, string>>> {
  const paths = [...new Set(programsOf(context.project, findings).map(({ script }) => script.path))];
  const read = paths.map(async (path) => [path, await project.file(path).contents()] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** A project as the pipeline understands it, and what is in the way of that. */
interface Known {
  readonly context?: Context;
  readonly problems: readonly Remark[];
}

/** A Python that cannot be had hides nothing else. */
async function understand(site: Site, source: Directory): Promise<Known> {
  const options = { solves: false, asksImage: true };
  try {
    const context = await readContext(source, site, options);
    return { context, problems: context.lacking === undefined ? [] : [missing(context.lacking)] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const problems = [missing(error.message.replace(OWN_PAGE, ""))];
    if (!(error instanceof NoPython)) return { problems };
    const context = await readContext(source, site, { solves: false, python: { version: READER, by: "" } });
    return { context: { ...context, lacking: error.message }, problems };
  }
}

/** The page that the last line names. */
const OWN_PAGE = `\n${seePages(["your-project"])}`;

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
