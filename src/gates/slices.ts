import { z } from "zod";
import {
  boundsOf,
  byName,
  columnsOf,
  count,
  groupings,
  limitText,
  required,
  sameColumns,
  share,
  type Threshold,
  threshold,
} from "../config/forms.ts";
import { lookup } from "../lookup.ts";
import { canonicalMetric, lowerIsBetter } from "../measurements/predictions/names.ts";
import type { GroupReadings, PredictionReadings, SliceReadings } from "../measurements/predictions/readings.ts";
import { counted, groupText, intervalText, short } from "../text.ts";
import { defineGate, failed, passed, undecidable } from "./gate.ts";
import { holdAgainst } from "./metrics.ts";
import { wrongInOneGroup } from "./mutations.ts";

const settings = z
  .strictObject({
    required,
    /** Columns whose values make the groups; a list of columns crosses them. */
    columns: groupings,
    /** The same as `metrics = { accuracy = … }`. */
    "min-accuracy": share.optional(),
    /** Thresholds that each group keeps. */
    metrics: byName(threshold).optional(),
    /** How far a group may fall behind the same group of the baseline, in units of the metric, by metric. */
    "max-drop": byName(z.number().min(0)).optional(),
    /** Smaller groups are listed, not judged. */
    "min-size": count.default(50),
  })
  .refine(
    (table) => table["min-accuracy"] !== undefined || table.metrics !== undefined || table["max-drop"] !== undefined,
    "expected min-accuracy, metrics or max-drop: without one there is nothing to hold a group against",
  );
type Settings = z.output<typeof settings>;

/** Each group that is large enough keeps the thresholds, and does not fall behind the baseline's beyond noise. */
export const slicesGate = defineGate({
  id: "slices",
  settings,
  needs: ["predictions"],
  decide({ predictions }, settings) {
    const absent = missingColumns(predictions, settings.columns.flatMap(columnsOf));
    if (absent !== undefined) return undecidable(absent, true);
    const slices = settings.columns.flatMap((grouping) => sliceOf(predictions, columnsOf(grouping)) ?? []);
    const checks = slices.flatMap((slice) => slice.groups.flatMap((group) => groupChecks(slice, group, settings)));
    const tooSmall = slices.reduce((total, slice) => total + slice.tooSmall.length + slice.unlisted, 0);
    const note = tooSmall === 0 ? "" : `; ${counted(tooSmall, "group")} under ${settings["min-size"]} rows not judged`;
    if (checks.length === 0)
      return undecidable(`no group has ${counted(settings["min-size"], "row")} (gates.slices.min-size)`, true);
    const broken = checks.filter((one) => !one.kept);
    const worst = [...checks].sort((a, b) => a.margin - b.margin)[0];
    const groups = slices.reduce((total, slice) => total + slice.groups.length, 0);
    const numbers = { groups, broken: broken.length, tooSmall, ...(worst === undefined ? {} : { worst: worst.value }) };
    if (broken.length > 0) return failed(`${broken.map((one) => one.message).join("; ")}${note}`, numbers);
    return passed(`${counted(groups, "group")}; nearest to its limit: ${worst?.message}${note}`, numbers);
  },
  deciding: ({ worst, broken, groups }, settings) => {
    if (worst === undefined) return undefined;
    const [metric = "the metric", limit] = Object.entries(groupLimits(settings))[0] ?? [];
    return {
      figure: short(worst),
      name: `${metric} in the worst group`,
      against: [
        ...(limit === undefined ? [] : [limitText(limit)]),
        ...(broken === undefined || groups === undefined ? [] : [`${broken} of ${counted(groups, "group")} below`]),
      ],
    };
  },
  mutants: (settings) => settings.columns.map((grouping) => wrongInOneGroup(grouping, settings["min-size"])),
});

/** What a person reads when the predictions lack a column to group by. */
export function missingColumns({ absentColumns }: PredictionReadings, columns: readonly string[]): string | undefined {
  const absent = columns.filter((column) => absentColumns.includes(column));
  return absent.length === 0
    ? undefined
    : `the predictions of src.evaluate have no column ${[...new Set(absent)].join(" and no column ")}`;
}

const sliceOf = ({ slices }: PredictionReadings, columns: readonly string[]): SliceReadings | undefined =>
  slices.find((slice) => sameColumns(slice.columns, columns));

interface GroupCheck {
  readonly kept: boolean;
  readonly message: string;
  readonly value: number;
  /** How far the value is on the good side of its limit. */
  readonly margin: number;
}

/** What each group is held against, by metric. */
export const groupLimits = (settings: Settings): Record<string, Threshold> => ({
  ...(settings["min-accuracy"] === undefined ? {} : { accuracy: settings["min-accuracy"] }),
  ...settings.metrics,
});

function groupChecks(slice: SliceReadings, group: GroupReadings, settings: Settings): GroupCheck[] {
  const name = groupText(slice.columns, group.values);
  return [
    ...Object.entries(groupLimits(settings)).map(([metric, limit]) => limitCheck(name, group, metric, limit)),
    ...Object.entries(settings["max-drop"] ?? {}).flatMap(([metric, drop]) => dropCheck(name, group, metric, drop)),
  ];
}

function limitCheck(name: string, group: GroupReadings, metric: string, limit: Threshold): GroupCheck {
  const estimate = lookup(group.candidate, canonicalMetric(metric) ?? metric);
  if (estimate === undefined) {
    return { kept: false, message: `${name}: ${metric} cannot be computed by group`, value: 0, margin: -Infinity };
  }
  const { kept, message } = holdAgainst(metric, estimate, limit);
  const { min = -Infinity, max = Infinity } = boundsOf(limit);
  const margin = Math.min(estimate.value - min, max - estimate.value);
  return { kept, message: `${name}: ${message}, ${counted(group.rows, "row")}`, value: estimate.value, margin };
}

/** Nothing to compare with is nothing to fall behind. */
function dropCheck(name: string, group: GroupReadings, metric: string, drop: number): GroupCheck[] {
  const key = canonicalMetric(metric) ?? metric;
  const difference = lookup(group.differences ?? {}, key);
  if (difference === undefined) return [];
  const turn = lowerIsBetter(key) ? -1 : 1;
  const gain = difference.value * turn;
  const { interval } = difference;
  const surely = interval === undefined || (turn === 1 ? interval.high : -interval.low) < 0;
  const message = `${name}: ${metric} ${short(difference.value)}${intervalText(interval)} against the baseline (at most ${drop} worse), ${counted(group.rows, "row")}`;
  return [{ kept: gain >= -drop || !surely, message, value: difference.value, margin: gain + drop }];
}
