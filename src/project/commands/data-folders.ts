import { posix } from "node:path";
import { name } from "../../config/forms.ts";
import type { EntryPoints } from "./entry-point.ts";

/* Where a project has its data, where its own commands write more of them, and where later ones find those. */

/** Where data are that nobody said anything of. */
export const DATA_FOLDER = "data";

/** A folder of the project, as its settings name it; `.` is the project's own. */
export const dataFolderSetting = name.refine((folder) => !/^(\/|\.\.(\/|$))/.test(plainFolder(folder)), {
  error: "expected a folder of the project, such as datasets; data that are elsewhere are given by --data=DIR",
});

/** Where the data of a project are, as a path. */
export const dataFolderOf = ({ folder = DATA_FOLDER }: { readonly folder?: string | undefined }): string =>
  plainFolder(folder);

/** The folder that the settings name; undefined where they name none. */
export const configuredFolder = ({
  data,
}: {
  readonly data: { readonly folder?: string | undefined };
}): string | undefined => (data.folder === undefined ? undefined : dataFolderOf(data));

function plainFolder(folder: string): string {
  return posix.normalize(folder).replace(/(?<=.)\/$/, "");
}

/** Commands that bring or make data, in the order in which they run. */
export const DATA_COMMANDS = ["fetch", "prepare"] as const;
export type DataCommand = (typeof DATA_COMMANDS)[number];

/**
 * Where in the data the files are that a command writes to a folder of the project; `.` is the top.
 *
 * @param dataFolder the project's folder of data
 */
export function placeInData(outputFolder: string | undefined, dataFolder: string): string {
  const path = outputFolder === undefined ? dataFolder : plainFolder(outputFolder);
  if (path === dataFolder) return ".";
  return path.startsWith(`${dataFolder}/`) ? path.slice(dataFolder.length + 1) : path;
}

/** Where a project's data are, and what brings more. */
export interface DataPlaces {
  readonly dataFolder: string;
  readonly entryPoints: EntryPoints;
}

/** Folders of the project that hold data beside its data folder, once these commands have run. */
export const foldersOfData = (
  { dataFolder, entryPoints }: DataPlaces,
  commands: readonly DataCommand[] = DATA_COMMANDS,
): string[] =>
  commands.flatMap((name) => {
    const folder = entryPoints[name]?.outputFolder;
    if (folder === undefined) return [];
    const place = placeInData(folder, dataFolder);
    // What is in the data folder is found there.
    return place === plainFolder(folder) && place !== "." ? [place] : [];
  });

/** What a table is called, as patterns: those of a folder that has code as well are its data. */
const TABLES = ["*.csv", "*.tsv", "*.jsonl", "*.ndjson", "*.parquet"];

/** Whether a folder of data is a package of the project too. */
export const holdsCode = (pythonFiles: readonly string[], folder: string): boolean =>
  folder === "." || pythonFiles.some((path) => path.startsWith(`${folder}/`));

/** What of a folder is data, as patterns: all of it, but for code; of the project's own folder, the tables at its top. */
export const dataPatterns = (folder: string): { readonly include?: string[]; readonly exclude?: string[] } =>
  folder === "." ? { include: TABLES } : { exclude: ["**/*.py", "**/__pycache__"] };

/**
 * What of the project is data and no code, as paths and patterns of the project. Of a folder that has code, only tables are: other
 * files may be the code's, and stay in both.
 */
export function notCode(pythonFiles: readonly string[], folder: string, quoted: (path: string) => string): string[] {
  // The tables of the project's own folder are where its code finds them.
  if (folder === ".") return [];
  return holdsCode(pythonFiles, folder) ? TABLES.map((name) => `${quoted(folder)}/**/${name}`) : [quoted(folder)];
}
