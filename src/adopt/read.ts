import type { Directory } from "@dagger.io/dagger";
import { runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import { APP, DATA, DATA_TOOLS, RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { gitIgnoredPaths, type Layout } from "../project/project.ts";
import { projectFolder } from "../project/repository.ts";
import { duckdbContainer } from "../tables/duckdb.ts";
import { type Findings, findingsSchema } from "./findings.ts";

const ANSWER = "project.json";
const PARQUET = "**/*.parquet";

/** A project that is read, with all that was given of it. */
export interface GivenProject {
  readonly source: Directory;
  readonly layout: Layout;
  readonly data?: Directory | undefined;
  /** The folder of data that its settings name. */
  readonly folder?: string | undefined;
}

/**
 * Reads what a project is like, and what git ignores of it.
 *
 * @throws UserError when the files cannot be read
 */
export async function readFindings(
  runtime: Runtime,
  { source, layout, data, folder }: GivenProject,
): Promise<Findings> {
  const [read, ignored] = await Promise.all([
    readFiles(runtime, projectFolder(source, layout.repository), { data, folder }),
    gitIgnoredPaths(layout),
  ]);
  return { ...read, ignored };
}

/** In a container that has Python and nothing else, and without running any of the project's code. */
async function readFiles(
  runtime: Runtime,
  source: Directory,
  { data, folder = "" }: Pick<GivenProject, "data" | "folder">,
): Promise<Findings> {
  const folders = data === undefined ? [source] : [source, data];
  const found = await Promise.all(folders.map((one) => one.glob(PARQUET)));
  // Nothing is installed for projects without Parquet, which Python cannot read by itself.
  const python = found.some((paths) => paths.length > 0) ? duckdbContainer(runtime) : pythonBase(runtime);
  const base = withProgram(python, "read_project.py").withMountedDirectory(APP, source);
  const container = data === undefined ? base : base.withMountedDirectory(DATA, data);
  const args = [
    "python3",
    programPath("read_project.py"),
    APP,
    `${RESULTS}/${ANSWER}`,
    data === undefined ? "" : DATA,
    folder,
  ];
  const run = await runCommands(
    container,
    [{ name: "project", args, env: { PYTHONPATH: DATA_TOOLS }, purpose: "read the project" }],
    {
      since: runtime.since,
    },
  );
  const failed = run.commands.find(({ exitCode }) => exitCode !== 0);
  if (failed !== undefined)
    throw new UserError(`The project could not be read: ${failed.tail.trim().split("\n").at(-1)}`);
  return parseJson(await run.results.file(ANSWER).contents(), findingsSchema, ANSWER);
}
