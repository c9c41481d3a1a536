import type { DriftReadings } from "../drift/readings.ts";
import { defineStage, withReadyData } from "./definition.ts";
import { readingsOf } from "./drift.ts";
import { compareAll, openCompared } from "./drift-tables.ts";
import { fetchWindow, requireRetraining } from "./fetch-window.ts";
import { guardWindow } from "./guard-window.ts";
import { pullData } from "./pull-data.ts";
import { fetchData } from "./ready-data.ts";
import type { Outcome } from "./stage.ts";

/**
 * Compares the window with what production was trained on. Drift is what a retraining is for, and does not stop it; data that look broken
 * do, since the model would learn the fault.
 */
export const compareWindow = defineStage({
  name: "compare window",
  step: "Drift",
  page: "drift-and-monitoring",
  needs: { pulled: pullData, fetchedData: fetchData, fetched: fetchWindow, guarded: guardWindow },
  async run(inputs, { pulled, fetchedData, fetched }): Promise<Outcome<DriftReadings>> {
    const { reference, watch } = requireRetraining(inputs);
    const before = withReadyData(inputs, { pulled, fetched: fetchedData });
    if (fetched === undefined) throw new Error("a window was to be compared without its data");
    const opened = await openCompared({ ...before, data: fetched }, reference ?? before.data);
    const compared = await compareAll(before, opened.tables);
    const readings = readingsOf(before, compared);
    const found = { runs: [...opened.runs, ...compared.runs], evidence: { drift: readings } };
    const judged = readings.tests.some(({ outcome }) => outcome !== "inconclusive");
    if (readings.action === "look" && (judged || readings.faults.length > 0)) {
      return { status: "failed", message: `the window looks broken: ${readings.message}`, ...found };
    }
    return {
      ...{ status: "passed", message: messageOf(readings), value: readings, ...found },
      warnings: unseen(readings, watch),
    };
  },
});

const messageOf = ({ tests, message }: DriftReadings): string => {
  const columns = [...new Set(tests.filter(({ outcome }) => outcome === "drifted").map(({ column }) => column))];
  return columns.length === 0 ? message : `drifted from what production was trained on: ${columns.join(", ")}`;
};

/** Columns whose drift somebody has seen, and that do not differ in this window. */
function unseen({ tests }: DriftReadings, watch: readonly string[]): string[] {
  const drifted = new Set(tests.filter(({ outcome }) => outcome === "drifted").map(({ column }) => column));
  const alike = watch.filter((column) => !drifted.has(column));
  return alike.length === 0
    ? []
    : [`watched, and no drift of it in this window (--watch): ${alike.join(", ")}. The window may miss what was seen`];
}
