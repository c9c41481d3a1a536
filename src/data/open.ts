import type { Directory } from "@dagger.io/dagger";
import type { CommandsResult } from "../containers/commands.ts";
import type { Runtime } from "../containers/runtime.ts";
import { describeTables } from "../tables/describe.ts";
import { otherTables, tabularFiles } from "../tables/files.ts";
import { nameConflicts } from "../tables/name-conflicts.ts";
import { tableFormat } from "../tables/sql.ts";
import { type DataFiles, patternsOf } from "./plan-inspection.ts";
import type { DataConfig } from "./settings.ts";

/** The tables of the data that could be opened. */
export interface OpenedData {
  readonly subject: DataFiles;
  /** The problems of the others, each with its path. */
  readonly problems: readonly string[];
  /** What may be data and is not looked at, each with the reason. */
  readonly notes: readonly string[];
  readonly run: CommandsResult;
}

/**
 * Finds and describes the tables of a configuration. A table that is only a target of `data.references` is not checked
 * itself, unless `data.files` names it.
 */
export async function openData(runtime: Runtime, data: Directory, config: DataConfig): Promise<OpenedData> {
  const [named, matches] = await Promise.all([tabularFiles(data, config.files), matchesOf(data, patternsOf(config))]);
  const referredTo = new Set(Object.values(config.references ?? {}).flatMap(({ file }) => matches.get(file) ?? []));
  const checked = config.files === undefined ? named.filter((path) => !referredTo.has(path)) : named;
  const paths = [...new Set([...checked, ...referredTo])];
  const { files, unreadable, emptyParts, links, run } = await describeTables(runtime, {
    directory: data,
    paths,
    dialect: config,
  });
  const described = files.filter(({ path }) => checked.includes(path));
  const conflicting = nameConflicts(described);
  return {
    subject: {
      checked: described.filter(({ path }) => !conflicting.some((file) => file.path === path)),
      described: files,
      matches,
    },
    notes: [
      ...emptyParts.map((path) => `${path} (an empty part)`),
      ...links.map(({ path, target }) => `${path} (a link to ${target}, which is not followed)`),
      ...(config.files === undefined ? otherTables(await data.glob("**/*")) : []),
    ],
    problems: [...unreadable, ...conflicting].map(({ path, problem }) => `${path} ${problem}`),
    run,
  };
}

async function matchesOf(data: Directory, patterns: readonly string[]): Promise<Map<string, readonly string[]>> {
  const found = await Promise.all(
    [...new Set(patterns)].map(async (pattern) => {
      const paths = await data.glob(pattern);
      return [pattern, paths.filter((path) => tableFormat(path) !== undefined).sort()] as const;
    }),
  );
  return new Map(found);
}
