import { type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { DATA, PROGRAMS, RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Runtime } from "../containers/runtime.ts";
import { parseJson } from "../json.ts";
import type { DescribedFile } from "../tables/describe.ts";
import { duckdbContainer } from "../tables/duckdb.ts";
import { readingProblem, unreadPlace } from "../tables/reading.ts";
import { type LinesFound, type LinesWanted, linesOf } from "./examples.ts";

/** What `find_lines.py` writes down. */
export const linesFoundSchema: z.ZodType<LinesFound[]> = z.array(
  z.object({ path: z.string(), lines: z.record(z.string(), z.number()) }),
);

/** Which lines they are; none where the program fails: the numbers of the rows say where they are, too. */
export async function askForLines(
  runtime: Runtime,
  data: Directory,
  wanted: readonly LinesWanted[],
): Promise<{ readonly found: readonly LinesFound[]; readonly run: CommandsResult }> {
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
    shown: "find the lines",
  };
  const run = await runCommands(container, [command], { since: runtime.since });
  const found = run.ok ? parseJson(await run.results.file(answer).contents(), linesFoundSchema, answer) : [];
  return { found, run };
}

/** A folder with what is known of its tables. */
export interface DescribedFolder {
  readonly directory: Directory;
  readonly files: readonly DescribedFile[];
}

/**
 * What is wrong with a table that DuckDB gave up on: which one of the folder, in which line, and why.
 *
 * @param output what DuckDB printed, with paths below the folder
 */
export async function explainUnread(
  runtime: Runtime,
  { directory, files }: DescribedFolder,
  output: string,
): Promise<{ readonly problem: string; readonly runs: readonly CommandsResult[] }> {
  const paths = files.map(({ path }) => path);
  const unread = unreadPlace(output);
  const file = files.find(({ path }) => path === unread?.file);
  if (unread === undefined || file === undefined) return { problem: readingProblem(output, paths), runs: [] };
  const asked = await askForLines(runtime, directory, [linesOf(file, [unread.place - 1], true)]);
  const line = asked.found[0]?.lines[String(unread.place - 1)];
  return { problem: readingProblem(output, paths, line), runs: [asked.run] };
}
