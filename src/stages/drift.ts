import type { Directory } from "@dagger.io/dagger";
import { DATA, REFERENCE } from "../containers/paths.ts";
import { type DataContext, runtimeOf } from "../context/context.ts";
import { compareTables } from "../drift/compare.ts";
import { actionOf, decideTests } from "../drift/decide.ts";
import { readLog } from "../drift/log.ts";
import type { DriftReadings, Limits, Role } from "../drift/readings.ts";
import { worded } from "../drift/words.ts";
import type { PredictionFile } from "../measurements/predictions/take.ts";
import { EVERY_TABLE, tabularFiles } from "../tables/files.ts";
import { openTable } from "../tables/table.ts";
import { type Stage, stage } from "./stage.ts";

export interface DriftInputs {
  readonly reference: Directory;
  /** The log of live predictions. */
  readonly predictions?: Directory | undefined;
  readonly labels?: Directory | undefined;
  /** The accepted model's predictions on the reference. */
  readonly accepted?: PredictionFile | undefined;
}

/**
 * Each column of the data beside the same of the reference, the live predictions beside the accepted model's, and what is
 * to be done. Fails when anything is.
 */
export function compareData(context: DataContext, inputs: DriftInputs): Promise<Stage<DriftReadings>> {
  return stage("drift", async () => {
    const { data, evaluation, monitoring } = context.project.config;
    const runtime = runtimeOf(context);
    const { reference, predictions } = inputs;
    const label = data.label ?? "label";
    const [now, before] = await Promise.all([
      open(context, "data", DATA),
      open({ ...context, data: reference }, "reference", REFERENCE),
    ]);
    const [compared, log] = await Promise.all([
      compareTables(runtime, {
        name: "data",
        tables: { reference: before.table, current: now.table },
        only: data.drift.columns,
        // Production data have no labels yet, and predictions are in a log of their own.
        outcomes: [label, "prediction", "score"],
        id: monitoring.id,
        roleOf: (column): Role => (column === label ? "label" : column === "prediction" ? "prediction" : "feature"),
      }),
      predictions === undefined
        ? undefined
        : readLog(runtime, { ...inputs, predictions, reference: before.table }, { label, monitoring, evaluation }),
    ]);
    const limits: Limits = {
      alpha: data.drift.alpha,
      minSamples: data.drift["min-samples"],
      minEffect: data.drift["min-effect"],
    };
    const found = {
      tests: decideTests([...compared.tests, ...(log?.tests ?? [])], limits),
      faults: [...compared.faults, ...(log?.faults ?? [])],
      ...(log?.metric === undefined ? {} : { metric: log.metric }),
    };
    const readings = worded({
      ...{ action: actionOf(found), ...found, limits, skipped: compared.skipped },
      rows: { ...compared.rows, ...(log === undefined ? {} : { live: log.rows }) },
    });
    return {
      status: readings.action === "nothing" ? "passed" : "failed",
      message: readings.message,
      value: readings,
      runs: [before.run, now.run, ...compared.runs, ...(log?.runs ?? [])],
    };
  });
}

/** The tables of one side. */
const open = async (context: DataContext, name: string, mount: string) =>
  openTable(runtimeOf(context), {
    ...{ name, directory: context.data, mount },
    ...{ paths: await tablesOf(context, name), form: context.project.config.data },
  });

/** Those that the project's data.files names, or all in a folder that has none of these names: production has its own. */
async function tablesOf({ data, project }: DataContext, argument: string): Promise<string[]> {
  const { files } = project.config.data;
  const all = await tabularFiles(data, EVERY_TABLE, argument);
  const named = new Set((await Promise.all((files ?? []).map((pattern) => data.glob(pattern)))).flat());
  const found = all.filter((path) => named.has(path));
  return found.length > 0 ? found : all;
}
