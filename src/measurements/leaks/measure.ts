import type { Directory } from "@dagger.io/dagger";
import { type CommandsResult, runCommands } from "../../containers/commands.ts";
import { DATA, RESULTS } from "../../containers/paths.ts";
import { UserError } from "../../errors.ts";
import { columnsOf } from "../../tables/columns.ts";
import { duckdbContainer, reasonOf, withScript } from "../../tables/duckdb.ts";
import { readingSettings, selectRows } from "../../tables/read.ts";
import { FILE_COLUMN } from "../../tables/sql.ts";
import type { MeasurementContext } from "../context.ts";
import { type Measured, present } from "../measured.ts";
import { mountOf, type PredictionFile, tableOf } from "../predictions/measure.ts";
import { planMeasurement } from "../predictions/plan.ts";
import type { PredictionSummary } from "../predictions/summary.ts";
import { openData } from "../rows/measure.ts";
import { labelColumn } from "../rows/plan.ts";
import { featuresOf } from "../worst-slices/plan.ts";
import { columnPowers } from "./powers.ts";
import type { ColumnPowers, Leaks } from "./results.ts";
import { POWER_TABLE, type PowerPlan, powerScript } from "./sql.ts";

/** Settings of the look for columns that leak the label. */
export interface LeaksRequest {
  /** From this power on a column alone predicts the label. */
  readonly power: number;
}

/** Further columns are left out. */
const MAX_COLUMNS = 200;

/**
 * Looks for columns that predict the label by themselves: of the data, or else of the predictions. What cannot be measured is no reason
 * to fail, since nobody asked for it.
 */
export async function measureLeaks(
  context: MeasurementContext,
  file: PredictionFile,
  summary: PredictionSummary,
  { power }: LeaksRequest,
): Promise<Measured<Leaks>> {
  try {
    const planned = await planPowers(context, file, summary);
    if ("unmeasured" in planned) return present(planned);
    const { plan, of, runs } = planned;
    const mounted = duckdbContainer(context)
      .withMountedDirectory(DATA, planned.data)
      .withMountedDirectory(mountOf(0), file.directory);
    const { container, command } = withScript(mounted, "leaks", powerScript(plan, RESULTS));
    const run = await runCommands(container, [command], { since: context.since, limits: context.limits });
    if (!run.ok) {
      return present({ unmeasured: `columns cannot be read: ${reasonOf(run.commands[0]?.tail ?? "")}` }, ...runs, run);
    }
    const csv = await run.results.file(POWER_TABLE).contents();
    return present({ ...columnPowers(plan, csv, power), of }, ...runs, run);
  } catch (error) {
    if (error instanceof UserError) return present({ unmeasured: error.message });
    throw error;
  }
}

interface PlannedPowers {
  readonly plan: PowerPlan;
  readonly of: ColumnPowers["of"];
  readonly data: Directory;
  readonly runs: readonly CommandsResult[];
}

async function planPowers(
  context: MeasurementContext,
  file: PredictionFile,
  summary: PredictionSummary,
): Promise<PlannedPowers | { readonly unmeasured: string }> {
  const opened = await openData(context);
  const { task } = summary;
  const none = { unmeasured: "there is no column beside the label" };
  if (!("unheld" in opened)) {
    const { files, mount, directory } = opened.table;
    const names = columnsOf(files).map(({ name }) => name);
    const label = labelColumn(names, opened.config.label);
    if (label !== undefined && names.includes(label)) {
      const columns = names.filter((name) => name !== label).slice(0, MAX_COLUMNS);
      const mounted = files.map((one) => ({ ...one, path: `${mount}/${one.path}` }));
      const rows = `SELECT * EXCLUDE (${FILE_COLUMN}) FROM (${selectRows(mounted)})`;
      const plan: PowerPlan = { task, before: readingSettings(mounted), rows, label, columns };
      return columns.length === 0 ? none : { plan, of: "data", data: directory, runs: [opened.run] };
    }
  }
  const table = tableOf(file, 0);
  const measurement = planMeasurement([summary], [table], context.config.evaluation, {}, context.config.predictions);
  if (typeof measurement === "string") return { unmeasured: measurement };
  const columns = featuresOf(measurement, summary)
    .map(({ name }) => name)
    .slice(0, MAX_COLUMNS);
  const plan: PowerPlan = { task, before: "", rows: `SELECT * FROM ${table}`, label: "label", columns };
  return columns.length === 0 ? none : { plan, of: "predictions", data: context.data, runs: [] };
}
