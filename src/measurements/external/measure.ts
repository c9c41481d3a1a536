import type { Directory } from "@dagger.io/dagger";
import type { ExternalCommand } from "../../config/external-command.ts";
import { dataMounts, type Mount } from "../../containers/app.ts";
import type { ExternalMetric, ExternalModel } from "../../containers/external/request.ts";
import { runExternal } from "../../containers/external/run.ts";
import { BASELINE, DATA, MODELS } from "../../containers/paths.ts";
import type { MeasurementContext } from "../context.ts";
import type { Evaluated } from "../evaluated.ts";
import type { Measured } from "../measured.ts";
import type { Measurements } from "../measurements.ts";
import { type ModelMetrics, metricNames, readMetric } from "../model-metrics.ts";
import { estimateOf } from "../predictions/names.ts";

/** Where a command from outside finds the predictions of each model. */
const PREDICTIONS = "/predictions";

interface JudgedModel {
  readonly evaluated: Evaluated;
  readonly model?: Directory | undefined;
}

/** The models that commands from outside are told of. */
interface Subjects {
  readonly candidate: JudgedModel;
  readonly baseline?: JudgedModel | undefined;
  /** The metrics of the candidate, and of the baseline where there is one. */
  readonly metrics: readonly Measured<ModelMetrics>[];
}

/** Asks each command from outside about the candidate, side by side. What one of them answers is no matter of the others. */
export async function measureExternal(
  context: MeasurementContext,
  commands: Readonly<Record<string, ExternalCommand>>,
  { candidate, baseline, metrics: [ours, theirs] }: Subjects,
): Promise<Measured<Measurements["external"]>> {
  const told = toldModel(candidate, "candidate", MODELS, ours);
  const toldBaseline = baseline === undefined ? undefined : toldModel(baseline, "baseline", BASELINE, theirs);
  const mounts = [...dataMounts(context.project, context.data), ...told.mounts, ...(toldBaseline?.mounts ?? [])];
  const results = await Promise.all(
    Object.entries(commands).map(async ([name, command]) => {
      const request = {
        ...({ schemaVersion: 1, kind: "gate" } as const),
        ...{ name, settings: command.settings, data: DATA },
        ...{ candidate: told.model, baseline: toldBaseline?.model ?? null },
      };
      const variables = { DATA_DIR: DATA, MODEL_DIR: MODELS };
      return [name, await runExternal(context, { command, request, mounts, variables })] as const;
    }),
  );
  return {
    value: Object.fromEntries(results.map(([name, { checks }]) => [name, checks])),
    runs: results.map(([, { run }]) => run),
  };
}

/** A model as a command is told of it, and the folders that it finds it in. */
function toldModel(
  { evaluated: { predictions }, model }: JudgedModel,
  role: string,
  folder: string,
  metrics: Measured<ModelMetrics> | undefined,
): { readonly model: ExternalModel; readonly mounts: readonly Mount[] } {
  const path = `${PREDICTIONS}/${role}`;
  return {
    model: {
      model: folder,
      predictions: predictions === undefined ? null : `${path}/${predictions.file}`,
      metrics: metrics === undefined || "missing" in metrics ? {} : toldMetrics(metrics.value),
    },
    mounts: [
      ...(model === undefined ? [] : [{ path: folder, directory: model }]),
      ...(predictions === undefined ? [] : [{ path, directory: predictions.directory }]),
    ],
  };
}

/** All metrics that are numbers: JSON has no others. */
function toldMetrics(metrics: ModelMetrics): Readonly<Record<string, ExternalMetric>> {
  return Object.fromEntries(
    metricNames(metrics).flatMap((name): (readonly [string, ExternalMetric])[] => {
      const estimate = readMetric(metrics, name);
      if (estimate === undefined || !Number.isFinite(estimate.value)) return [];
      const from = estimateOf(metrics.computed, name) === undefined ? "claim" : "predictions";
      return [[name, { value: estimate.value, ...estimate.interval, from }]];
    }),
  );
}
