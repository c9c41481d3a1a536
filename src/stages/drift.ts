import { DATA, REFERENCE } from "../containers/paths.ts";
import type { DataContext } from "../context/context.ts";
import { compareTables } from "../drift/compare.ts";
import { actionOf, decideTests } from "../drift/decide.ts";
import { readLog } from "../drift/log.ts";
import type { Limits, Role } from "../drift/readings.ts";
import { withMessages } from "../drift/words.ts";
import { EVERY_TABLE, tabularFiles } from "../tables/files.ts";
import { openTable } from "../tables/table.ts";
import { defineStage, withReadyData } from "./definition.ts";
import { evaluateBaseline } from "./evaluate.ts";
import type { Outcome } from "./stage.ts";

/**
 * Compares each column of the data with the reference, and live predictions with the accepted model's. Fails when something must
 * be done about a difference.
 */
export const drift = defineStage({
  name: "drift",
  step: "Drift",
  page: "drift-and-monitoring",
  needs: { accepted: evaluateBaseline },
  async run(inputs, { accepted }): Promise<Outcome<void>> {
    const { comparison } = inputs;
    if (comparison === undefined) throw new Error("data were to be compared with nothing");
    const context = withReadyData(inputs, {});
    const { data, evaluation, monitoring } = context.config;
    const { reference, predictions, labels } = comparison;
    const label = data.label ?? "label";
    const [now, before] = await Promise.all([
      open(context, "data", DATA),
      open({ ...context, data: reference }, "reference", REFERENCE),
    ]);
    const [compared, log] = await Promise.all([
      compareTables(context, {
        name: "data",
        tables: { reference: before.table, current: now.table },
        only: data.drift.columns,
        // Production data have no labels yet, and the log holds the predictions.
        outcomes: [label, "prediction", "score"],
        id: monitoring.id,
        roleOf: (column): Role => (column === label ? "label" : column === "prediction" ? "prediction" : "feature"),
      }),
      predictions === undefined
        ? undefined
        : readLog(
            context,
            { predictions, labels, accepted: accepted?.predictions, reference: before.table },
            { label, monitoring, evaluation },
          ),
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
    const readings = withMessages({
      ...{ action: actionOf(found), ...found, limits, skipped: compared.skipped },
      rows: { ...compared.rows, ...(log === undefined ? {} : { live: log.rows }) },
    });
    const runs = [before.run, now.run, ...compared.runs, ...(log?.runs ?? [])];
    const rest = { message: readings.message, runs, evidence: { drift: readings } };
    return readings.action === "nothing"
      ? { status: "passed", value: undefined, ...rest }
      : { status: "failed", ...rest };
  },
});

/** Opens the tables of the current data or of the reference. */
const open = async (context: DataContext, name: string, mount: string) =>
  openTable(context, {
    ...{ name, directory: context.data, mount },
    ...{ paths: await tablesOf(context, name), dialect: context.config.data },
  });

/** The tables that data.files names, or all where none has such a name: files of production are often called otherwise. */
async function tablesOf({ data, config }: DataContext, argument: string): Promise<string[]> {
  const { files } = config.data;
  const all = await tabularFiles(data, EVERY_TABLE, argument);
  const named = new Set((await Promise.all((files ?? []).map((pattern) => data.glob(pattern)))).flat());
  const found = all.filter((path) => named.has(path));
  return found.length > 0 ? found : all;
}
