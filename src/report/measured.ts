import { lookup } from "../lookup.ts";
import type { DoubtfulRows } from "../measurements/doubtful-rows/results.ts";
import type { ColumnPowers } from "../measurements/leaks/results.ts";
import type { Measurements } from "../measurements/measurements.ts";
import { type Comparison, type ModelMetrics, metricNames, readMetric } from "../measurements/model-metrics.ts";
import { metricNamed } from "../measurements/predictions/names.ts";
import type { PredictionResults } from "../measurements/predictions/results.ts";
import type { CaseResults } from "../measurements/serving/cases.ts";
import type { LoadTest, ServedLoad } from "../measurements/serving/load.ts";
import type { ShadowReplay } from "../measurements/serving/shadow.ts";
import type { WorstSlices } from "../measurements/worst-slices/results.ts";
import type { Estimate, Interval } from "../statistics/estimate.ts";
import { finiteNumbers, finiteOnly } from "./finite.ts";

/** The measurements of this run that the gates decided on. */
export interface ReportedMeasurements {
  /** What was computed from the predictions of candidate and baseline. */
  readonly predictions?: PredictionResults;
  /** The groups of rows that the candidate is worst at, which nobody named. */
  readonly worstSlices?: WorstSlices;
  /** Rows with a label that is likely wrong, and rows that are alike: nothing is decided by them. */
  readonly doubtfulRows?: DoubtfulRows;
  /** The columns that predict the label by themselves, where that could be measured. */
  readonly leaks?: ColumnPowers;
  /**
   * The load test of the served models. Each series of samples is thinned to at most 500, evenly in the order of time.
   */
  readonly load?: LoadTest;
  /** The project's failure-mode cases, answered by the served candidate. */
  readonly cases?: CaseResults;
  /** The recorded requests, answered by candidate and production. */
  readonly shadow?: ShadowReplay;
}

/** Metrics by name: the plain numbers, and their intervals. */
export interface ReportedMetrics {
  readonly candidate?: Readonly<Record<string, number>>;
  readonly baseline?: Readonly<Record<string, number>>;
  /** `src.evaluate`, or `src.train` where the project has no evaluation. */
  readonly measuredBy?: string;
  /** Intervals of the metrics that have one, at `confidence`. */
  readonly intervals?: {
    readonly candidate: Readonly<Record<string, Interval>>;
    readonly baseline: Readonly<Record<string, Interval>>;
    readonly confidence?: number;
  };
  /** Candidate minus baseline on the same rows, where both have predictions. */
  readonly differences?: Readonly<Record<string, Estimate>>;
}

/** Samples of a series that the report keeps: enough for a plot of a distribution. */
const MAX_SAMPLES = 500;

/** What the report keeps of the measurements; undefined when nothing was measured. */
export function reportedMeasurements(measured: Partial<Measurements>): ReportedMeasurements | undefined {
  const { predictions, worstSlices, doubtfulRows, leaks, load, cases, shadow } = measured;
  const reported = {
    ...(predictions === undefined ? {} : { predictions }),
    ...(worstSlices === undefined ? {} : { worstSlices }),
    ...(doubtfulRows === undefined ? {} : { doubtfulRows }),
    ...(leaks === undefined || "unmeasured" in leaks ? {} : { leaks }),
    ...(load === undefined ? {} : { load: thinnedLoad(load) }),
    ...(cases === undefined ? {} : { cases }),
    ...(shadow === undefined ? {} : { shadow }),
  };
  return Object.keys(reported).length === 0 ? undefined : finiteOnly(reported);
}

/** The metrics of candidate and baseline: from the comparison if there is one, else of the candidate alone. */
export function reportedMetrics({ metrics, comparison, predictions }: Partial<Measurements>): ReportedMetrics {
  const candidate = metrics ?? comparison?.candidate;
  if (candidate === undefined) return {};
  const baseline = comparison?.baseline;
  const confidence = comparison?.confidence ?? predictions?.confidence;
  const differences = differencesOf(comparison) ?? predictions?.pairs?.differences;
  return finiteOnly({
    candidate: finiteNumbers(values(candidate)),
    ...(baseline === undefined ? {} : { baseline: finiteNumbers(values(baseline)) }),
    measuredBy: candidate.claimedBy,
    intervals: {
      candidate: intervals(candidate),
      baseline: baseline === undefined ? {} : intervals(baseline),
      ...(confidence === undefined ? {} : { confidence }),
    },
    ...(differences === undefined ? {} : { differences }),
  });
}

const differencesOf = (comparison: Comparison | undefined): Readonly<Record<string, Estimate>> | undefined =>
  comparison?.pairs?.differences;

const estimates = (metrics: ModelMetrics): [string, Estimate][] =>
  metricNames(metrics).flatMap((name) => {
    const estimate = readMetric(metrics, name);
    return estimate === undefined ? [] : [[name, estimate]];
  });

const values = (metrics: ModelMetrics): Record<string, number> =>
  Object.fromEntries(estimates(metrics).map(([name, { value }]) => [name, value]));

const intervals = (metrics: ModelMetrics): Record<string, Interval> =>
  Object.fromEntries(
    estimates(metrics).flatMap(([name, { interval }]) => (interval === undefined ? [] : [[name, interval]])),
  );

/** The rows of a table of metrics. */
export interface MetricRow {
  readonly name: string;
  readonly candidate: Estimate;
  readonly baseline?: Estimate;
  /** Candidate minus baseline, with an interval where both have predictions of the same rows. */
  readonly difference?: Estimate;
}

/** Metrics of single classes, such as `recall[yes]`. */
export interface ClassMetrics {
  /** `precision`, `recall` …, in order. */
  readonly names: readonly string[];
  readonly classes: readonly { readonly name: string; readonly rows: readonly (MetricRow | undefined)[] }[];
}

/** With fewer classes, their metrics are among the others. */
const FEWEST_CLASSES = 3;

/** The rows of a table of metrics, apart from those of single classes where there are several of these. */
export function withoutClasses(rows: readonly MetricRow[]): {
  readonly whole: readonly MetricRow[];
  readonly byClass: ClassMetrics | undefined;
} {
  const found = new Map<string, Map<string, MetricRow>>();
  const names = new Set<string>();
  const whole = rows.filter((row) => {
    const [, metric, name] = /^(\w+)\[(.*)\]$/s.exec(row.name) ?? [];
    if (metric === undefined || name === undefined) return true;
    found.set(name, (found.get(name) ?? new Map<string, MetricRow>()).set(metric, row));
    names.add(metric);
    return false;
  });
  if (found.size < FEWEST_CLASSES) return { whole: rows, byClass: undefined };
  const classes = [...found].map(([name, of]) => ({ name, rows: [...names].map((metric) => of.get(metric)) }));
  return { whole, byClass: { names: [...names], classes } };
}

/** Candidate, baseline and difference of each of the candidate's metrics, in its order. */
export function metricRows({ candidate, baseline, intervals, differences }: ReportedMetrics): MetricRow[] {
  return Object.entries(candidate ?? {}).map(([name, value]) => {
    const before = lookup(baseline ?? {}, name);
    return {
      name,
      candidate: withInterval(value, lookup(intervals?.candidate ?? {}, name)),
      ...(before === undefined
        ? {}
        : {
            baseline: withInterval(before, lookup(intervals?.baseline ?? {}, name)),
            difference: lookup(differences ?? {}, name) ?? { value: value - before },
          }),
    };
  });
}

const withInterval = (value: number, interval: Interval | undefined): Estimate =>
  interval === undefined ? { value } : { value, interval };

function thinnedLoad(load: LoadTest): LoadTest {
  return {
    ...load,
    candidate: thinnedModel(load.candidate),
    ...(load.baseline === undefined ? {} : { baseline: thinnedModel(load.baseline) }),
  };
}

const thinnedModel = (model: ServedLoad): ServedLoad => ({
  ...model,
  single: { ...model.single, samples: thinned(model.single.samples) },
  ...(model.batch === undefined ? {} : { batch: { ...model.batch, samples: thinned(model.batch.samples) } }),
});

/** At most `MAX_SAMPLES`, evenly taken, with three decimals: a microsecond. */
function thinned(samples: readonly number[]): number[] {
  const step = Math.max(1, samples.length / MAX_SAMPLES);
  const kept = Array.from(
    { length: Math.min(samples.length, MAX_SAMPLES) },
    (_, index) => samples[Math.floor(index * step)],
  );
  return kept.flatMap((sample) => (sample === undefined ? [] : [Number(sample.toFixed(3))]));
}

/**
 * The value of a metric by the name that the project uses, which may be an alias of the name in the record. A negated
 * metric is another number.
 */
export function byMetric<T>(record: Readonly<Record<string, T>> = {}, name: string): T | undefined {
  const metric = metricNamed(name);
  return lookup(record, name) ?? (metric?.negated === false ? lookup(record, metric.canonical) : undefined);
}
