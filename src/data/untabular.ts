import type { Directory } from "@dagger.io/dagger";
import type { FileKind, FolderHash } from "../containers/commands.ts";
import { ABOUT_LINKS, isHidden, matchingTables, otherTables, tabularFiles } from "../tables/files.ts";
import { tableFormat } from "../tables/sql.ts";
import { byteText, counted, grouped } from "../text.ts";
import { RULES } from "./rules/list.ts";
import type { DataConfig, TableConfig } from "./settings.ts";

/*
 * Data that are no tables: images, arrays, texts, sound. No rule can be held against them, but what there is can be counted.
 */

/**
 * Whether a folder has data and none of them are tables, so that there is nothing to hold rules against.
 *
 * @param demanded whether somebody demands rules, so that tables must be there
 * @throws UserError when tables must be there, or nothing is
 */
export async function isUntabular(data: Directory, config: DataConfig, demanded: boolean): Promise<boolean> {
  if ((await matchingTables(data)).length > 0) return false;
  const files = dataPaths(await data.glob("**/*"));
  if (files.length > 0 && !demanded && !asksForTables(config)) return true;
  await tabularFiles(data, config.files);
  return false;
}

/**
 * Whether the configuration says something that only tables can keep: a label is a column that each row must have. Limits that have a
 * default say nothing of a project.
 */
export const asksForTables = (config: DataConfig): boolean =>
  config.files !== undefined ||
  config.tables !== undefined ||
  config.label !== undefined ||
  RULES.some(({ key }) => key !== "min-rows" && key !== "finite" && key !== "max-duplicates" && isSet(config[key]));

const isSet = (value: TableConfig[keyof TableConfig]): boolean => value !== undefined;

/** Paths that may be data: no folders, and nothing that is hidden. */
const dataPaths = (paths: readonly string[]): string[] =>
  paths.filter((path) => !path.endsWith("/") && !isHidden(path));

/** What a data folder without tables has: `2 files of 3.4 kB (1 .npy, 1 .png)`. */
export const contentText = ({ files, bytes, kinds }: FolderHash): string =>
  `${counted(files, "file")} of ${byteText(bytes)} (${kindsText(kinds)})`;

/** What to look at in a folder that has files without an ending, to add to a message. */
export const linksText = ({ kinds }: Pick<FolderHash, "kinds">): string =>
  kinds.some(({ suffix }) => suffix === "") ? `. ${ABOUT_LINKS}` : "";

const MAX_KINDS = 6;

function kindsText(kinds: readonly Pick<FileKind, "suffix" | "files">[]): string {
  const shown = kinds
    .slice(0, MAX_KINDS)
    .map(({ suffix, files }) => `${grouped(files)} ${suffix || "without an ending"}`);
  return `${shown.join(", ")}${kinds.length > MAX_KINDS ? ", …" : ""}`;
}

/** Files beside data that are no data. */
const BESIDE = /(^|\/)(readme|license|licence|changelog|makefile)[^/]*$|\.(dvc|md)$/i;

/** The files of a folder that are no tables, counted by their endings: `1,200 .png, 3 .xml`; undefined where there are none. */
export function besideTables(paths: readonly string[]): string | undefined {
  const others = dataPaths(paths).filter((path) => tableFormat(path) === undefined && !BESIDE.test(path));
  const named = new Set(otherTables(paths));
  const counts = new Map<string, number>();
  for (const path of others) {
    if (named.has(path)) continue;
    const suffix = /\.[a-z]\w{0,9}$/i.exec(path)?.[0].toLowerCase() ?? "";
    counts.set(suffix, (counts.get(suffix) ?? 0) + 1);
  }
  const kinds = [...counts].map(([suffix, files]) => ({ suffix, files })).sort((a, b) => b.files - a.files);
  return kinds.length === 0 ? undefined : kindsText(kinds);
}
