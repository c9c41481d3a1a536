import { posix } from "node:path";
import { APP, DATA } from "../containers/paths.ts";
import type { Context } from "../context/context.ts";
import type { Outcome } from "./stage.ts";

/** What a stage sees of the project's data. */
export interface SeenData {
  /** Whether it sees any. */
  readonly data: boolean;
  /** What gives them to it, to add to a message. */
  readonly setting?: string;
}

/** Adds to a failure that a file is missing which the project has, and what gives it to the stage. */
export async function withMissingFile<T>(
  outcome: Outcome<T>,
  { project }: Pick<Context, "project">,
  seen: SeenData,
): Promise<Outcome<T>> {
  if (outcome.status !== "failed") return outcome;
  const missing = missingFiles(`${outcome.message}\n${outcome.output ?? ""}`);
  for (const path of missing) {
    const why = await reasonOf(path, project, seen);
    if (why !== undefined) return { ...outcome, message: `${outcome.message}; ${why}` };
  }
  return outcome;
}

/** The files of the project that an output says are not there, by their paths in it. */
export function missingFiles(output: string): string[] {
  const found = [...output.matchAll(/No such file or directory: ['"]([^'"\n]+)['"]/g)].flatMap(([, path = ""]) => {
    const inApp = posix.normalize(path.startsWith("/") ? posix.relative(APP, path) : path);
    return inApp.startsWith("..") || inApp === "."
      ? path.startsWith(`${DATA}/`)
        ? [posix.relative("/", path)]
        : []
      : [inApp];
  });
  return [...new Set(found)].slice(0, 5);
}

async function reasonOf(
  path: string,
  { dataFolder, source, leftOut }: Context["project"],
  { data, setting }: SeenData,
): Promise<string | undefined> {
  const folders = [dataFolder, posix.relative("/", DATA)].map((folder) => `${folder}/`);
  const folder = folders.find((one) => path.startsWith(one));
  if (folder !== undefined) {
    if (data) return `there is no ${path.slice(folder.length)} in the data, which are at ${DATA} and in ${dataFolder}/`;
    return `this stage sees no data${setting === undefined ? "" : `: ${setting} gives it to them`}`;
  }
  if (leftOut[".gitignore"].includes(path))
    return `.gitignore keeps ${path} out: image.include = [${JSON.stringify(path)}] takes it back`;
  return (await source.exists(path))
    ? `the project has ${path}, and this stage does not get it: source.include = [${JSON.stringify(path)}] gives it to all stages`
    : undefined;
}
