import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import type { Command } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import { DATA_TOOLS, PROGRAMS, RESULTS } from "../containers/paths.ts";
import type { Runtime } from "../containers/runtime.ts";
import { withTools } from "../containers/tools.ts";
import { parseJson } from "../json.ts";

/** DuckDB's settings for every query: bounded memory, spilling to the container's own disk. */
const PREAMBLE = "SET memory_limit = '3GB'; SET temp_directory = '/tmp/duckdb'; SET enable_progress_bar = false;";

/** A container with DuckDB's program, and without the project's dependencies, so that queries need not wait for those. */
export const duckdbContainer = (runtime: Runtime): Container => withTools(pythonBase(runtime), DATA_TOOLS, runtime);

/** A command that writes the rows of one query to `NAME.json` among the results. */
export const query = (name: string, sql: string): Command => ({
  name,
  args: ["python3", "-m", "duckdb_cli", "-json", "-c", `${PREAMBLE} ${sql}`],
  env: { PYTHONPATH: DATA_TOOLS },
  save: `${RESULTS}/${name}.json`,
  purpose: `query the tables (${name})`,
  time: "query-seconds",
});

/** A command that runs several statements, which write their results themselves. */
export const script = (name: string, statements: string): Command => ({
  name,
  args: ["python3", "-m", "duckdb_cli", "-bail", "-c", `${PREAMBLE} ${statements}`],
  env: { PYTHONPATH: DATA_TOOLS },
  purpose: `query the tables (${name})`,
  time: "query-seconds",
});

/** As `script`, from a mounted file, because the length of an argument is limited. */
export function withScript(
  container: Container,
  name: string,
  statements: string,
): { container: Container; command: Command } {
  const file = `${name}.sql`;
  const path = `${PROGRAMS}/${file}`;
  return {
    container: container.withMountedFile(
      path,
      dag.directory().withNewFile(file, `${PREAMBLE}\n${statements}\n`).file(file),
    ),
    command: {
      name,
      args: ["python3", "-m", "duckdb_cli", "-bail", "-f", path],
      env: { PYTHONPATH: DATA_TOOLS },
      purpose: `query the tables (${name})`,
      time: "query-seconds",
    },
  };
}

/** The first error message in DuckDB's output, with the location, and without hints and what else was printed. */
export function reasonOf(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const first = lines.findIndex((line) => line.includes("Error:"));
  if (first < 0) return lines.find((line) => line !== "") ?? "DuckDB did not run";
  const end = lines.findIndex(
    (line, index) => index > first && (line === "" || /^(Possible|LINE|The search space|WARNING|┌|\*)/.test(line)),
  );
  return lines
    .slice(first, end < 0 ? first + 4 : end)
    .join("; ")
    .replaceAll(":;", ":");
}

/** Parses the rows that DuckDB wrote to a file. */
export const parseRows = <Row>(text: string, row: z.ZodType<Row>, file: string): Row[] =>
  parseJson(withoutNaN(text), z.array(row), `${file} of DuckDB`);

/** A JSON text with null for NaN and infinity, which DuckDB writes without quotation marks and JSON does not have. */
const withoutNaN = (text: string): string =>
  /NaN|Infinity/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) => (part.startsWith('"') ? part : "null"))
    : text;

/** Reads the rows of a `query`; without rows DuckDB prints nothing. */
export async function rowsOf<Row>(results: Directory, name: string, row: z.ZodType<Row>): Promise<Row[]> {
  const file = `${name}.json`;
  const text = await results.file(file).contents();
  return text.trim() === "" ? [] : parseRows(text, row, file);
}
