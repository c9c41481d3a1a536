import type { Container, Directory } from "@dagger.io/dagger";
import type { CommandsResult } from "../containers/commands.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";
import { columnsOf } from "./columns.ts";
import { type DescribedFile, describeTables, type FilesToDescribe } from "./describe.ts";
import { nameConflicts } from "./name-conflicts.ts";
import { readingSettings, selectRows } from "./read.ts";
import { FILE_COLUMN, identifier } from "./sql.ts";

/** The files of a folder as one table, for scripts in a container that has the folder mounted. */
export interface Table {
  /** What the folder is: the argument that it is given by. */
  readonly name: string;
  readonly directory: Directory;
  /** Where scripts find it. */
  readonly mount: string;
  readonly files: readonly DescribedFile[];
}

/** What scripts need to know of a table. */
export interface TableRows {
  /** A SELECT of all rows, with the columns of the data only. */
  readonly rows: string;
  readonly columns: readonly string[];
  /** What a script that reads it must begin with. */
  readonly settings: string;
  /** It is read by column, as often as need be; other formats are better read just once. */
  readonly inPlace: boolean;
}

/** Where the files of a table are, and what is known of their form. */
export interface TableSource extends Omit<Table, "files">, FilesToDescribe {}

/**
 * Describes the files of a table.
 *
 * @throws UserError when one is not what its name says; it names all that are not
 */
export async function openTable(
  runtime: Runtime,
  { paths, dialect, ...table }: TableSource,
): Promise<{ readonly table: Table; readonly run: CommandsResult }> {
  const { files, unreadable, run } = await describeTables(runtime, { directory: table.directory, paths, dialect });
  const failed = run.commands.find((command) => command.exitCode !== 0);
  if (failed !== undefined) throw new UserError(`The ${table.name} could not be described: ${failed.tail}`);
  const refused = [...unreadable, ...nameConflicts(files)];
  if (refused.length > 0) {
    const problems = refused.map(({ path, problem }) => `${path} ${problem}`).join("; ");
    throw new UserError(`The ${table.name} cannot be read: ${problems}`);
  }
  return { table: { ...table, files }, run };
}

/** The container with all of these tables where scripts look for them. */
export const withTables = (container: Container, tables: readonly Table[]): Container =>
  tables.reduce((mounted, { mount, directory }) => mounted.withMountedDirectory(mount, directory), container);

/** How scripts read a table where it is mounted. */
export function tableRows({ mount, files }: Pick<Table, "mount" | "files">): TableRows {
  const mounted = files.map((file) => ({ ...file, path: `${mount}/${file.path}` }));
  return {
    rows: `SELECT * EXCLUDE (${identifier(FILE_COLUMN)}) FROM (${selectRows(mounted)})`,
    columns: columnsOf(files).map(({ name }) => name),
    settings: readingSettings(files),
    inPlace: files.every(({ format }) => format === "parquet"),
  };
}

/** The type that each column has in the files, which of JSON lines is another one than it is read as. */
export const fileTypes = ({ files }: Pick<Table, "files">): Record<string, string> =>
  Object.fromEntries(
    files.flatMap(({ columns }) => columns.flatMap(({ name, type }) => (type === null ? [] : [[name, type]]))),
  );
