import type { Directory } from "@dagger.io/dagger";
import type { ProjectRuntime } from "../containers/app.ts";
import type { TablesConfig } from "../data/data-tables.ts";
import type { PredictionsSettings } from "./predictions/file-settings.ts";
import type { EvaluationConfig } from "./predictions/settings.ts";

/** What measurements are taken from: the project, its data, and how its tables and predictions are read. */
export interface MeasurementContext extends ProjectRuntime {
  readonly data: Directory;
  readonly config: {
    readonly data: TablesConfig;
    readonly evaluation: EvaluationConfig;
    readonly predictions: Pick<PredictionsSettings, "scores">;
  };
}
