import type { Directory } from "@dagger.io/dagger";
import type { PredictionFile } from "./predictions/measure.ts";

/** The output of one model's evaluation. */
export interface Evaluated {
  /** The content of metrics.json, which the gates compare with the predictions. */
  readonly claims: Readonly<Record<string, number>>;
  readonly claimedBy: string;
  /** Absent when the project has no `src.evaluate`, or it writes no predictions. */
  readonly predictions?: PredictionFile;
}

/** A model with its evaluation, which is undefined when the project neither evaluates nor writes metrics. */
export interface EvaluatedModel {
  readonly model: Directory;
  readonly evaluated: Evaluated | undefined;
}
