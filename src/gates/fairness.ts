import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside, type Limit } from "../checks/limit.ts";
import type { MetricReason } from "../checks/reasons/metrics.ts";
import { cell, columnsOf, count, groupings, required, sameColumns, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { lookup } from "../lookup.ts";
import { classNamed } from "../measurements/predictions/class-names.ts";
import type { FairnessGroup, FairnessResults, PredictionResults } from "../measurements/predictions/results.ts";
import { defineGate } from "./gate.ts";
import { groupOf, withoutColumns } from "./groups.ts";
import { unfavorableInGroup } from "./harms.ts";
import { neverInOneGroup } from "./mutations.ts";

const settings = z.strictObject({
  required,
  /** Protected columns; a list of columns is crossed. */
  columns: groupings,
  /** The answer that benefits whoever it is about, for example a granted loan. */
  favorable: cell,
  /** Least ratio of the lowest to the highest share of favourable answers among the groups (the four-fifths rule). */
  "disparate-impact": stricter("higher", share).default(0.8),
  /** Greatest difference between groups of the true-positive or of the false-positive rate, whichever is larger. */
  "equalized-odds": stricter("lower", share).default(0.1),
  /** Greatest difference between groups of the share of favourable answers; not judged when absent. */
  "demographic-parity": stricter("lower", share).optional(),
  /** Smaller groups are listed, not judged. */
  "min-size": stricter("lower", count).default(50),
});
type Settings = z.output<typeof settings>;

/** The groups of each protected column are treated alike, within the limits. */
export const fairnessGate = defineGate({
  id: "fairness",
  settings,
  needs: ({ columns, favorable, "min-size": minimumSize }) => ({
    predictions: {
      fairness: columns.map((grouping) => ({
        columns: columnsOf(grouping),
        favorable,
        minimumSize,
      })),
    },
  }),
  decide({ predictions }, settings) {
    const absent = withoutColumns("fairness", predictions, settings.columns.flatMap(columnsOf));
    if (absent !== undefined) return [absent];
    const { task, classes = [] } = predictions;
    if (task === "regression") return [{ what: "fairness", outcome: "missing", reason: { code: "no-classes" } }];
    const value = settings.favorable;
    if (classNamed(classes, value) === undefined) {
      const reason = { code: "unknown-class", setting: "gates.fairness.favorable", value, classes } as const;
      return [{ what: "fairness", outcome: "missing", reason }];
    }
    const columns = settings.columns.map(columnsOf);
    return [
      ...columns.flatMap((one) => checksOf(predictions, one, settings)),
      ...columns.flatMap((one) => smallGroups(predictions, one)),
    ];
  },
  mutants: (settings) =>
    settings.columns.map((grouping) => neverInOneGroup(grouping, settings["min-size"], settings.favorable)),
  harms: (settings, facts) =>
    settings.columns.map((grouping) => unfavorableInGroup(grouping, settings["min-size"], settings.favorable, facts)),
});

/** The limit of each fairness measure. */
const limitsOf = (settings: Settings): [measure: string, limit: Limit][] => [
  ["disparate_impact", { min: settings["disparate-impact"] }],
  ["equalized_odds", { max: settings["equalized-odds"] }],
  ...(settings["demographic-parity"] === undefined
    ? []
    : [["demographic_parity", { max: settings["demographic-parity"] }] as [string, Limit]]),
];

const resultsOf = ({ fairness }: PredictionResults, columns: readonly string[]): FairnessResults | undefined =>
  fairness.find((one) => sameColumns(one.columns, columns));

function checksOf(predictions: PredictionResults, columns: readonly string[], settings: Settings): Check[] {
  const results = resultsOf(predictions, columns);
  const groups = results?.candidate.groups ?? [];
  if (results === undefined || groups.length < 2) {
    const judged = groups.length === 0 ? 0 : 1;
    const minimum = settings["min-size"];
    const reason = { code: "no-group", judged, minimum, setting: "gates.fairness.min-size", columns } as const;
    return [{ what: "fairness", outcome: "missing", reason }];
  }
  const { favorable, candidate, baseline } = results;
  const sorted = [...groups].sort((a, b) => a.selectionRate - b.selectionRate).map((one) => shareOf(columns, one));
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  const reason: MetricReason = {
    ...{ code: "between-groups", columns, favorable },
    ...(lowest === undefined || highest === undefined ? {} : { lowest, highest }),
  };
  return limitsOf(settings).map(([measure, limit]): Check => {
    const estimate = lookup(candidate.measures, measure);
    if (estimate === undefined) return { what: measure, limit, outcome: "missing", reason };
    const before = lookup(baseline?.measures ?? {}, measure);
    return {
      ...{ what: measure, ...estimate, limit },
      ...(before === undefined ? {} : { baseline: before.value }),
      ...{ outcome: isOutside(estimate.value, limit) ? "broken" : "kept", reason },
    };
  });
}

const shareOf = (columns: readonly string[], { values, selectionRate }: FairnessGroup) => ({
  group: groupOf(columns, values),
  share: selectionRate,
});

function smallGroups(predictions: PredictionResults, columns: readonly string[]): Check[] {
  const results = resultsOf(predictions, columns);
  if (results === undefined || results.candidate.groups.length < 2 || results.tooSmall.length === 0) return [];
  const groups = results.tooSmall.map(({ values }) => groupOf(columns, values));
  return [{ what: "groups too small to judge", outcome: "kept", reason: { code: "small-groups", groups } }];
}
