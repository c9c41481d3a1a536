import { counted, grouped, groupText, intervalText, percent, short, signed } from "../../text.ts";
import type { Check } from "../check.ts";
import { groupName, spaced, valueAndLimit } from "../format.ts";
import { limitText } from "../limit.ts";
import type { Phrases } from "../phrase.ts";

/** A group's share of rows with the favourable answer. */
export interface GroupShare {
  readonly group: Readonly<Record<string, string>>;
  readonly share: number;
}

/** Rows with similar scores: their mean score, and the share of them in which it came true. */
export interface ScoreBin {
  readonly score: number;
  readonly observed: number;
  readonly rows: number;
}

/** What a metric needs beside labels and answers: a column of a quantile, or of two, or one of the groups that rows are ranked within. */
type MetricNeed = "quantiles" | "interval" | "group";

/** Reasons about metrics: of all rows, of each group, and between groups. */
export type MetricReason =
  /** `needs` is what the predictions lack. */
  | { readonly code: "metric-not-measured"; readonly needs?: MetricNeed }
  /** metrics.json differs from the predictions; the value is the claim. */
  | {
      readonly code: "false-claim";
      readonly computed: number;
      readonly tolerance: number;
      readonly claimedBy: string;
      /** The class of which the claim is true, where it is not the positive one. */
      readonly trueOf?: string;
    }
  /** The value is a claim that no model can have; the limit has the possible values. */
  | { readonly code: "impossible-claim"; readonly claimedBy: string }
  /** The default floor of a classification, which the project does not set. */
  | { readonly code: "guessed-limit" }
  /** The default floor of a regression. */
  | { readonly code: "better-than-mean" }
  /** A relative error is undefined, since so many rows have a label of zero. */
  | { readonly code: "zero-labels"; readonly rows: number }
  /** Whole numbers were taken for classes, or for quantities, without being told which. */
  | { readonly code: "guessed-task"; readonly task: "classification" | "regression"; readonly labels: number }
  /** The value is the area under the curve, below one half. */
  | { readonly code: "scores-of-other-class"; readonly positive: string; readonly other: string }
  /** The value is about the interval between two quantiles, the lowest and the highest. */
  | { readonly code: "interval-of-quantiles"; readonly lowest: number; readonly highest: number }
  /** The value is the share of rows in which a quantile is below a lower one. */
  | { readonly code: "crossing-quantiles"; readonly rows: number }
  /** The value is the number of ranked groups that are left out, of so many. */
  | { readonly code: "groups-without-relevant"; readonly groups: number }
  /** The value is how many rows that count alike would say as much as these, which count by the numbers of a column. */
  | { readonly code: "weighted-rows"; readonly column: string; readonly rows: number }
  /** The value is an error of the scores; `furthest` is the bin of scores that adds most to the calibration error. */
  | { readonly code: "calibration"; readonly rows: number; readonly furthest?: ScoreBin }
  /** A perfect score may have such a value in so few rows; `rowsNeeded` is absent where nobody can say how many would do. */
  | {
      readonly code: "calibration-within-noise";
      readonly rows: number;
      readonly furthest?: ScoreBin;
      readonly rowsNeeded?: number;
    }
  /** `ranked` is the number of ranked groups that a metric of rankings is the mean over. */
  | { readonly code: "metric-of-group"; readonly rows: number; readonly ranked?: number }
  | { readonly code: "metric-not-by-group" }
  /** The value is the candidate's minus the baseline's; `allowed` is how much worse it may be. */
  | { readonly code: "change-of-group"; readonly rows: number; readonly ranked?: number; readonly allowed: number }
  /** Columns have several values within so many of the `total` ranked groups, which are in no slice as a whole. */
  | {
      readonly code: "varying-slice";
      readonly within: string;
      readonly columns: readonly { readonly column: string; readonly groups: number }[];
      readonly total: number;
    }
  /** The value is the number of groups with fewer ranked groups than are judged. */
  | {
      readonly code: "few-ranked";
      readonly columns: readonly string[];
      readonly minimum: number;
      readonly setting: string;
    }
  /** The value is the number of groups. */
  | { readonly code: "groups-too-small"; readonly minimum: number }
  | { readonly code: "small-groups"; readonly groups: readonly Readonly<Record<string, string>>[] }
  /** Compares the groups of some columns; `lowest` and `highest` have the extreme shares of favourable answers. */
  | {
      readonly code: "between-groups";
      readonly columns: readonly string[];
      readonly favorable: string;
      readonly lowest?: GroupShare;
      readonly highest?: GroupShare;
    };

const NEEDS: Readonly<Record<MetricNeed, string>> = {
  group: "it needs the column that rows are ranked within (predictions.group), and a group with a label over 0",
  quantiles:
    "it needs a column of a quantile, such as prediction_q90 (predictions.quantiles), beside numbers as answers",
  interval:
    "it needs columns of two quantiles, such as prediction_q10 and prediction_q90 (predictions.quantiles), beside numbers as answers",
};

export const METRIC_PHRASES: Phrases<MetricReason> = {
  "metric-not-measured": {
    text: ({ what }, { needs }) =>
      `${what} is not among the measured metrics${needs === undefined ? "" : `: ${NEEDS[needs]}`}`,
  },
  "false-claim": {
    text: ({ what, value = 0 }, { computed, tolerance, claimedBy, trueOf }) =>
      `metrics.json of ${claimedBy} claims ${what} ${short(value)}; its predictions give ${short(computed)} (tolerance ${tolerance})${trueOf === undefined ? "" : `: the claim is that of class ${JSON.stringify(trueOf)}, which evaluation.positive does not name`}`,
    deciding: ({ what, value = 0 }, { computed, tolerance }) => ({
      figure: short(value),
      name: `${spaced(what)} as metrics.json claims it`,
      against: [`computed ${short(computed)}`, `tolerance ${tolerance}`],
    }),
  },
  "impossible-claim": {
    text: ({ what, value = 0, limit = {} }, { claimedBy }) =>
      `metrics.json of ${claimedBy} claims ${what} ${short(value)}, which can only be ${limitText(limit)}${value > 1 && limit.max === 1 ? "; is it in percent?" : ""}`,
  },
  "guessed-limit": {
    text: (check) =>
      `${check.what} ${valueAndLimit(check)}${check.outcome === "broken" ? `: a guess of the pipeline, and gates.metrics.${check.what} = ${limitBelow(check)} allows it` : ""}`,
  },
  "better-than-mean": {
    text: (check) =>
      `${check.what} ${valueAndLimit(check)}${check.outcome === "broken" ? ": worse than if every answer were the mean of the labels; gates.metrics sets other limits" : ""}`,
  },
  "zero-labels": {
    text: ({ what }, { rows }) =>
      `${what} is undefined, since the label is 0 in ${counted(rows, "row")}: no error is a share of nothing (mae and rmse are defined)`,
  },
  "guessed-task": {
    always: true,
    text: (_, { task, labels }) =>
      task === "regression"
        ? `${counted(labels, "different whole-number label")} taken for numbers; evaluation.task = "classification" takes them for classes`
        : `${counted(labels, "different whole-number label")} taken for classes; evaluation.task = "regression" takes them for numbers`,
  },
  "scores-of-other-class": {
    always: true,
    text: ({ value = 0, interval }, { positive, other }) =>
      `roc_auc ${short(value)}${intervalText(interval)} is below 0.5: the scores seem to be about ${JSON.stringify(other)}, and the positive class is ${JSON.stringify(positive)} (evaluation.positive)`,
  },
  "interval-of-quantiles": {
    text: (check, { lowest, highest }) =>
      `${spaced(check.what)} ${valueAndLimit(check)}; ${short(highest - lowest)} of the labels should be between the quantiles ${lowest} and ${highest}`,
  },
  "crossing-quantiles": {
    always: true,
    text: ({ value = 0 }, { rows }) =>
      `a quantile is below a lower one in ${percent(value)} of ${counted(rows, "row")} (gates.metrics.quantile_crossing limits it)`,
  },
  "groups-without-relevant": {
    always: true,
    text: ({ value = 0 }, { groups }) =>
      `${counted(value, "group")} of ${grouped(groups)} without a relevant row (label over 0) left out of the metrics of rankings`,
  },
  "weighted-rows": {
    always: true,
    text: ({ value = 0 }, { column, rows }) =>
      `${counted(rows, "row")} count by ${column} (predictions.weight), and say as much as ${grouped(Math.round(value))} that count alike`,
  },
  calibration: {
    text: (check, { furthest }) => `${spaced(check.what)} ${valueAndLimit(check)}${furthestText(check, furthest)}`,
  },
  "calibration-within-noise": {
    text: (check, { rows, furthest, rowsNeeded }) =>
      `${spaced(check.what)} ${valueAndLimit(check)}${furthestText(check, furthest)}; within the noise of ${counted(rows, "row")}${rowsNeeded === undefined ? "" : `, and about ${grouped(rowsNeeded)} rows would tell`}`,
  },
  "metric-of-group": {
    text: (check, { rows, ranked }) => `${check.what} ${valueAndLimit(check)}, ${sizeText(rows, ranked)}`,
  },
  "metric-not-by-group": { text: ({ what }) => `${what} cannot be computed by group` },
  "change-of-group": {
    text: ({ what, value = 0, interval }, { rows, ranked, allowed }) =>
      `${what} ${short(value)}${intervalText(interval)} against the baseline (at most ${allowed} worse), ${sizeText(rows, ranked)}`,
    deciding: ({ what, value = 0, group = {} }, { allowed }) => ({
      figure: signed(value),
      name: `${spaced(what)} of ${groupName(group)} against the baseline`,
      against: [`at most ${allowed} worse`],
    }),
  },
  "varying-slice": {
    text: ({ what }, { within, columns, total }) =>
      `${what} cannot be measured by ${columns.map(({ column }) => column).join(" x ")}: ${columns
        .map(
          ({ column, groups }) =>
            `${column} has several values in ${grouped(groups)} of ${counted(total, "group")} of ${within}`,
        )
        .join(", and ")}; slice by a column with one value for each ${within}, or by metrics of rows`,
  },
  "few-ranked": {
    always: true,
    text: ({ what, value = 0, outcome }, { columns, minimum, setting }) =>
      `${what} not judged in ${counted(value, "group")} of ${columns.join(" x ")} with fewer than ${minimum} ranked groups that have a relevant row${outcome === "missing" ? `, and in no other (${setting})` : ""}`,
  },
  "groups-too-small": {
    always: true,
    text: ({ value = 0 }, { minimum }) => `${counted(value, "group")} under ${minimum} rows not judged`,
  },
  "small-groups": {
    always: true,
    text: (_, { groups }) => `not judged, too small: ${groups.map(groupName).join(", ")}`,
  },
  "between-groups": {
    text: (check) =>
      check.value === undefined
        ? `${spaced(check.what)} is undefined`
        : `${spaced(check.what)} ${valueAndLimit(check)}`,
    frame: ({ columns, favorable, lowest, highest }) => ({
      before: columns.join(" x "),
      after:
        lowest === undefined || highest === undefined
          ? ""
          : ` (${favorable} for ${shareOf(lowest, columns)}, ${shareOf(highest, columns)})`,
    }),
  },
};

/** The rows of a group, or what a metric of rankings is the mean over. */
const sizeText = (rows: number, ranked: number | undefined): string =>
  ranked === undefined ? counted(rows, "row") : `${counted(ranked, "ranked group")}`;

/** Where the scores are furthest from what comes true, of a check that did not pass. */
const furthestText = ({ outcome }: Check, bin: ScoreBin | undefined): string =>
  bin === undefined || outcome === "kept"
    ? ""
    : `: where scores say ${percent(bin.score)}, ${percent(bin.observed)} came true (${counted(bin.rows, "row")})`;

/** A limit of two digits that a metric keeps, with what it may differ by from one sample to the next. */
const limitBelow = ({ value = 0, interval }: Check): number => Math.floor(100 * (interval?.low ?? value)) / 100;

const shareOf = ({ group, share }: GroupShare, columns: readonly string[]): string =>
  `${percent(share)} of ${groupText(
    columns,
    columns.map((column) => group[column] ?? ""),
  )}`;
