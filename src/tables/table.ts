import type { Container, Directory } from "@dagger.io/dagger";
import type { CommandsResult } from "../containers/commands.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";
import { columnsOf } from "./columns.ts";
import { type DescribedFile, describeTables, type FilesToDescribe } from "./describe.ts";
import { nameConflicts } from "./name-conflicts.ts";
import { readingSettings, selectRows } from "./read.ts";
import { FILE_COLUMN, identifier } from "./sql.ts";

/** The files of a folder as one table, for scripts in a container where the folder is mounted. */
export interface Table {
  /** The name of the folder's argument in the public functions, for messages. */
  readonly name: string;
  readonly directory: Directory;
  /** The mount point. */
  readonly mount: string;
  readonly files: readonly DescribedFile[];
  /** Its columns under other names, where they have some; those of the files when absent. */
  readonly named?: readonly NamedColumn[] | undefined;
}

/** A column of a table, and the one of its files that it is. */
export interface NamedColumn {
  readonly name: string;
  readonly from: string;
}

/** How scripts read a table. */
export interface TableRows {
  /** A SELECT of all rows, with the columns of the data only. */
  readonly rows: string;
  readonly columns: readonly string[];
  /** The statements that a script must begin with to read it. */
  readonly settings: string;
  /** Whether it is columnar, and so can be read repeatedly; other formats are better imported once. */
  readonly inPlace: boolean;
}

/** The files of a table, and their configured dialect. */
export interface TableSource extends Omit<Table, "files">, FilesToDescribe {}

/**
 * Describes the files of a table.
 *
 * @throws UserError that names all files which cannot be read
 */
export async function openTable(
  runtime: Runtime,
  { paths, dialect, ...table }: TableSource,
): Promise<{ readonly table: Table; readonly run: CommandsResult }> {
  const { files, unreadable, directory, run } = await describeTables(runtime, {
    ...{ directory: table.directory, paths, dialect },
  });
  const failed = run.commands.find((command) => command.exitCode !== 0);
  if (failed !== undefined) throw new UserError(`The ${table.name} could not be described: ${failed.tail}`);
  const refused = [...unreadable, ...nameConflicts(files)];
  if (refused.length > 0) {
    const problems = refused.map(({ path, problem }) => `${path} ${problem}`).join("; ");
    throw new UserError(`The ${table.name} cannot be read: ${problems}`);
  }
  return { table: { ...table, directory, files }, run };
}

/** Mounts tables where scripts look for them. */
export const withTables = (container: Container, tables: readonly Table[]): Container =>
  tables.reduce((mounted, { mount, directory }) => mounted.withMountedDirectory(mount, directory), container);

/** How scripts read a mounted table. */
export function tableRows({ mount, files, named }: Pick<Table, "mount" | "files" | "named">): TableRows {
  const mounted = files.map((file) => ({ ...file, path: `${mount}/${file.path}` }));
  const selected =
    named === undefined
      ? `* EXCLUDE (${identifier(FILE_COLUMN)})`
      : named.map(({ name, from }) => `${identifier(from)} AS ${identifier(name)}`).join(", ");
  return {
    rows: `SELECT ${selected} FROM (${selectRows(mounted)})`,
    columns: (named ?? columnsOf(files)).map(({ name }) => name),
    settings: readingSettings(files),
    inPlace: files.every(({ format }) => format === "parquet"),
  };
}

/** The types of the columns in the files; JSON lines are read as text whatever these are. */
export function fileTypes({ files, named }: Pick<Table, "files" | "named">): Record<string, string> {
  const types = new Map(
    files.flatMap(({ columns }) => columns.flatMap(({ name, type }) => (type === null ? [] : [[name, type] as const]))),
  );
  if (named === undefined) return Object.fromEntries(types);
  return Object.fromEntries(
    named.flatMap(({ name, from }) => {
      const type = types.get(from);
      return type === undefined ? [] : [[name, type]];
    }),
  );
}
