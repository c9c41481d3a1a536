import { identifier } from "../../tables/sql.ts";
import type { MeasurementSettings } from "../predictions/measure.ts";
import { type MeasurementPlan, type ModelPlan, planMeasurement } from "../predictions/plan.ts";
import { classCode, classType, keyOf } from "../predictions/sql.ts";
import type { PredictionSummary } from "../predictions/summary.ts";
import { type RankedPlan, rankedPlan } from "./ranked.ts";
import type { WorstSlices } from "./results.ts";

/** What a search for worst slices reads of the predictions. */
export interface SlicePlan {
  readonly metric: WorstSlices["metric"];
  readonly rows: number;
  /** Table expression that reads the predictions. */
  readonly table: string;
  /** Statements that the expressions below need. */
  readonly before: readonly string[];
  /** How far off the answer of a row is, and what identifies a row, as SQL. */
  readonly error: string;
  readonly key: string;
  readonly columns: readonly SearchedColumn[];
  readonly unsearched: number;
  /** Columns that have several values within the groups that rows are ranked in. */
  readonly varying?: readonly string[];
  /** What is read in place of the rows where they are ranked: see `searchedGroups`. */
  readonly ranked?: RankedPlan | undefined;
}

export interface SearchedColumn {
  readonly name: string;
  /** Whether all its values are numbers. */
  readonly numeric: boolean;
}

/** Further columns are left out: three of so many already make twenty thousand kinds of groups. */
const MAX_COLUMNS = 50;

/** What is searched. */
export interface SearchRequest {
  /** The columns to search; all that are no label, answer, score or id when absent. */
  readonly columns?: readonly string[] | undefined;
  /** Rows are searched, and not the groups that they are ranked within. */
  readonly ofRows?: boolean | undefined;
}

/** @returns the plan, or why there is nothing to search */
export function planSearch(
  summary: PredictionSummary,
  table: string,
  { evaluation, columns }: Omit<MeasurementSettings, "request">,
  { columns: only, ofRows = false }: SearchRequest = {},
): SlicePlan | string {
  const plan = planMeasurement([summary], [table], evaluation, {}, columns);
  if (typeof plan === "string") return plan;
  const present = featuresOf(plan, summary).filter(({ name }) => only?.includes(name) ?? true);
  if (present.length === 0) return "the predictions have no columns beside label, prediction, scores and id";
  return {
    metric: plan.task === "classification" ? "accuracy" : "mae",
    rows: summary.rows,
    table,
    before: classType(plan),
    error: errorOf(plan),
    key: keyOf(plan),
    columns: present.slice(0, MAX_COLUMNS),
    unsearched: Math.max(0, present.length - MAX_COLUMNS),
    ranked: ofRows ? undefined : rankedPlan(plan),
  };
}

/** The columns that say something of a row beside what the model answered, and what is true. */
export function featuresOf({ models, group, weight }: MeasurementPlan, summary: PredictionSummary): SearchedColumn[] {
  const taken = new Set(["label", "prediction", "score", "id", group, weight, ...models.flatMap(ownColumns)]);
  return summary.columns.flatMap((name) => {
    const present = summary.rows - (summary.missing[name] ?? 0);
    return taken.has(name) || present === 0 ? [] : [{ name, numeric: summary.numeric[name] === present }];
  });
}

/** The columns beside the answer that are the model's. */
const ownColumns = ({ scores, quantiles }: ModelPlan): string[] => [
  ...scores,
  ...quantiles.map(({ column }) => column),
];

/** 1 where an answer is wrong; of numbers how far it is from the label. */
function errorOf(plan: MeasurementPlan): string {
  if (plan.task === "regression") {
    return `abs(${identifier("prediction")}::DOUBLE - ${identifier("label")}::DOUBLE)`;
  }
  const code = classCode(plan);
  return `(${code("label")} <> ${code("prediction")})::DOUBLE`;
}
