import type { z } from "zod";
import type { EvaluationConfig, PredictionSettings } from "../measurements/predictions/settings.ts";
import type { fairnessGate } from "./fairness.ts";
import type { regressionGate } from "./regression.ts";
import type { schemaGate } from "./schema.ts";
import type { slicesGate } from "./slices.ts";

/** The tables of the gates that judge by predictions. */
interface PredictionGates {
  readonly schema?: z.output<typeof schemaGate.settings> | undefined;
  readonly regression?: z.output<typeof regressionGate.settings> | undefined;
  readonly slices?: z.output<typeof slicesGate.settings> | undefined;
  readonly fairness?: z.output<typeof fairnessGate.settings> | undefined;
}

/** What the configured gates need to have measured in predictions. */
export function predictionSettings({
  evaluation,
  gates: { schema, regression, slices, fairness },
}: {
  readonly evaluation: EvaluationConfig;
  readonly gates: PredictionGates;
}): PredictionSettings {
  return {
    evaluation,
    classes: schema?.classes,
    comparedMetric: regression?.metric,
    ...(slices === undefined
      ? {}
      : {
          slices: {
            columns: slices.columns,
            minimumSize: slices["min-size"],
            metrics: [...Object.keys(slices.metrics ?? {}), ...Object.keys(slices["max-drop"] ?? {})],
          },
        }),
    ...(fairness === undefined
      ? {}
      : {
          fairness: {
            columns: fairness.columns,
            minimumSize: fairness["min-size"],
            favorable: String(fairness.favorable),
          },
        }),
  };
}
