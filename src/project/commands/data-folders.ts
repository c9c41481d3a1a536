import { posix } from "node:path";
import type { EntryPoints } from "./entry-point.ts";

/* Where a project's own commands write data, and where later ones find them. */

/** Commands that bring or make data, in the order in which they run. */
export const DATA_COMMANDS = ["fetch", "prepare"] as const;
export type DataCommand = (typeof DATA_COMMANDS)[number];

/** Where in the data the files are that a command writes to a folder of the project; `.` is the top. */
export function placeInData(outputFolder: string | undefined): string {
  const path = outputFolder === undefined ? "data" : posix.normalize(outputFolder).replace(/\/$/, "");
  if (path === "data") return ".";
  return path.startsWith("data/") ? path.slice("data/".length) : path;
}

/** Folders of the project that hold data beside its data folder, once these commands have run. */
export const foldersOfData = (
  { entryPoints }: { readonly entryPoints: EntryPoints },
  commands: readonly DataCommand[] = DATA_COMMANDS,
): string[] =>
  commands.flatMap((name) => {
    const folder = entryPoints[name]?.outputFolder;
    return folder === undefined || /^(\.\/)?data(\/|$)/.test(folder) ? [] : [placeInData(folder)];
  });
