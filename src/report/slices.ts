import type { Check } from "../checks/check.ts";
import { type Limit, limitText } from "../checks/limit.ts";
import type { GateResult } from "../gates/result.ts";
import { lookup } from "../lookup.ts";
import { canonicalMetric, lowerIsBetter } from "../measurements/predictions/names.ts";
import type { GroupResults, PredictionResults, SliceResults } from "../measurements/predictions/results.ts";
import type { Interval } from "../statistics/estimate.ts";
import { groupChecks } from "./limits.ts";

/** The groups of a grouping, as the slices gate judged them by one metric. */
export interface JudgedSlice {
  /** `sex × race`. */
  readonly title: string;
  readonly metric: string;
  /** Whether lower values of the metric are better. */
  readonly lower: boolean;
  readonly limit: Limit | undefined;
  /** The largest first. */
  readonly groups: readonly JudgedGroup[];
  readonly slice: SliceResults;
}

export interface JudgedGroup {
  readonly values: readonly string[];
  readonly rows: number;
  readonly candidate: number;
  readonly interval: Interval | undefined;
  readonly baseline: number | undefined;
  readonly baselineInterval: Interval | undefined;
  /** The candidate is beyond the limit. */
  readonly broken: boolean;
  /** In words; empty when there is none. */
  readonly limit: string;
}

/**
 * All groupings, by the first metric that the slices gate limits, or else by accuracy, or the error of a regression. A
 * grouping without groups is left out.
 */
export function judgedSlices(results: PredictionResults, gates: readonly GateResult[]): JudgedSlice[] {
  const checks = new Map(
    groupChecks(gates).map((check) => [keyOf(canonicalMetric(check.what), check.group ?? {}), check]),
  );
  const limited = [...checks.values()].map(({ what }) => canonicalMetric(what));
  return results.slices.flatMap((slice): JudgedSlice[] => {
    const metric = metricOf(slice, limited, results.task);
    if (metric === undefined) return [];
    const groupsWithChecks = slice.groups.map((group) => ({
      group,
      check: checks.get(keyOf(metric, recordOf(slice, group))),
    }));
    const limit = groupsWithChecks.find(({ check }) => check?.limit !== undefined)?.check?.limit;
    const groups = groupsWithChecks.flatMap(({ group, check }) => judged(group, metric, check));
    return [{ title: slice.columns.join(" × "), metric, lower: lowerIsBetter(metric) === true, limit, groups, slice }];
  });
}

const recordOf = ({ columns }: SliceResults, { values }: GroupResults): Record<string, string> =>
  Object.fromEntries(columns.map((column, index) => [column, values[index] ?? ""]));

const keyOf = (metric: string, group: Readonly<Record<string, string>>): string => JSON.stringify([metric, group]);

function metricOf(
  { groups }: SliceResults,
  limited: readonly string[],
  task: PredictionResults["task"],
): string | undefined {
  const measured = groups[0]?.candidate ?? {};
  const wanted = [...limited, task === "classification" ? "accuracy" : "mae", ...Object.keys(measured)];
  return wanted.find((metric) => lookup(measured, metric) !== undefined);
}

function judged(group: GroupResults, metric: string, check: Check | undefined): JudgedGroup[] {
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
      broken: check?.outcome === "broken",
      limit: check?.limit === undefined ? "" : limitText(check.limit),
    },
  ];
}
