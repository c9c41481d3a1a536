import { z } from "zod";
import {
  cell,
  columnsOf,
  count,
  type Grouping,
  groupings,
  required,
  sameColumns,
  share,
  type Threshold,
} from "../config/forms.ts";
import { lookup } from "../lookup.ts";
import type { FairnessOfModel, FairnessReadings, PredictionReadings } from "../measurements/predictions/readings.ts";
import { groupText, percent } from "../text.ts";
import { defineGate, failed, passed, undecidable } from "./gate.ts";
import { furthestOff, holdAgainst } from "./metrics.ts";
import { neverInOneGroup } from "./mutations.ts";
import { missingColumns } from "./slices.ts";

const settings = z.strictObject({
  required,
  /** Protected columns; a list crosses columns. */
  columns: groupings,
  /** The answer that one would like to get. */
  favorable: cell,
  /** Least ratio of the lowest to the highest share of favourable answers among the groups (the four-fifths rule). */
  "disparate-impact": share.default(0.8),
  /** Greatest difference between groups of the true-positive or of the false-positive rate, whichever is larger. */
  "equalized-odds": share.default(0.1),
  /** Greatest difference between groups of the share of favourable answers; not judged when absent. */
  "demographic-parity": share.optional(),
  /** Smaller groups are listed, not judged. */
  "min-size": count.default(50),
});
type Settings = z.output<typeof settings>;

/** The groups of each protected column are treated alike, within the limits. */
export const fairnessGate = defineGate({
  id: "fairness",
  settings,
  needs: ["predictions"],
  decide({ predictions }, settings) {
    const absent = missingColumns(predictions, settings.columns.flatMap(columnsOf));
    if (absent !== undefined) return undecidable(absent, true);
    if (predictions.task === "regression")
      return undecidable("fairness is about classes, and the predictions are numbers", true);
    if (!predictions.classes?.includes(String(settings.favorable))) {
      return undecidable(
        `gates.fairness.favorable is ${JSON.stringify(settings.favorable)}, which is no label and no answer (there are ${predictions.classes?.join(", ")})`,
        true,
      );
    }
    const columns = settings.columns.map((grouping) => judge(predictions, grouping, settings));
    const broken = columns.filter((one) => !one.kept);
    const numbers = Object.assign({}, ...columns.map((one) => one.numbers)) as Record<string, number>;
    return broken.length > 0
      ? failed(broken.map((one) => one.message).join("; "), numbers)
      : passed(columns.map((one) => one.message).join("; "), numbers);
  },
  deciding: (numbers, settings) =>
    furthestOff(numbers, fairnessLimits(settings), (name) => name.slice(name.lastIndexOf(".") + 1)),
  mutants: (settings) =>
    settings.columns.map((grouping) => neverInOneGroup(grouping, settings["min-size"], String(settings.favorable))),
});

/** What the measures of fairness are held against. */
export const fairnessLimits = (settings: Settings): Record<string, Threshold> => ({
  disparate_impact: { min: settings["disparate-impact"] },
  equalized_odds: { max: settings["equalized-odds"] },
  ...(settings["demographic-parity"] === undefined
    ? {}
    : { demographic_parity: { max: settings["demographic-parity"] } }),
});

interface Judged {
  readonly kept: boolean;
  readonly message: string;
  readonly numbers: Record<string, number>;
}

function judge({ fairness }: PredictionReadings, grouping: Grouping, settings: Settings): Judged {
  const columns = columnsOf(grouping);
  const title = columns.join(" x ");
  const readings = fairness.find((one) => sameColumns(one.columns, columns));
  const groups = readings?.candidate.groups.length ?? 0;
  if (readings === undefined || groups < 2) {
    return {
      kept: false,
      message: `${title}: cannot be decided: ${groups === 0 ? "no group has" : "only one group has"} ${settings["min-size"]} rows (gates.fairness.min-size)`,
      numbers: {},
    };
  }
  const checks = Object.entries(fairnessLimits(settings)).map(([measure, limit]) => {
    const estimate = lookup(readings.candidate.measures, measure);
    if (estimate === undefined)
      return { measure, kept: false, message: `${measure.replace("_", " ")} is undefined`, value: undefined };
    return { measure, value: estimate.value, ...holdAgainst(measure.replace("_", " "), estimate, limit) };
  });
  const shown = checks.some((one) => !one.kept) ? checks.filter((one) => !one.kept) : checks;
  return {
    kept: checks.every((one) => one.kept),
    message: `${title}: ${shown.map((one) => one.message).join(", ")}${extremes(readings, readings.candidate)}`,
    numbers: Object.fromEntries(
      checks.flatMap(({ measure, value }) => (value === undefined ? [] : [[`${title}.${measure}`, value]])),
    ),
  };
}

/** The groups between which the ratio lies. */
function extremes({ columns, favorable, tooSmall }: FairnessReadings, { groups }: FairnessOfModel): string {
  const sorted = [...groups].sort((a, b) => a.selectionRate - b.selectionRate);
  const [least, most] = [sorted[0], sorted.at(-1)];
  const small =
    tooSmall.length === 0
      ? ""
      : `; not judged, too small: ${tooSmall.map(({ values }) => groupText(columns, values)).join(", ")}`;
  if (least === undefined || most === undefined) return small;
  return ` (${favorable} for ${percent(least.selectionRate)} of ${groupText(columns, least.values)}, ${percent(most.selectionRate)} of ${groupText(columns, most.values)})${small}`;
}
