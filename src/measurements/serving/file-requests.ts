import { type Directory, dag, type File } from "@dagger.io/dagger";
import { runCommands } from "../../containers/commands.ts";
import { pythonBase } from "../../containers/images.ts";
import { DATA, RESULTS } from "../../containers/paths.ts";
import { programPath, withProgram } from "../../containers/programs.ts";
import { UserError } from "../../errors.ts";
import { isHidden } from "../../tables/files.ts";
import { tableFormat } from "../../tables/sql.ts";
import type { MeasurementContext } from "../context.ts";

/* Requests that are files, such as images: `{"file": "cat.png", "content": "…"}`, with the content in base64. */

/** Files are sent again and again while a server is measured, so a few of them do, whatever there is. */
const MOST = 50;
const NAME = "requests.json";

/** The files of the data that match patterns, where these are no tables; spread over all of them, since a folder is often one class. */
export async function filesToSend(data: Directory, patterns: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(patterns.map((pattern) => data.glob(pattern)));
  const paths = [...new Set(found.flat())].filter((path) => !path.endsWith("/") && !isHidden(path)).sort();
  if (paths.some((path) => tableFormat(path) !== undefined)) return [];
  const step = Math.max(1, paths.length / MOST);
  return Array.from({ length: Math.min(MOST, paths.length) }, (_, at) => paths[Math.floor(at * step)] as string);
}

/** A JSON list of requests, one for each file. */
export async function fileRequests(context: MeasurementContext, paths: readonly string[]): Promise<File> {
  const folder = paths.reduce((all, path) => all.withFile(path, context.data.file(path)), dag.directory());
  const container = withProgram(pythonBase(context), "file_requests.py").withMountedDirectory(DATA, folder);
  const args = [
    "python3",
    programPath("file_requests.py"),
    `${RESULTS}/${NAME}`,
    ...paths.map((path) => `${DATA}/${path}`),
  ];
  const run = await runCommands(container, [{ name: "requests", args, purpose: "make requests of files" }], {
    since: context.since,
    limits: context.limits,
  });
  if (!run.ok) throw new UserError(`serve.requests: the files cannot be read: ${run.commands[0]?.tail.trim() ?? ""}`);
  return run.results.file(NAME);
}
