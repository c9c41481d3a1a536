import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../../containers/commands.ts";
import { pythonBase } from "../../containers/images.ts";
import { DATA, RESULTS } from "../../containers/paths.ts";
import { evaluatedTable, type TablesConfig } from "../../data/data-tables.ts";
import { evaluatedFiles } from "../../data/table-files.ts";
import { UserError } from "../../errors.ts";
import { RECORD_REQUESTS } from "../../project/serving/requests.ts";
import { columnsOf } from "../../tables/columns.ts";
import { duckdbContainer, query, reasonOf, rowsOf } from "../../tables/duckdb.ts";
import { tabularFiles } from "../../tables/files.ts";
import { readingSettings, selectRows } from "../../tables/read.ts";
import { identifier } from "../../tables/sql.ts";
import { openTable, type Table } from "../../tables/table.ts";
import type { MeasurementContext } from "../context.ts";
import { instancesOf, linesTypes } from "../rows/instance.ts";
import { fileRequests, filesToSend } from "./file-requests.ts";
import { readRequests } from "./replay.ts";

/** Real instances in a container, for a client of the served model. */
export interface Instances {
  readonly container: Container;
  /** The file; a JSON list when `rows`, and otherwise one instance a line. */
  readonly file: string;
  readonly rows: boolean;
  /** The first of them, where it is known. */
  readonly first?: unknown;
}

const FILE = `${RESULTS}/instances.json`;
/** What a column holds is told by so many rows, however few are sent. */
const ROWS_OF_KIND = 200;
const QUERY = "instances";

/**
 * Takes the recorded requests if the project has some, or else the first rows of its data, or of the tables that `serve.requests` names,
 * without their label, read as the rules on data and the comparison with the evaluation read them; or the files that it names.
 *
 * @throws UserError for a line that is no request, and where no table is
 */
export async function withInstances(context: MeasurementContext, most: number): Promise<Instances> {
  const { project, data, config } = context;
  const { requests } = project;
  if ("file" in requests) {
    const recorded = project.source.file(requests.file);
    const [first] = readRequests(requests.file, await recorded.contents());
    const container = pythonBase(context).withMountedFile(FILE, recorded);
    return { container, file: FILE, rows: false, first: first?.instance };
  }
  const files = requests.tables === undefined ? [] : await filesToSend(data, requests.tables);
  if (files.length > 0) {
    const container = pythonBase(context).withMountedFile(FILE, await fileRequests(context, files.slice(0, most)));
    return { container, file: FILE, rows: true };
  }
  const settings = evaluatedTable(config.data).config;
  const { table } = await openTable(context, {
    ...{ name: "data", directory: data, mount: DATA, dialect: settings },
    paths:
      requests.tables === undefined ? await tablesToAsk(data, config.data) : await namedTables(data, requests.tables),
  });
  const instances = await instancesFrom(context, { ...table, files: firstTable(table) }, settings.label);
  return givenInstances(context, instances.slice(0, most));
}

/** @throws UserError where there is no table, with what gives requests in its place */
async function tablesToAsk(data: Directory, config: TablesConfig): Promise<readonly string[]> {
  try {
    return (await evaluatedFiles(data, config)).paths;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `There is nothing to ask the served model for, since no table has rows: ${RECORD_REQUESTS}. ${error.message}`,
      "configuration",
    );
  }
}

/** @throws UserError for what `serve.requests` names and neither the project nor the data has */
async function namedTables(data: Directory, tables: readonly string[]): Promise<string[]> {
  try {
    return await tabularFiles(data, tables);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `serve.requests: the project has no file ${tables.join(", ")}. ${error.message}`,
      "configuration",
    );
  }
}

/** These instances, sent as rows, so that none is taken for a recorded request. */
export function givenInstances(context: MeasurementContext, instances: readonly unknown[]): Instances {
  const file = dag.directory().withNewFile("instances.json", JSON.stringify(instances)).file("instances.json");
  return { container: pythonBase(context).withMountedFile(FILE, file), file: FILE, rows: true, first: instances[0] };
}

/** The first file and those with its columns: the others may be other tables. */
export function firstTable({ files }: Pick<Table, "files">): Table["files"] {
  const namesOf = (file: Table["files"][number] | undefined): string =>
    JSON.stringify(file?.columns.map(({ name }) => name));
  return files.filter((file) => namesOf(file) === namesOf(files[0]));
}

async function instancesFrom(
  context: MeasurementContext,
  { directory, files }: Pick<Table, "directory" | "files">,
  label: string | undefined,
): Promise<readonly unknown[]> {
  const columns = columnsOf(files).filter(({ name }) => name !== label);
  const container = duckdbContainer(context).withMountedDirectory(DATA, directory).withWorkdir(DATA);
  const names = columns.map(({ name }) => identifier(name)).join(", ");
  const rowsOfKind = `${readingSettings(files)}SELECT ${names} FROM (${selectRows(files)}) LIMIT ${ROWS_OF_KIND}`;
  const run = await runCommands(container, [query(QUERY, rowsOfKind)], {
    since: context.since,
    limits: context.limits,
  });
  const problem = (why: string): UserError =>
    new UserError(`No instances could be taken from the data, to ask the served model about: ${why}`);
  if (!run.ok) throw problem(reasonOf(run.commands[0]?.tail ?? ""));
  const rows = await rowsOf(run.results, QUERY, z.record(z.string(), z.unknown()));
  if (rows.length === 0) throw problem(`${files[0]?.path} has no rows`);
  return instancesOf(rows, columns, linesTypes({ files })).map(({ instance }) => instance);
}
