import type { Directory } from "@dagger.io/dagger";
import type { PredictionFile } from "./predictions/measure.ts";

/** What one model's evaluation left behind. */
export interface Evaluated {
  /** What metrics.json says; the gates hold it against the predictions. */
  readonly claims: Readonly<Record<string, number>>;
  readonly claimedBy: "src.evaluate" | "src.train";
  /** Absent where the project has no `src.evaluate`, or it writes no predictions. */
  readonly predictions?: PredictionFile;
}

/** A model with what its evaluation left behind; nothing where the project neither evaluates nor writes metrics. */
export interface EvaluatedModel {
  readonly model: Directory;
  readonly evaluated: Evaluated | undefined;
}
