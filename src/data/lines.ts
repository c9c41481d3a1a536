import { type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { DATA, DATA_TOOLS, PROGRAMS, RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Runtime } from "../containers/runtime.ts";
import { parseJson } from "../json.ts";
import type { DescribedFile } from "../tables/describe.ts";
import { duckdbContainer } from "../tables/duckdb.ts";
import { csvErrorRecord, readProblem } from "../tables/read-error.ts";
import { type FoundLines, type LineRequest, lineRequest } from "./examples.ts";

/** The answer of `find_lines.py`. */
export const foundLinesSchema: z.ZodType<FoundLines[]> = z.array(
  z.object({ path: z.string(), lines: z.record(z.string(), z.number()) }),
);

/** Finds the lines of rows; none if the program fails, since row numbers also locate them. */
export async function findLines(
  runtime: Runtime,
  data: Directory,
  wanted: readonly LineRequest[],
): Promise<{ readonly found: readonly FoundLines[]; readonly run: CommandsResult }> {
  const program = programPath("find_lines.py");
  const request = `${PROGRAMS}/rows.json`;
  const container = withProgram(duckdbContainer(runtime), "find_lines.py")
    .withMountedDirectory(DATA, data)
    .withMountedFile(request, dag.directory().withNewFile("rows.json", JSON.stringify(wanted)).file("rows.json"))
    .withWorkdir(DATA);
  const answer = "lines.json";
  const command = {
    name: "lines",
    args: ["python3", program, request, `${RESULTS}/${answer}`],
    env: { PYTHONPATH: DATA_TOOLS },
    purpose: "find the lines",
  };
  const run = await runCommands(container, [command], { since: runtime.since, limits: runtime.limits });
  const found = run.ok ? parseJson(await run.results.file(answer).contents(), foundLinesSchema, answer) : [];
  return { found, run };
}

/** A folder and the descriptions of its tables. */
export interface DescribedFolder {
  readonly directory: Directory;
  readonly files: readonly DescribedFile[];
}

/**
 * Explains why DuckDB could not read a table: the file, the line and the reason.
 *
 * @param output DuckDB's output, with paths relative to the folder
 */
export async function explainReadError(
  runtime: Runtime,
  { directory, files }: DescribedFolder,
  output: string,
): Promise<{ readonly problem: string; readonly runs: readonly CommandsResult[] }> {
  const paths = files.map(({ path }) => path);
  const error = csvErrorRecord(output);
  const file = files.find(({ path }) => path === error?.file);
  if (error === undefined || file === undefined) return { problem: readProblem(output, paths), runs: [] };
  const located = await findLines(runtime, directory, [lineRequest(file, [error.record - 1], true)]);
  const line = located.found[0]?.lines[String(error.record - 1)];
  return { problem: readProblem(output, paths, line), runs: [located.run] };
}
