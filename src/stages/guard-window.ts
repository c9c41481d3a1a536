import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { forOwnPrograms } from "../containers/images.ts";
import { DATA, REFERENCE, RESULTS } from "../containers/paths.ts";
import type { DataContext } from "../context/context.ts";
import { evaluatedTable } from "../data/data-tables.ts";
import { findTables } from "../data/table-files.ts";
import { UserError } from "../errors.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { duckdbContainer, parseRows, reasonOf, withScript } from "../tables/duckdb.ts";
import { openTable, type Table, withTables } from "../tables/table.ts";
import { GUARD_FILES, type GuardFile, guardScript } from "../training/guard-sql.ts";
import {
  type ColumnPower,
  clock,
  coolDown,
  type DatedRows,
  leak,
  type Overlap,
  overlap,
  sameWindow,
} from "../training/guards.ts";
import { defineStage, type RetrainingInputs, withReadyData } from "./definition.ts";
import { fetchWindow, requireRetraining } from "./fetch-window.ts";
import { pullData } from "./pull-data.ts";
import { fetchData } from "./ready-data.ts";
import type { Outcome } from "./stage.ts";
import { validateWindow } from "./validate-window.ts";

const WINDOW = "/window";

const sizes = z.object({ rows: z.number(), inTest: z.number() });
const overlapSchema: z.ZodType<Overlap> = z.object({ window: sizes, data: sizes });
const clockSchema: z.ZodType<Omit<DatedRows, "column">> = z.object({
  rows: z.number(),
  undated: z.number(),
  before: z.number(),
  after: z.number(),
  first: z.string().nullable(),
  last: z.string().nullable(),
});
const powerSchema: z.ZodType<ColumnPower> = z.object({
  column: z.string(),
  window: z.number(),
  data: z.number().nullable(),
});

/** Looks for what would make a retraining do harm, before anything is trained. All that is found is told. */
export const guardWindow = defineStage({
  name: "guard window",
  step: "Check",
  page: "retraining",
  needs: { pulled: pullData, fetchedData: fetchData, fetched: fetchWindow, validated: validateWindow },
  async run(inputs, { pulled, fetchedData, fetched }): Promise<Outcome<{ readonly sha256: string }>> {
    const asked = requireRetraining(inputs);
    const { window, earlier, isManual } = asked;
    if (fetched === undefined) throw new Error("a window was to be guarded without its data");
    const context = forOwnPrograms(withReadyData(inputs, { pulled, fetched: fetchedData }));
    const { retraining: settings } = context.config;
    const { data } = await fingerprint(context, { data: fetched });
    const times = {
      ...{ window: { ...window, sha256: data.sha256 }, isManual, coolDown: settings["cool-down"] },
      now: new Date(context.since),
    };
    const counted = await countFor(context, fetched, asked);
    const dated = counted.clock === undefined ? undefined : { column: settings["date-column"] ?? "", ...counted.clock };
    const problems = [
      sameWindow(earlier, times),
      coolDown(earlier, times),
      // Where no date can be read at all the column has numbers that grow with time.
      dated === undefined || dated.first === null ? "" : clock(dated, window),
      counted.overlap === undefined ? "" : overlap(counted.overlap, settings["max-test-overlap"]),
      leak(counted.powers ?? []),
    ].filter(Boolean);
    const { runs } = counted;
    if (problems.length > 0) return { status: "failed", message: problems.join("; "), runs };
    const found = [
      `${earlier.length === 0 ? "no earlier retrainings are known (--history)" : `not trained on before by ${earlier.length} known`}`,
      ...(counted.clock === undefined ? [] : ["rows of its days"]),
      ...(counted.overlap === undefined ? ["no fixed test set to overlap with"] : ["apart from the fixed test set"]),
      ...(counted.powers === undefined ? [] : ["no leaked label"]),
    ];
    return { status: "passed", message: found.join(", "), runs, value: { sha256: data.sha256 } };
  },
});

interface GuardCounts {
  readonly clock?: Omit<DatedRows, "column"> | undefined;
  readonly overlap?: Overlap | undefined;
  readonly powers?: readonly ColumnPower[] | undefined;
  readonly runs: readonly CommandsResult[];
}

/** Counts what the guards ask about, in the table that the model is about. */
async function countFor(
  context: DataContext,
  fresh: Directory,
  { window, fixed: test }: Pick<RetrainingInputs, "window" | "fixed">,
): Promise<GuardCounts> {
  const { data: config, retraining } = context.config;
  const [ours, before, fixed] = await Promise.all([
    evaluatedIn(context, { directory: fresh, name: "window", mount: WINDOW }),
    evaluatedIn(context, { directory: context.data, name: "data", mount: DATA }),
    test === undefined
      ? undefined
      : evaluatedIn(context, { directory: test, name: "fixed test set", mount: REFERENCE }),
  ]);
  const opened = [ours, before, fixed].flatMap((one) => one ?? []);
  const runs = opened.map(({ run }) => run);
  if (ours === undefined || before === undefined) return { runs };
  const label = evaluatedTable(config).config.label ?? "label";
  const tables = { window: ours.table, data: before.table, test: fixed?.table };
  const { statements, files } = guardScript(tables, { label, date: retraining["date-column"] }, window, RESULTS);
  const mounted = withTables(
    duckdbContainer(context),
    opened.map(({ table }) => table),
  );
  const { container, command } = withScript(mounted, "guards", statements);
  const run = await runCommands(container, [command], { since: context.since, limits: context.limits });
  if (!run.ok) {
    throw new UserError(`The window cannot be looked at: ${reasonOf(run.commands[0]?.tail ?? "")}`, "retraining");
  }
  const read = async <Row>(file: GuardFile, schema: z.ZodType<Row>): Promise<Row[] | undefined> => {
    if (!files.includes(file)) return undefined;
    const name = GUARD_FILES[file];
    return parseRows(await run.results.file(name).contents(), schema, name);
  };
  const [dated, overlapping, powers] = await Promise.all([
    read("clock", clockSchema),
    read("overlap", overlapSchema),
    read("powers", powerSchema),
  ]);
  return { clock: dated?.[0], overlap: overlapping?.[0], powers, runs: [...runs, run] };
}

/** The table that the model is about in a folder; undefined where there is none. */
async function evaluatedIn(
  context: DataContext,
  { directory, ...where }: { readonly directory: Directory; readonly name: string; readonly mount: string },
): Promise<{ readonly table: Table; readonly run: CommandsResult } | undefined> {
  const { data: config } = context.config;
  const { tables } = await findTables(directory, config);
  const name = evaluatedTable(config).name;
  const found = tables.find(({ table, paths }) => table.name === name && paths.length > 0);
  if (found === undefined) return undefined;
  return openTable(context, { ...where, directory, paths: found.paths, dialect: found.table.config });
}
