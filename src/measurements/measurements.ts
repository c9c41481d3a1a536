import type { Measured } from "./measured.ts";
import type { Comparison, ModelMetrics } from "./model-metrics.ts";
import type { PredictionResults } from "./predictions/results.ts";
import type { PredictionSummary } from "./predictions/summary.ts";
import type { CaseResults } from "./serving/cases.ts";
import type { LoadTest } from "./serving/load.ts";
import type { ShadowReplay } from "./serving/shadow.ts";

/** Everything that gates can decide on, by the names that they ask for it. */
export interface Measurements {
  /** The form of the candidate's predictions file: rows, columns, gaps, answers. */
  readonly summary: PredictionSummary;
  /** The candidate's metrics: computed from its predictions where they can be, as claimed otherwise. */
  readonly metrics: ModelMetrics;
  /** The same for candidate and baseline, with the difference on the same rows. */
  readonly comparison: Comparison;
  /** Metrics by group, fairness, and what the plots show. */
  readonly predictions: PredictionResults;
  readonly load: LoadTest;
  readonly cases: CaseResults;
  readonly shadow: ShadowReplay;
}

/** Takes a measurement, at most once: a second call gives what the first one found. */
export type Measure = { readonly [Name in keyof Measurements]: () => Promise<Measured<Measurements[Name]>> };
