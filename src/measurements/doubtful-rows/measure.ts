import type { Container } from "@dagger.io/dagger";
import type { z } from "zod";
import { type CommandsResult, runCommands } from "../../containers/commands.ts";
import { DATA, RESULTS } from "../../containers/paths.ts";
import type { Runtime } from "../../containers/runtime.ts";
import { columnsOf } from "../../tables/columns.ts";
import { duckdbContainer, parseRows, withScript } from "../../tables/duckdb.ts";
import { readingSettings, selectRows } from "../../tables/read.ts";
import { literal } from "../../tables/sql.ts";
import type { MeasurementContext } from "../context.ts";
import { type Measured, present } from "../measured.ts";
import { type PredictionFile, tableOf, withPredictions } from "../predictions/measure.ts";
import { planMeasurement } from "../predictions/plan.ts";
import type { PredictionSummary } from "../predictions/summary.ts";
import { openData } from "../rows/measure.ts";
import { idColumns, labelColumn } from "../rows/plan.ts";
import { duplicates, duplicatesQuery, duplicatesSchema } from "./duplicates.ts";
import { labelErrors, labelErrorsQuery, labelErrorsSchema } from "./labels.ts";
import type { DoubtfulRows } from "./results.ts";

/** Further columns are not compared. */
const MAX_COLUMNS = 200;

/** Looks for rows whose label is likely wrong, and for rows that are alike. What cannot be measured is left out, since nobody asked for it. */
export async function measureDoubtfulRows(
  context: MeasurementContext,
  candidate: { readonly file: PredictionFile; readonly summary: PredictionSummary } | undefined,
): Promise<Measured<DoubtfulRows>> {
  const [labels, alike] = await Promise.all([
    candidate === undefined ? NOTHING : labelsOf(context, candidate),
    duplicatesOf(context),
  ]);
  return present(
    {
      ...(labels.found === undefined ? {} : { labels: labels.found }),
      ...(alike.found === undefined ? {} : { duplicates: alike.found }),
    },
    ...labels.runs,
    ...alike.runs,
  );
}

interface Found<T> {
  readonly found?: T | undefined;
  readonly runs: readonly CommandsResult[];
}

const NOTHING: Found<never> = { runs: [] };

async function labelsOf(
  { config, ...runtime }: MeasurementContext,
  { file, summary }: { readonly file: PredictionFile; readonly summary: PredictionSummary },
): Promise<Found<DoubtfulRows["labels"]>> {
  const plan = planMeasurement([summary], [tableOf(file, 0)], config.evaluation, {}, config.predictions);
  const asked = typeof plan === "string" ? undefined : labelErrorsQuery(plan);
  if (typeof plan === "string" || asked === undefined) return NOTHING;
  const container = withPredictions(runtime, [file]);
  const { row, run } = await firstRow(runtime, container, { ...asked, row: labelErrorsSchema });
  return { found: row === undefined ? undefined : labelErrors(row, plan.classes), runs: [run] };
}

async function duplicatesOf(context: MeasurementContext): Promise<Found<DoubtfulRows["duplicates"]>> {
  const opened = await openData(context);
  if ("unheld" in opened) return NOTHING;
  const { files, mount, directory } = opened.table;
  const names = columnsOf(files).map(({ name }) => name);
  const label = labelColumn(names, opened.config.label);
  if (label === undefined || !names.includes(label)) return NOTHING;
  const ids = idColumns(names, label, opened.config.unique);
  const columns = names.filter((name) => name !== label && !ids.includes(name)).slice(0, MAX_COLUMNS);
  const mounted = files.map((one) => ({ ...one, path: `${mount}/${one.path}` }));
  const asked = duplicatesQuery({ rows: selectRows(mounted), label, columns });
  if (asked === undefined) return NOTHING;
  const container = duckdbContainer(context).withMountedDirectory(DATA, directory);
  const { row, run } = await firstRow(context, container, {
    ...{ before: [readingSettings(mounted)], sql: asked, row: duplicatesSchema },
  });
  return { found: row === undefined ? undefined : duplicates(row, { columns }, mount), runs: [opened.run, run] };
}

interface Asked<Row> {
  /** Statements before the query. */
  readonly before: readonly string[];
  readonly sql: string;
  readonly row: z.ZodType<Row>;
}

const FOUND = "found.json";

/** The first row of a query; undefined where it fails. */
async function firstRow<Row>(
  { since, limits }: Pick<Runtime, "since" | "limits">,
  mounted: Container,
  { before, sql, row }: Asked<Row>,
): Promise<{ readonly row: Row | undefined; readonly run: CommandsResult }> {
  const statements = [...before, `COPY (${sql}) TO ${literal(`${RESULTS}/${FOUND}`)} (FORMAT json, ARRAY true);`];
  const { container, command } = withScript(mounted, "doubtful-rows", statements.join("\n"));
  const run = await runCommands(container, [command], { since, limits });
  const [first] = run.ok ? parseRows(await run.results.file(FOUND).contents(), row, FOUND) : [];
  return { row: first, run };
}
