import type { Container } from "@dagger.io/dagger";
import type { Command } from "../../containers/commands.ts";
import { pythonBase } from "../../containers/images.ts";
import { DATA, RESULTS } from "../../containers/paths.ts";
import { REQUESTS } from "../../project/contract.ts";
import { duckdbContainer, query } from "../../tables/duckdb.ts";
import { tabularFiles } from "../../tables/files.ts";
import { firstRows } from "../../tables/read.ts";
import { openTable } from "../../tables/table.ts";
import type { MeasurementContext } from "../context.ts";
import { INSTANCES_COMMAND } from "./service.ts";

/** Real instances in a container, for a client of the served model. */
export interface Instances {
  readonly container: Container;
  /** Commands that write the file of instances before the client runs. */
  readonly prepare: readonly Command[];
  /** The file; a JSON list when `rows`, and otherwise one instance a line. */
  readonly file: string;
  readonly rows: boolean;
}

const FILE = `${RESULTS}/instances.json`;

/**
 * Takes the recorded requests if the project has some, or else the first rows of its first table without their label.
 */
export async function withInstances(context: MeasurementContext, most: number): Promise<Instances> {
  const { project, data } = context;
  if (project.recordedRequests) {
    const container = pythonBase(context).withMountedFile(FILE, project.source.file(REQUESTS));
    return { container, prepare: [], file: FILE, rows: false };
  }
  const [table] = await tabularFiles(data, context.config.data.files);
  if (table === undefined) throw new Error("no table, and no error about that");
  const { table: opened } = await openTable(context, {
    ...{ name: "data", directory: data, mount: DATA, paths: [table], dialect: context.config.data },
  });
  const [file] = opened.files;
  if (file === undefined) throw new Error("a table without a file");
  const container = duckdbContainer(context).withMountedDirectory(DATA, data).withWorkdir(DATA);
  const rows = query(INSTANCES_COMMAND, firstRows(file, context.config.data.label, most));
  return { container, prepare: [rows], file: FILE, rows: true };
}
