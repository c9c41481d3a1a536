import type { Directory } from "@dagger.io/dagger";
import type { CommandsResult } from "../containers/commands.ts";
import type { Runtime } from "../containers/runtime.ts";
import { type CsvDialect, type Described, describeTables, dialectOf } from "../tables/describe.ts";
import { otherTables } from "../tables/files.ts";
import { nameConflicts } from "../tables/name-conflicts.ts";
import { tableFormat } from "../tables/sql.ts";
import type { DataTable, TablesConfig } from "./data-tables.ts";
import { type DataFiles, patternsOf } from "./plan-inspection.ts";
import { findTables, type TableFiles } from "./table-files.ts";
import { besideTables } from "./untabular.ts";

/** A table that is to be checked. */
export interface OpenedTable {
  readonly table: DataTable;
  readonly subject: DataFiles;
}

/** The tables of the data that could be opened. */
export interface OpenedData {
  /** The data as they are read: with copies in UTF-8 of files that cannot be read otherwise. */
  readonly data: Directory;
  readonly tables: readonly OpenedTable[];
  /** The problems of the others, each with its path. */
  readonly problems: readonly string[];
  /** What may be data and is not looked at, each with the reason. */
  readonly notes: readonly string[];
  readonly runs: readonly CommandsResult[];
}

/**
 * Finds and describes the tables of a configuration. A file that is only a target of `data.references` is not checked itself,
 * unless `data.files` or a table names it.
 */
export async function openData(runtime: Runtime, data: Directory, config: TablesConfig): Promise<OpenedData> {
  const { tables, problems } = await findTables(data, config);
  const matches = await matchesOf(
    data,
    tables.flatMap(({ table }) => patternsOf(table.config)),
  );
  const targetsOf = ({ table }: TableFiles): string[] =>
    Object.values(table.config.references ?? {}).flatMap(({ file }) => matches.get(file) ?? []);
  const referredTo = new Set(tables.flatMap(targetsOf));
  const checked = tables.map(({ table, paths }) => ({
    table,
    targets: targetsOf({ table, paths }),
    paths:
      table.name === undefined && config.files === undefined ? paths.filter((path) => !referredTo.has(path)) : paths,
  }));
  // A file is read as its own table says, and one that is only referred to as the table says that refers to it.
  const dialects = new Map([
    ...checked.flatMap(({ table, targets }) => targets.map((path): [string, CsvDialect] => [path, table.config])),
    ...checked.flatMap(({ table, paths }) => paths.map((path): [string, CsvDialect] => [path, table.config])),
  ]);
  const answers = await describeAll(runtime, data, dialects);
  const files = answers.flatMap((one) => one.files);
  const opened = checked.map(({ table, paths, targets }) => {
    const [names, needed] = [new Set(paths), new Set([...paths, ...targets])];
    const own = files.filter(({ path }) => names.has(path));
    return { table, own, described: files.filter(({ path }) => needed.has(path)), conflicts: nameConflicts(own) };
  });
  const conflicting = opened.flatMap(({ conflicts }) => conflicts);
  return {
    data: answers.reduce(
      (read, { directory }) => (directory === data ? read : read.withDirectory(".", directory)),
      data,
    ),
    tables: opened
      .map(({ table, own, described, conflicts }) => ({
        table,
        subject: {
          checked: own.filter(({ path }) => !conflicts.some((file) => file.path === path)),
          described,
          matches,
        },
      }))
      .filter(({ subject }) => subject.checked.length > 0),
    notes: [
      ...answers.flatMap(({ emptyParts }) => emptyParts.map((path) => `${path} (an empty part)`)),
      ...(answers[0]?.links ?? []).map(({ path, target }) => `${path} (a link to ${target}, which is not followed)`),
      ...(config.files === undefined ? unseen(await data.glob("**/*")) : []),
    ],
    problems: [
      ...problems,
      ...[...answers.flatMap(({ unreadable }) => unreadable), ...conflicting].map(
        ({ path, problem }) => `${path} ${problem}`,
      ),
    ],
    runs: answers.map(({ run }) => run),
  };
}

/** What may be data and no rule looks at: names of what looks like a table, and the number of the others. */
function unseen(paths: readonly string[]): string[] {
  const beside = besideTables(paths);
  return [...otherTables(paths), ...(beside === undefined ? [] : [`${beside} (no tables)`])];
}

/** Describes the files, those of one dialect together. */
async function describeAll(
  runtime: Runtime,
  directory: Directory,
  dialects: ReadonlyMap<string, CsvDialect>,
): Promise<Described[]> {
  const groups = new Map<string, { readonly dialect: CsvDialect; readonly paths: string[] }>();
  for (const [path, settings] of dialects) {
    const dialect = dialectOf(settings);
    const key = JSON.stringify(dialect);
    const group = groups.get(key) ?? { dialect, paths: [] };
    group.paths.push(path);
    groups.set(key, group);
  }
  return Promise.all([...groups.values()].map((group) => describeTables(runtime, { directory, ...group })));
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
