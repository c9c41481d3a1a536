import type { Directory } from "@dagger.io/dagger";
import { runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import { APP, DATA, RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { type Findings, findingsSchema } from "./findings.ts";

const ANSWER = "project.json";

/**
 * Reads what a project is like: in a container that has Python and nothing else, and without running any of the project's code.
 *
 * @throws UserError when the files cannot be read
 */
export async function readFindings(runtime: Runtime, source: Directory, data?: Directory): Promise<Findings> {
  const base = withProgram(pythonBase(runtime), "read_project.py").withMountedDirectory(APP, source);
  const container = data === undefined ? base : base.withMountedDirectory(DATA, data);
  const args = [
    "python3",
    programPath("read_project.py"),
    APP,
    `${RESULTS}/${ANSWER}`,
    ...(data === undefined ? [] : [DATA]),
  ];
  const run = await runCommands(container, [{ name: "project", args, purpose: "read the project" }], {
    since: runtime.since,
  });
  const failed = run.commands.find(({ exitCode }) => exitCode !== 0);
  if (failed !== undefined)
    throw new UserError(`The project could not be read: ${failed.tail.trim().split("\n").at(-1)}`);
  return parseJson(await run.results.file(ANSWER).contents(), findingsSchema, ANSWER);
}
