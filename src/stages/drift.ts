import type { DataContext } from "../context/context.ts";
import { evaluatedTable } from "../data/data-tables.ts";
import type { ComparisonResult } from "../drift/compare.ts";
import { actionOf, decideTests } from "../drift/decide.ts";
import { readLog } from "../drift/log.ts";
import type { DriftReadings, Limits } from "../drift/readings.ts";
import { withMessages } from "../drift/words.ts";
import { defineStage, withReadyData } from "./definition.ts";
import { compareAll, openCompared } from "./drift-tables.ts";
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
    const { data, evaluation, monitoring, predictions: named } = context.config;
    const { reference, predictions, labels } = comparison;
    const label = evaluatedTable(data).config.label ?? "label";
    const opened = await openCompared(context, reference);
    const [first] = opened.tables;
    if (first === undefined) throw new Error("no table was found to compare");
    const [compared, log] = await Promise.all([
      compareAll(context, opened.tables),
      predictions === undefined
        ? undefined
        : readLog(
            context,
            { predictions, labels, accepted: accepted?.predictions, reference: first.reference },
            { label, monitoring, evaluation, predictions: named },
          ),
    ]);
    const readings = readingsOf(context, compared, log);
    const runs = [...opened.runs, ...compared.runs, ...(log?.runs ?? [])];
    const rest = { message: readings.message, runs, evidence: { drift: readings } };
    return readings.action === "nothing"
      ? { status: "passed", value: undefined, ...rest }
      : { status: "failed", ...rest };
  },
});

/** What differs, and what to do about it. */
export function readingsOf(
  { config: { data } }: Pick<DataContext, "config">,
  compared: ComparisonResult,
  log?: Awaited<ReturnType<typeof readLog>>,
): DriftReadings {
  const limits: Limits = {
    alpha: data.drift.alpha,
    minSamples: data.drift["min-samples"],
    minEffect: data.drift["min-effect"],
  };
  const found = {
    tests: decideTests([...compared.tests, ...(log?.tests ?? [])], limits),
    faults: [...compared.faults, ...(log?.faults ?? [])],
    ...(log?.metric === undefined ? {} : { metric: log.metric }),
    ...(log?.estimate === undefined ? {} : { estimate: log.estimate }),
  };
  return withMessages({
    ...{ action: actionOf(found), ...found, limits, skipped: compared.skipped },
    rows: { ...compared.rows, ...(log === undefined ? {} : { live: log.rows }) },
  });
}
