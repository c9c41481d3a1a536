import { type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { forOwnPrograms } from "../containers/images.ts";
import { DATA, RESULTS } from "../containers/paths.ts";
import type { DataContext } from "../context/context.ts";
import { type DataTable, evaluatedTable } from "../data/data-tables.ts";
import { findTables } from "../data/table-files.ts";
import { UserError } from "../errors.ts";
import { exactPattern } from "../project/left-out.ts";
import { duckdbContainer, parseRows, reasonOf, withScript } from "../tables/duckdb.ts";
import { matchingTables, tabularFiles } from "../tables/files.ts";
import { openTable, type Table, withTables } from "../tables/table.ts";
import { counted } from "../text.ts";
import { type JoinedFiles, joinedFiles, joinProblem, joinScript, sameKind } from "../training/join.ts";
import { compareWindow } from "./compare-window.ts";
import { defineStage, withReadyData } from "./definition.ts";
import { fetchWindow, requireRetraining } from "./fetch-window.ts";
import { pullData } from "./pull-data.ts";
import { fetchData } from "./ready-data.ts";
import type { Outcome } from "./stage.ts";

/** The data that are trained on, and rows of the window that are not. */
export interface JoinedData {
  readonly data: Directory;
  /** As the data, with nothing of their kind but those rows. */
  readonly fresh: Directory;
  readonly rows: JoinedRows;
}

/** How many rows came from where. */
export interface JoinedRows {
  /** Of the data before and after. */
  readonly before: number;
  readonly after: number;
  /** Of the window: those that are trained on, and those that both models are evaluated on. */
  readonly trained: number;
  readonly fresh: number;
}

const countsSchema: z.ZodType<JoinedRows> = z.object({
  before: z.number(),
  after: z.number(),
  trained: z.number(),
  fresh: z.number(),
});

const WINDOW = "/window";
const WORK = "/tmp/joined";

/** Joins the window to the data, as the settings say, and keeps a share of it out of training. */
export const joinWindow = defineStage({
  name: "join window",
  step: "Check",
  page: "retraining",
  needs: { pulled: pullData, fetchedData: fetchData, fetched: fetchWindow, compared: compareWindow },
  async run(inputs, { pulled, fetchedData, fetched: window }): Promise<Outcome<JoinedData>> {
    requireRetraining(inputs);
    if (window === undefined) throw new Error("a window was to be joined without its data");
    const context = forOwnPrograms(withReadyData(inputs, { pulled, fetched: fetchedData }));
    const { join } = context.config.retraining;
    const pairs = joinedFiles(
      await tabularFiles(window, undefined, "window"),
      await matchingTables(context.data),
      context.config.retraining.into,
    );
    const joined: Joined[] = [];
    for (const pair of pairs) joined.push(await joinOne(context, window, pair));
    const evaluated = joined.filter(({ isEvaluated }) => isEvaluated);
    const rows = totalOf(evaluated);
    const runs = joined.flatMap((one) => one.runs);
    const problem = emptySide(rows, evaluated);
    if (problem !== "") return { status: "failed", message: problem, runs };
    const where = evaluated.map(({ target }) => target).join(", ");
    return {
      ...{ status: "passed", runs },
      message: `${counted(rows.trained, "row")} of the window to ${where} (${join}): ${counted(rows.before, "row")} before, ${rows.after} after; ${counted(rows.fresh, "row")} kept out to evaluate on`,
      value: { data: dataWith(context.data, joined), fresh: freshWith(context, joined), rows },
    };
  },
});

/** A file of the data with rows of the window. */
interface Joined {
  readonly target: string;
  /** Whether it is of the table that the model is about: rows of others describe those, and nothing is kept out of them. */
  readonly isEvaluated: boolean;
  /** Files of the data that are of its kind. */
  readonly alike: readonly string[];
  readonly files: { readonly joined: ReturnType<Directory["file"]>; readonly fresh: ReturnType<Directory["file"]> };
  readonly rows: JoinedRows;
  readonly runs: readonly CommandsResult[];
}

async function joinOne(context: DataContext, window: Directory, pair: JoinedFiles): Promise<Joined> {
  const { config } = context;
  const { data: settings, retraining } = config;
  const table = await tableOf(context, pair.target);
  const isEvaluated = table.table.name === evaluatedTable(settings).name;
  const dialect = table.table.config;
  const [data, fresh] = await Promise.all([
    openTable(context, { name: "data", directory: context.data, mount: DATA, paths: table.paths, dialect }),
    openTable(context, { name: "window", directory: window, mount: WINDOW, paths: pair.window, dialect }),
  ]);
  const described = data.table.files.find(({ path }) => path === pair.target);
  if (described === undefined) {
    throw new UserError(
      `${pair.target}, which a window is joined to, is empty: it has not even a header.`,
      "retraining",
    );
  }
  const target: Table = { ...data.table, files: [described] };
  const problem = joinProblem(target, fresh.table, dialect);
  if (problem !== "") throw new UserError(`${problem}.`, "retraining");
  const ending = /\.[^/.]+(\.(gz|zst))?$/i.exec(pair.target)?.[0] ?? "";
  const names = { joined: `joined${ending}`, fresh: `fresh${ending}` };
  const statements = joinScript(
    {
      ...{ data: target, window: fresh.table, join: retraining.join },
      holdout: isEvaluated ? retraining.holdout : 0,
      ...{ maxRows: retraining["max-rows"], dateColumn: retraining["date-column"] },
    },
    { joined: `${WORK}/${names.joined}`, fresh: `${WORK}/${names.fresh}`, counts: `${RESULTS}/counts.json` },
  );
  const mounted = withTables(duckdbContainer(context), [target, fresh.table]);
  const { container, command } = withScript(mounted, "join", statements);
  const run = await runCommands(container, [command], {
    ...{ since: context.since, limits: context.limits, folders: [WORK] },
  });
  if (!run.ok) {
    throw new UserError(
      `The window cannot be joined to ${pair.target}: ${reasonOf(run.commands[0]?.tail ?? "")}`,
      "retraining",
    );
  }
  const [rows] = parseRows(await run.results.file("counts.json").contents(), countsSchema, "counts.json");
  if (rows === undefined) throw new Error("DuckDB joined a window and did not count its rows");
  const written = run.container.directory(WORK);
  return {
    ...{ target: pair.target, isEvaluated, rows, alike: sameKind(data.table.files, described) },
    files: { joined: written.file(names.joined), fresh: written.file(names.fresh) },
    runs: [data.run, fresh.run, run],
  };
}

/** The table of the configuration that a file is of, with all of its files. */
async function tableOf(
  { data, config }: DataContext,
  path: string,
): Promise<{ readonly table: DataTable; readonly paths: readonly string[] }> {
  const { tables } = await findTables(data, config.data);
  return (
    tables.find(({ paths }) => paths.includes(path)) ?? {
      // Rules are held against others alone (data.files).
      table: { name: undefined, config: config.data },
      paths: [path],
    }
  );
}

const totalOf = (joined: readonly Joined[]): JoinedRows =>
  joined.reduce(
    (sum, { rows }) => ({
      before: sum.before + rows.before,
      after: sum.after + rows.after,
      trained: sum.trained + rows.trained,
      fresh: sum.fresh + rows.fresh,
    }),
    { before: 0, after: 0, trained: 0, fresh: 0 },
  );

/** What is lacking to train and to evaluate; empty where nothing is. */
function emptySide({ trained, fresh }: JoinedRows, evaluated: readonly Joined[]): string {
  if (evaluated.length === 0) return "the window has no rows of the table that the model is about";
  if (trained === 0) return "no row of the window is left to train on (retraining.holdout)";
  return fresh === 0 ? "no row of the window is kept out to evaluate both models on (retraining.holdout)" : "";
}

const dataWith = (data: Directory, joined: readonly Joined[]): Directory =>
  joined.reduce((result, { target, files }) => result.withFile(target, files.joined), data);

/** The data with the fresh rows in place of all that are of their kind. */
function freshWith({ data, config }: DataContext, joined: readonly Joined[]): Directory {
  const { "evaluation-file": other } = config.retraining;
  const evaluated = joined.filter(({ isEvaluated }) => isEvaluated);
  if (other !== undefined && evaluated.length > 1) {
    throw new UserError(
      `retraining.evaluation-file names one file, and the window has rows for several: ${evaluated.map(({ target }) => target).join(", ")}.`,
      "retraining",
    );
  }
  const replaced = evaluated.flatMap(({ alike }) => alike);
  const others = dataWith(
    data,
    joined.filter(({ isEvaluated }) => !isEvaluated),
  ).filter({ exclude: replaced.map(exactPattern) });
  return evaluated.reduce((result, { target, files }) => result.withFile(other ?? target, files.fresh), others);
}

/** The data without the fixed test set in them, on which nothing is trained, and that set. */
export async function testDataApart(
  data: Directory,
  folder: string | undefined,
): Promise<{ readonly data: Directory; readonly fixed: Directory | undefined }> {
  if (folder === undefined) return { data, fixed: undefined };
  const fixed = dag.directory().withDirectory(".", data.directory(folder));
  return { data: data.filter({ exclude: [exactPattern(folder)] }), fixed };
}
