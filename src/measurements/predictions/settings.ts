import { z } from "zod";
import { cell, type Grouping } from "../../config/forms.ts";

/** How predictions are read, for all gates that judge by them. */
export const evaluationSettings = z.strictObject({
  /** What is predicted; when absent it is found out: numbers with decimals, or of more than a hundred values, are a regression. */
  task: z.enum(["classification", "regression"]).optional(),
  /** The class that precision, recall, F1 and scores are about; when absent the last in order of two classes. */
  positive: cell.optional(),
  /** The confidence level of all intervals. */
  confidence: z.number().min(0.5).max(0.999).default(0.95),
  /** How many bootstrap resamples an interval is computed from. */
  resamples: z.int().min(100).max(100_000).default(1000),
});
export type EvaluationConfig = z.output<typeof evaluationSettings>;

/** What is measured in predictions; without more than `evaluation`, the metrics of all rows. */
export interface PredictionSettings {
  readonly evaluation: EvaluationConfig;
  /** Classes that the predictions may have without any row of them. */
  readonly classes?: readonly string[] | undefined;
  /** The metric whose difference between two models is drawn; accuracy when absent, and mae of numbers. */
  readonly comparedMetric?: string | undefined;
  readonly slices?: GroupSettings & { readonly metrics: readonly string[] };
  /** Measured of classes only. */
  readonly fairness?: GroupSettings & { readonly favorable: string };
}

export interface GroupSettings {
  readonly columns: readonly Grouping[];
  /** Rows below which a group is listed without being measured. */
  readonly minimumSize: number;
}
