import { posix } from "node:path";
import { type Directory, dag, ExistsType } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { DATA_FOLDER, dataPatterns } from "../project/commands/data-folders.ts";
import { isNeverRead } from "../project/not-source.ts";
import { projectFolder } from "../project/repository.ts";
import { isHidden } from "../tables/files.ts";
import { tableFormat } from "../tables/sql.ts";
import { nearest } from "../text.ts";

/** A project, and the data that were given beside it. */
export interface ProjectData {
  readonly source: Directory;
  readonly data?: Directory | undefined;
}

/** What of a context says where the data are. */
export type DataPlace = Pick<Context, "config"> & {
  readonly project: Pick<Context["project"], "dataFolder" | "entryPoints" | "listing" | "repository" | "source">;
};

/**
 * The data of a project: those that were given, or else what is in its folder of data. Where a command of the project or DVC brings them,
 * there need be no such folder.
 *
 * @throws UserError when there is no such folder, or nothing in it
 */
export async function dataOf(context: DataPlace, { source, data }: ProjectData): Promise<Directory> {
  if (data !== undefined) return data;
  const { dataFolder, repository } = context.project;
  const project = projectFolder(source, repository);
  if (dataFolder === ".") return project.filter(dataPatterns(dataFolder));
  if (!(await project.exists(dataFolder, { expectedType: ExistsType.DirectoryType }))) {
    if (await isBrought(context)) return dag.directory();
    throw new UserError(await noFolder(context, project), "your-project");
  }
  const found = project.directory(dataFolder);
  const own = dataFolder === DATA_FOLDER ? found : found.filter(dataPatterns(dataFolder));
  const files = (await own.glob("**/*")).filter((path) => !path.endsWith("/") && !isHidden(path));
  if (files.length > 0 || (await isBrought(context)) || (await own.glob("**/*.dvc")).length > 0) return own;
  throw new UserError(
    `${named(context)} has no files of data. Put them there, name another folder of the project as data.folder, or give one by --data=DIR.`,
    "your-project",
  );
}

/** What is said where data are given although the configuration names a folder: the given ones are taken. */
export const givenInstead = ({ config, project }: DataPlace, { data }: Pick<ProjectData, "data">): string =>
  data === undefined || config.data.folder === undefined
    ? ""
    : `; data: those of --data, in place of ${project.dataFolder}/ (data.folder)`;

/** The folder as a person knows it. */
const named = ({ config, project: { dataFolder } }: DataPlace): string =>
  `${dataFolder}/${config.data.folder === undefined ? "" : " (data.folder)"}`;

/** Whether the data come from elsewhere: by a command of the project, or by DVC. */
async function isBrought({ project: { entryPoints, source } }: DataPlace): Promise<boolean> {
  if (entryPoints.fetch !== undefined || entryPoints.prepare !== undefined) return true;
  return (await source.glob("*.dvc")).some((path) => /[^/]\.dvc$/.test(path));
}

async function noFolder(context: DataPlace, project: Directory): Promise<string> {
  const { dataFolder, listing } = context.project;
  const elsewhere = "Give data that are outside of the source by --data=DIR.";
  if (isNeverRead(dataFolder)) {
    return `${named(context)} is a place that no stage sees, as models/, report/ and .venv/ are: name another folder, or give it by --data=DIR.`;
  }
  if (await project.exists(dataFolder, { expectedType: ExistsType.SymlinkType, doNotFollowSymlinks: true })) {
    return `${named(context)} is a link to a folder outside of the source, which no stage sees. Give that folder by --data=DIR.`;
  }
  if (await project.exists(dataFolder))
    return `${dataFolder}${context.config.data.folder === undefined ? "" : " (data.folder)"} is a file, expected a folder with the data.`;
  const folders = foldersWithTables(listing);
  if (context.config.data.folder === undefined) {
    const [first] = folders;
    const found =
      first === undefined ? "" : ` There are tables in ${folders.slice(0, 3).join(", ")}: data.folder = "${first}".`;
    return `The project has no folder data/, and no setting names another one.${found} ${first === undefined ? "Name it as data.folder. " : ""}${elsewhere}`;
  }
  const close = nearest(dataFolder, [...new Set([...folders, ...foldersIn(listing)])]);
  return `The project has no folder ${dataFolder}, which data.folder names${close === undefined ? "." : `; did you mean ${close}?`} ${elsewhere}`;
}

/** Folders with tables, those with most of them first. */
function foldersWithTables(files: ReadonlySet<string>): string[] {
  const counts = new Map<string, number>();
  for (const path of files) {
    if (tableFormat(path) === undefined || isHidden(path) || /^(tests?|docs?)\//.test(path)) continue;
    const folder = posix.dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([folder]) => folder);
}

const foldersIn = (files: ReadonlySet<string>): string[] => [...files].map((path) => posix.dirname(path));
