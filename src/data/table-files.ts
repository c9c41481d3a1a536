import type { Directory } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { matchingTables, tabularFiles } from "../tables/files.ts";
import { type DataTable, evaluatedTable, filePatterns, namedTables, type TablesConfig } from "./data-tables.ts";

/** A table and the paths of its files. */
export interface TableFiles {
  readonly table: DataTable;
  readonly paths: readonly string[];
}

export interface FoundTables {
  /** Those that have files; the one without a name first. */
  readonly tables: readonly TableFiles[];
  /** What is wrong with the names. */
  readonly problems: readonly string[];
}

/**
 * Finds the files of each table.
 *
 * @throws UserError when there is no table at all
 */
export async function findTables(data: Directory, config: TablesConfig): Promise<FoundTables> {
  const tables = namedTables(config);
  if (tables.length === 0) {
    return {
      tables: [{ table: { name: undefined, config }, paths: await tabularFiles(data, config.files) }],
      problems: [],
    };
  }
  const [others, ...named] = await Promise.all([
    matchingTables(data, config.files),
    ...tables.map(async (table) => ({
      table,
      paths: await matchingTables(data, filePatterns(table.name, table.config)),
    })),
  ]);
  // Nothing matches any name: the folder may be another one.
  if (others.length === 0 && named.every(({ paths }) => paths.length === 0)) await tabularFiles(data, config.files);
  return assignFiles({ table: { name: undefined, config }, paths: others }, named);
}

/** Gives each file to the table that names it, and what is left to the one without a name. */
export function assignFiles(others: TableFiles, named: readonly TableFiles[]): FoundTables {
  const ownerOf = new Map<string, string>();
  const problems: string[] = [];
  for (const { table, paths } of named) {
    const name = table.name ?? "";
    if (paths.length === 0) {
      problems.push(`data.tables.${name}: no table matches ${filePatterns(name, table.config).join(", ")}`);
    }
    for (const path of paths) {
      const owner = ownerOf.get(path);
      if (owner === undefined) ownerOf.set(path, name);
      else problems.push(`${path} is of two tables, ${owner} and ${name}: say with files which one it is of`);
    }
  }
  const left = others.paths.filter((path) => !ownerOf.has(path));
  const tables = [
    { ...others, paths: left },
    ...named.map(({ table, paths }) => ({ table, paths: paths.filter((path) => ownerOf.get(path) === table.name) })),
  ];
  return { tables: tables.filter(({ paths }) => paths.length > 0), problems };
}

/**
 * The files of the table that the model is about.
 *
 * @throws UserError when there are none
 */
export async function evaluatedFiles(data: Directory, config: TablesConfig): Promise<TableFiles> {
  const table = evaluatedTable(config);
  if (table.name !== undefined) {
    return { table, paths: await tabularFiles(data, filePatterns(table.name, table.config)) };
  }
  const { tables } = await findTables(data, config);
  const found = tables.find((one) => one.table.name === undefined);
  if (found !== undefined) return found;
  throw new UserError(
    `All tables of the data have a name, so data.evaluated-table must say which one the model is about: ${Object.keys(config.tables ?? {}).join(", ")}.`,
    "data-rules",
  );
}
