import type { File } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { forOwnPrograms } from "../containers/images.ts";
import { DATA, DATA_TOOLS, RESULTS } from "../containers/paths.ts";
import type { Context, DataContext } from "../context/context.ts";
import { type DataTable, evaluatedTable } from "../data/data-tables.ts";
import { findTables } from "../data/table-files.ts";
import { messageOf, UserError } from "../errors.ts";
import { duckdbContainer, parseRows, reasonOf, withScript } from "../tables/duckdb.ts";
import { openTable, type Table, withTables } from "../tables/table.ts";
import { counted, grouped } from "../text.ts";
import { sampleScript } from "../training/sample.ts";
import { defineStage, type RunInputs, type StageData, withReadyData } from "./definition.ts";
import { inContainer, takesData, together } from "./inputs.ts";
import { READY_DATA } from "./ready-data.ts";
import type { Outcome } from "./stage.ts";

/** Data of which a share of the rows was kept, and how many these are. */
export interface SampledData extends StageData {
  readonly rows: number;
}

const WORK = "/tmp/sampled";

const countsSchema = z.object({ all: z.number(), kept: z.number() });

/** The share of the rows that a run trains and evaluates on; 1 for all of them. */
export const sampleShare = ({ config }: Pick<Context, "config">, isQuick: boolean): number =>
  isQuick ? config.profile.quick.sample : 1;

/** Keeps a share of the rows of the table that the model is about, for a quick run. Tables that describe those rows stay as they are. */
export const sampleData = defineStage({
  name: "sample data",
  step: "Check",
  page: "configuration",
  needs: READY_DATA,
  when: ({ context, training }: RunInputs) => sampleShare(context, training?.isQuick === true) < 1,
  depends: async (inputs) => {
    const { data, profile } = inputs.context.config;
    const { drift: _drift, ...tables } = data;
    const container = inContainer(
      { context: forOwnPrograms(inputs.context) },
      { tools: [DATA_TOOLS], times: ["query-seconds"] },
    );
    return together(container, takesData(inputs), {
      settings: { data: tables, profile: { quick: { sample: profile.quick.sample } } },
    });
  },
  async run(inputs, ready): Promise<Outcome<SampledData>> {
    const context = forOwnPrograms(withReadyData(inputs, ready));
    const share = sampleShare(context, inputs.training?.isQuick === true);
    const sampled: Sampled[] = [];
    const { table, paths } = await sampledTable(context, share);
    for (const path of paths) sampled.push(...(await sampleOne(context, table, path, share)));
    const [kept, all] = [sum(sampled.map((one) => one.kept)), sum(sampled.map((one) => one.all))];
    const runs = sampled.flatMap((one) => one.runs);
    if (kept === 0) {
      return { status: "failed", message: `none of ${counted(all, "row")} is left of ${asWritten(share)}`, runs };
    }
    const data = sampled.reduce((result, { path, file }) => result.withFile(path, file), context.data);
    return {
      ...{ status: "passed", runs },
      message: `${grouped(kept)} of ${counted(all, "row")}, chosen by the hash of each row (${asWritten(share)})`,
      value: { data, dvc: context.dvc, rows: kept },
    };
  },
});

/** The stages that make the data ready that a model is trained and evaluated on. */
export const TRAINING_DATA = { ...READY_DATA, sampled: sampleData } as const;

const asWritten = (share: number): string => `profile.quick.sample = ${share}`;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** @throws UserError for data without a table that the model is about */
async function sampledTable(
  { data, config }: DataContext,
  share: number,
): Promise<{ readonly table: DataTable; readonly paths: readonly string[] }> {
  const wanted = evaluatedTable(config.data);
  const { tables } = await findTables(data, config.data).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${asWritten(share)} is a share of the rows of tables: ${messageOf(error)}`, "configuration");
  });
  const found = tables.find(({ table }) => table.name === wanted.name);
  if (found !== undefined && found.paths.length > 0) return found;
  throw new UserError(
    `${asWritten(share)} is a share of the rows of the table that the model is about, and the data have none: data.evaluated-table names it.`,
    "configuration",
  );
}

/** A file with a share of its rows. */
interface Sampled {
  readonly path: string;
  readonly file: File;
  readonly all: number;
  readonly kept: number;
  readonly runs: readonly CommandsResult[];
}

/** @returns nothing for a file without a header, which has no rows */
async function sampleOne(
  context: DataContext,
  { config: dialect }: DataTable,
  path: string,
  share: number,
): Promise<Sampled[]> {
  const opened = await openTable(context, {
    ...{ name: "data", directory: context.data, mount: DATA, paths: [path], dialect },
  });
  const [described] = opened.table.files;
  if (described === undefined) return [];
  const encoding = dialect.encoding ?? described.encoding ?? "utf-8";
  if (encoding !== "utf-8") {
    throw new UserError(
      `${asWritten(share)}: ${path} is in ${encoding}, and rows are chosen in files in UTF-8 only.`,
      "configuration",
    );
  }
  const table: Table = { ...opened.table, files: [described] };
  const name = `rows${/\.[^/.]+(\.(gz|zst))?$/i.exec(path)?.[0] ?? ""}`;
  const statements = sampleScript(table, share, { rows: `${WORK}/${name}`, counts: `${RESULTS}/counts.json` });
  const { container, command } = withScript(withTables(duckdbContainer(context), [table]), "sample", statements);
  const run = await runCommands(container, [command], {
    ...{ since: context.since, limits: context.limits, folders: [WORK] },
  });
  if (!run.ok) {
    throw new UserError(
      `${asWritten(share)}: the rows of ${path} cannot be chosen: ${reasonOf(run.commands[0]?.tail ?? "")}`,
      "configuration",
    );
  }
  const [counts] = parseRows(await run.results.file("counts.json").contents(), countsSchema, "counts.json");
  if (counts === undefined) throw new Error("DuckDB chose rows and did not count them");
  return [{ path, file: run.container.directory(WORK).file(name), ...counts, runs: [opened.run, run] }];
}
