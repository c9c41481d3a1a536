import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside } from "../checks/limit.ts";
import {
  byName,
  columnsOf,
  count,
  groupings,
  required,
  sameColumns,
  share,
  type Threshold,
  threshold,
} from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { estimateOf, isRanking, lowerIsBetter } from "../measurements/predictions/names.ts";
import type { GroupResults, PredictionResults, SliceResults } from "../measurements/predictions/results.ts";
import { defineGate } from "./gate.ts";
import { groupOf, withoutColumns } from "./groups.ts";
import { wrongInGroup } from "./harms.ts";
import { checkThresholds, metricLimit } from "./metric-settings.ts";
import { wrongInOneGroup } from "./mutations.ts";
import { turnedInGroup, turnedInOneGroup } from "./turned-order.ts";

const settings = z
  .strictObject({
    required,
    /** Columns whose values form the groups; a list of columns is crossed. */
    columns: groupings,
    /** The same as `metrics = { accuracy = … }`. */
    "min-accuracy": stricter("higher", share).optional(),
    /** Thresholds that each group must keep. */
    metrics: byName(threshold).optional(),
    /** How far a group may fall behind the same group of the baseline, in units of the metric, by metric. */
    "max-drop": byName(stricter("lower", z.number().min(0))).optional(),
    /** Smaller groups are listed, not judged. Of metrics of rankings, the ranked groups of a group are counted in place of its rows. */
    "min-size": stricter("lower", count).default(50),
  })
  .refine(
    (table) => table["min-accuracy"] !== undefined || table.metrics !== undefined || table["max-drop"] !== undefined,
    "expected min-accuracy, metrics or max-drop: without one there is nothing to hold a group against",
  )
  .check(checkThresholds(({ metrics = {} }) => metrics, "metrics"));
type Settings = z.output<typeof settings>;

/** Each group that is large enough keeps the thresholds, and does not fall behind the baseline beyond noise. */
export const slicesGate = defineGate({
  id: "slices",
  settings,
  needs: ({ columns, metrics = {}, "max-drop": drops = {}, "min-size": minimumSize }) => ({
    predictions: {
      slices: columns.map((grouping) => ({
        columns: columnsOf(grouping),
        minimumSize,
        metrics: [...Object.keys(metrics), ...Object.keys(drops)],
      })),
    },
  }),
  decide({ predictions }, settings) {
    const absent = withoutColumns("slices", predictions, settings.columns.flatMap(columnsOf));
    if (absent !== undefined) return [absent];
    const slices = settings.columns.flatMap((grouping) => sliceOf(predictions, columnsOf(grouping)) ?? []);
    const minimum = settings["min-size"];
    const checks = slices.flatMap((slice) => [
      ...slice.groups.flatMap((group) => groupChecks(slice, group, judgedMetrics(slice, group, settings))),
      ...rankingNotes(slice, settings),
    ]);
    if (checks.length === 0) {
      const reason = { code: "no-group", judged: 0, minimum, setting: "gates.slices.min-size" } as const;
      return [{ what: "slices", outcome: "missing", reason }];
    }
    const small = slices.reduce((total, slice) => total + slice.tooSmall.length + slice.unlisted, 0);
    const reason = { code: "groups-too-small", minimum } as const;
    return small === 0
      ? checks
      : [...checks, { what: "groups too small to judge", value: small, outcome: "kept", reason }];
  },
  mutants: (settings) =>
    settings.columns.flatMap((grouping) =>
      spoiledAs(settings).map((spoiled) => spoiled.mutant(grouping, settings["min-size"])),
    ),
  harms: (settings, facts) =>
    settings.columns.flatMap((grouping) =>
      spoiledAs(settings).map((spoiled) => spoiled.harm(grouping, settings["min-size"], facts)),
    ),
});

const sliceOf = ({ slices }: PredictionResults, columns: readonly string[]): SliceResults | undefined =>
  slices.find((slice) => sameColumns(slice.columns, columns));

/** What spoils a group for the metrics that the settings name: its answers, the order of its rows, or either. */
function spoiledAs(settings: Settings) {
  const named = [...Object.keys(groupLimits(settings)), ...Object.keys(settings["max-drop"] ?? {})];
  return [
    ...(named.every(isRanking) ? [] : [{ mutant: wrongInOneGroup, harm: wrongInGroup }]),
    ...(named.some(isRanking) ? [{ mutant: turnedInOneGroup, harm: turnedInGroup }] : []),
  ];
}

/** The limits of each group, by metric. */
const groupLimits = (settings: Settings): Record<string, Threshold> => ({
  ...(settings["min-accuracy"] === undefined ? {} : { accuracy: settings["min-accuracy"] }),
  ...settings.metrics,
});

/** What a group is held against, by metric. */
interface Judged {
  readonly limits: Readonly<Record<string, Threshold>>;
  readonly drops: Readonly<Record<string, number>>;
}

/** Of few ranked groups the mean says little of a slice: one alone has no interval, and each change of it would be beyond noise. */
function judgedMetrics({ varying }: SliceResults, { ranked }: GroupResults, settings: Settings): Judged {
  const all = { limits: groupLimits(settings), drops: settings["max-drop"] ?? {} };
  if (varying === undefined && (ranked === undefined || ranked >= settings["min-size"])) return all;
  const ofRows = <T>(table: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(table).filter(([metric]) => !isRanking(metric)));
  return { limits: ofRows(all.limits), drops: ofRows(all.drops) };
}

/** What keeps metrics of rankings from being judged in the groups of a slice: once for all of them, since it is not about one. */
function rankingNotes({ columns, groups, varying }: SliceResults, settings: Settings): Check[] {
  const drops = groups.some(({ differences }) => differences !== undefined) ? (settings["max-drop"] ?? {}) : {};
  const metrics = [...new Set([...Object.keys(groupLimits(settings)), ...Object.keys(drops)])].filter(isRanking);
  if (metrics.length === 0) return [];
  const what = metrics.join(", ");
  if (varying !== undefined) return [{ what, outcome: "missing", reason: { code: "varying-slice", ...varying } }];
  const minimum = settings["min-size"];
  const small = groups.filter(({ ranked = minimum }) => ranked < minimum);
  if (small.length === 0) return [];
  const reason = { code: "few-ranked", columns, minimum, setting: "gates.slices.min-size" } as const;
  return [{ what, value: small.length, outcome: small.length === groups.length ? "missing" : "kept", reason }];
}

const groupChecks = (slice: SliceResults, group: GroupResults, { limits, drops }: Judged): Check[] => {
  const name = groupOf(slice.columns, group.values);
  return [
    ...Object.entries(limits).map(([metric, limit]) => limitCheck(name, group, metric, limit)),
    ...Object.entries(drops).flatMap(([metric, drop]) => dropCheck(name, group, metric, drop)),
  ];
};

function limitCheck(name: Record<string, string>, group: GroupResults, metric: string, threshold: Threshold): Check {
  const limit = metricLimit(metric, threshold);
  const check = { what: metric, group: name, limit };
  const estimate = estimateOf(group.candidate, metric);
  if (estimate === undefined) return { ...check, outcome: "missing", reason: { code: "metric-not-by-group" } };
  const before = estimateOf(group.baseline ?? {}, metric);
  return {
    ...{ ...check, ...estimate },
    ...(before === undefined ? {} : { baseline: before.value }),
    outcome: isOutside(estimate.value, limit) ? "broken" : "kept",
    reason: { code: "metric-of-group", ...sizeOf(group, metric) },
  };
}

/** The rows of a group, and of metrics of rankings its ranked groups. */
const sizeOf = ({ rows, ranked }: GroupResults, metric: string) => ({
  rows,
  ...(ranked === undefined || !isRanking(metric) ? {} : { ranked }),
});

/** Without a baseline there is no drop to check, and a difference that may be noise is not a drop. */
function dropCheck(name: Record<string, string>, group: GroupResults, metric: string, drop: number): Check[] {
  if (group.differences === undefined) return [];
  const difference = estimateOf(group.differences, metric);
  const lower = lowerIsBetter(metric) === true;
  const limit = lower ? { max: drop } : { min: -drop };
  if (difference === undefined)
    return [{ what: metric, group: name, limit, outcome: "missing", reason: { code: "metric-not-by-group" } }];
  const { interval } = difference;
  const surely = interval === undefined || (lower ? interval.low > 0 : interval.high < 0);
  return [
    {
      ...{ what: metric, group: name, ...difference, limit },
      outcome: isOutside(difference.value, limit) && surely ? "broken" : "kept",
      reason: { code: "change-of-group", ...sizeOf(group, metric), allowed: drop },
    },
  ];
}
