import { lookup } from "../lookup.ts";
import type { PredictionResults } from "../measurements/predictions/results.ts";
import type { Evidence } from "../stages/evidence.ts";
import type { JoinedRows } from "../stages/join-window.ts";
import type { Estimate } from "../statistics/estimate.ts";
import type { RetrainingDecision } from "../training/decision.ts";
import type { Window } from "../training/window.ts";
import { finiteOnly } from "./finite.ts";
import { type MetricRow, metricRows, type ReportedMetrics } from "./measured.ts";
import type { Report } from "./report.ts";

/** What a retraining says of itself. */
export interface RetrainingFacts {
  /** What it was called for: `schedule`, `data`, `drift` or `manual`. */
  readonly trigger: string;
  readonly window: Window & {
    /** Of its files; absent where it did not get as far. */
    readonly sha256?: string;
  };
  /** What the training was told that it belongs to. */
  readonly experiment: string;
  /** Columns of which somebody had seen that they drifted. */
  readonly watch: readonly string[];
  /** What the window was compared with, and what the fixed test set is, each in words. */
  readonly reference: string;
  readonly fixed: string;
  /** The hash of that set; absent where it did not get as far. */
  readonly fixedData?: string | undefined;
  /** Of the data and the window; absent where it did not get as far. */
  readonly rows?: JoinedRows | undefined;
}

/** A retraining, as `report.json` has it. */
export interface ReportedRetraining extends RetrainingFacts {
  /** Whether the new model goes out, and why; absent where something ended the run before. */
  readonly decision?: RetrainingDecision;
  /** Both models on rows of the window that nothing was trained on. The metrics of the report are those on the fixed test set. */
  readonly fresh?: PredictionResults;
}

export const reportedRetraining = (
  { rows, fixedData, ...facts }: RetrainingFacts,
  { decision, fresh }: Pick<Evidence, "decision" | "fresh">,
): ReportedRetraining => ({
  ...facts,
  ...(rows === undefined ? {} : { rows }),
  ...(fixedData === undefined ? {} : { fixedData }),
  ...(decision === undefined ? {} : { decision }),
  ...(fresh === undefined ? {} : { fresh: finiteOnly(fresh) }),
});

/** Metrics of both models on the same rows, side by side. */
interface DataSetMetrics {
  readonly rows?: number;
  /** Of the intervals. */
  readonly confidence?: number;
  readonly metrics: Readonly<
    Record<string, { readonly candidate: Estimate; readonly baseline?: Estimate; readonly difference?: Estimate }>
  >;
}

/** The content of `metrics.json`: the new model and the accepted one on the fresh rows and on the fixed test set. */
export function retrainingMetrics({
  retraining,
  metrics,
  measurements,
}: Pick<Report, "metrics" | "measurements"> & { readonly retraining: ReportedRetraining }): {
  readonly schemaVersion: 1;
  readonly fresh?: DataSetMetrics;
  readonly fixed?: DataSetMetrics;
} {
  const { fresh } = retraining;
  const rows = measurements?.predictions?.rows;
  return {
    schemaVersion: 1,
    ...(fresh === undefined ? {} : { fresh: ofFresh(fresh) }),
    ...(metrics.candidate === undefined
      ? {}
      : { fixed: { ...(rows === undefined ? {} : { rows }), ...ofFixed(metrics) } }),
  };
}

function ofFixed(reported: ReportedMetrics): DataSetMetrics {
  const confidence = reported.intervals?.confidence;
  return {
    ...(confidence === undefined ? {} : { confidence }),
    metrics: Object.fromEntries(metricRows(reported).map(({ name, ...sides }) => [name, sides])),
  };
}

const ofFresh = (results: PredictionResults): DataSetMetrics => ({
  rows: results.rows,
  confidence: results.confidence,
  metrics: Object.fromEntries(freshRows(results).map(({ name, ...sides }) => [name, sides])),
});

/** Both models on the fresh rows, a row a metric. */
export const freshRows = ({ candidate, baseline, pairs }: PredictionResults): MetricRow[] =>
  Object.entries(candidate.metrics).map(([name, ours]) => {
    const theirs = lookup(baseline?.metrics ?? {}, name);
    const difference = lookup(pairs?.differences ?? {}, name);
    return {
      name,
      candidate: ours,
      ...(theirs === undefined ? {} : { baseline: theirs }),
      ...(difference === undefined ? {} : { difference }),
    };
  });
