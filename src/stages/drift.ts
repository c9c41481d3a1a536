import type { Directory } from "@dagger.io/dagger";
import { duckdbContainer } from "../data/duckdb.ts";
import { EVERY_TABLE, tabularFiles } from "../data/files.ts";
import { compareTables } from "../drift/compare.ts";
import { actionOf, decideTests, type Limits, messageOf } from "../drift/decide.ts";
import { readLog } from "../drift/log.ts";
import type { DriftReadings, Role } from "../drift/readings.ts";
import { DATA, REFERENCE } from "../environment/paths.ts";
import type { PredictionFile } from "../measurements/predictions/take.ts";
import type { DataContext } from "./context.ts";
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
    const { data, monitoring } = context.project.config;
    const { reference, predictions } = inputs;
    const label = data.label ?? "label";
    const [files, referenceFiles] = await Promise.all([
      tablesOf(context, "data"),
      tablesOf({ ...context, data: reference }, "reference"),
    ]);
    const paths = (mount: string, found: readonly string[]): string[] => found.map((path) => `${mount}/${path}`);
    const [compared, log] = await Promise.all([
      compareTables(
        duckdbContainer(context).withMountedDirectory(DATA, context.data).withMountedDirectory(REFERENCE, reference),
        {
          name: "data",
          tables: {
            reference: { paths: paths(REFERENCE, referenceFiles) },
            current: { paths: paths(DATA, files) },
          },
          only: data.drift.columns,
          // Production data have no labels yet, and predictions are in a log of their own.
          outcomes: [label, "prediction", "score"],
          id: monitoring.id,
          roleOf: (column): Role => (column === label ? "label" : column === "prediction" ? "prediction" : "feature"),
        },
        context.since,
      ),
      predictions === undefined ? undefined : readLog(context, { ...inputs, predictions, referenceFiles }),
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
    const action = actionOf(found);
    const message = messageOf(action, found, limits);
    return {
      status: action === "nothing" ? "passed" : "failed",
      message,
      value: {
        ...{ action, message, ...found, limits, skipped: compared.skipped },
        rows: { ...compared.rows, ...(log === undefined ? {} : { live: log.rows }) },
      },
      runs: [...compared.runs, ...(log?.runs ?? [])],
    };
  });
}

/** Those that the project's data.files names, or all in a folder that has none of these names: production has its own. */
async function tablesOf(context: DataContext, argument: string): Promise<string[]> {
  const { files } = context.project.config.data;
  const all = await tabularFiles(context, EVERY_TABLE, argument);
  const named = new Set((await Promise.all((files ?? []).map((pattern) => context.data.glob(pattern)))).flat());
  const found = all.filter((path) => named.has(path));
  return found.length > 0 ? found : all;
}
