import type { DataContext } from "../context/context.ts";
import type { Evaluated } from "../measurements/evaluated.ts";
import { type Measured, missing } from "../measurements/measured.ts";
import { measurePredictions, summarizePredictions } from "../measurements/predictions/measure.ts";
import type { PredictionResults } from "../measurements/predictions/results.ts";
import { counted } from "../text.ts";
import { defineStage } from "./definition.ts";
import { evaluate } from "./evaluate.ts";
import { requireRetraining } from "./fetch-window.ts";
import { judge } from "./judge.ts";
import type { Outcome } from "./stage.ts";
import { requireModel, train } from "./train.ts";

/** Evaluates the new model and the accepted one on rows of the window that nothing was trained on. */
export const evaluateFresh = defineStage({
  name: "evaluate on fresh data",
  step: "Evaluate",
  page: "retraining",
  needs: { trained: train, judged: judge },
  when: ({ retraining }) => retraining?.fresh !== undefined,
  async run(inputs, { trained }): Promise<Outcome<PredictionResults>> {
    const { fresh } = requireRetraining(inputs);
    const { baseline } = inputs;
    if (fresh === undefined || baseline === undefined) throw new Error("two models were to be compared without both");
    const context: DataContext = { ...inputs.context, data: fresh };
    const [ours, theirs] = await Promise.all([
      evaluate(context, requireModel(inputs, trained), baseline),
      evaluate(context, baseline, baseline),
    ]);
    const runs = [...(ours.runs ?? []), ...(theirs.runs ?? [])];
    if (ours.status !== "passed") return { ...ours, runs };
    if (theirs.status !== "passed") {
      return { ...theirs, message: `the accepted model cannot be evaluated: ${theirs.message}`, runs };
    }
    const measured = await compareOn(context, ours.value, theirs.value);
    const all = [...runs, ...measured.runs];
    if ("missing" in measured) return { status: "failed", message: measured.missing, runs: all };
    const message = `both models on ${counted(measured.value.rows, "row")} that nothing was trained on`;
    return { status: "passed", message, value: measured.value, runs: all, evidence: { fresh: measured.value } };
  },
});

/** The metrics of both models, and their differences row by row. */
export async function compareOn(
  context: DataContext,
  { predictions: ours }: Evaluated,
  { predictions: theirs }: Evaluated,
): Promise<Measured<PredictionResults>> {
  if (ours === undefined || theirs === undefined) {
    return missing("the evaluation writes no predictions, so the two models cannot be compared row by row");
  }
  const files = [ours, { ...theirs, owner: "the baseline" as const }];
  const { evaluation, predictions } = context.config;
  const summaries = await summarizePredictions(context, files, { task: evaluation.task });
  if ("missing" in summaries) return summaries;
  const described = { files, summaries: summaries.value };
  const measured = await measurePredictions(context, described, { evaluation, columns: predictions });
  return { ...measured, runs: [...summaries.runs, ...measured.runs] };
}
