import { isOutside, limitText, type Threshold } from "../config/forms.ts";
import type { Config } from "../context/schema.ts";
import { lookup } from "../lookup.ts";
import { canonicalMetric, lowerIsBetter } from "../measurements/predictions/names.ts";
import type { GroupReadings, PredictionReadings, SliceReadings } from "../measurements/predictions/readings.ts";
import type { Interval } from "../statistics/estimate.ts";
import { sliceLimits } from "./limits.ts";

/** The groups of a grouping, held against the limit of one metric. */
export interface JudgedSlice {
  /** `sex × race`. */
  readonly title: string;
  readonly metric: string;
  /** Whether less of the metric is better. */
  readonly lower: boolean;
  readonly limit: Threshold | undefined;
  /** The largest first. */
  readonly groups: readonly JudgedGroup[];
  readonly slice: SliceReadings;
}

export interface JudgedGroup {
  readonly values: readonly string[];
  readonly rows: number;
  readonly candidate: number;
  readonly interval: Interval | undefined;
  readonly baseline: number | undefined;
  readonly baselineInterval: Interval | undefined;
  /** The candidate is on the wrong side of the limit. */
  readonly broken: boolean;
  /** In words; empty where there is none. */
  readonly limit: string;
}

/**
 * All groupings by the first metric that the slices gate holds them against; by accuracy, or the error of a model of numbers,
 * where it names none. A grouping without groups is left out.
 */
export function judgedSlices(readings: PredictionReadings, config: Config | undefined): JudgedSlice[] {
  const limits = Object.fromEntries(
    Object.entries(sliceLimits(config)).map(([name, limit]) => [canonicalMetric(name) ?? name, limit]),
  );
  return readings.slices.flatMap((slice): JudgedSlice[] => {
    const metric = metricOf(slice, Object.keys(limits), readings.task);
    if (metric === undefined) return [];
    const limit = lookup(limits, metric);
    const groups = slice.groups.flatMap((group) => judged(group, metric, limit));
    return [{ title: slice.columns.join(" × "), metric, lower: lowerIsBetter(metric), limit, groups, slice }];
  });
}

function metricOf(
  { groups }: SliceReadings,
  limited: readonly string[],
  task: PredictionReadings["task"],
): string | undefined {
  const measured = groups[0]?.candidate ?? {};
  const wanted = [...limited, task === "classification" ? "accuracy" : "mae", ...Object.keys(measured)];
  return wanted.find((metric) => lookup(measured, metric) !== undefined);
}

function judged(group: GroupReadings, metric: string, limit: Threshold | undefined): JudgedGroup[] {
  const candidate = lookup(group.candidate, metric);
  if (candidate === undefined) return [];
  const baseline = lookup(group.baseline ?? {}, metric);
  return [
    {
      values: group.values,
      rows: group.rows,
      candidate: candidate.value,
      interval: candidate.interval,
      baseline: baseline?.value,
      baselineInterval: baseline?.interval,
      broken: limit !== undefined && isOutside(candidate.value, limit),
      limit: limit === undefined ? "" : limitText(limit),
    },
  ];
}
