import type { MeasurementRequest } from "../request.ts";
import type { Task } from "./results.ts";
import type { EvaluationConfig } from "./settings.ts";
import { hasWholeNumberClasses, type PredictionSummary } from "./summary.ts";

/** What is measured in the predictions of one or two models, derived from their content and from the request. */
export interface MeasurementPlan {
  readonly task: Task;
  /** Classification only, in scikit-learn's order. */
  readonly classes: readonly string[];
  readonly positive: string | undefined;
  /** Labels and answers are compared as whole numbers. */
  readonly wholeNumbers: boolean;
  readonly models: readonly ModelPlan[];
  /** Each different list of columns that slices or fairness group by, with the lower of their minimum sizes. */
  readonly groupings: readonly { readonly columns: readonly string[]; readonly minimumSize: number }[];
  /** Columns to group by that the candidate's predictions lack. */
  readonly absentColumns: readonly string[];
}

export interface ModelPlan {
  readonly role: "candidate" | "baseline";
  /** Table expression that reads the model's predictions. */
  readonly table: string;
  readonly rows: number;
  /** Whether each row has a score; `probability` when all scores are from 0 to 1. */
  readonly score: "none" | "any" | "probability";
  readonly hasId: boolean;
}

/** With more different answers a model is not a classifier. */
const MAX_CLASSES = 1000;

/**
 * @returns the plan, or why there is nothing to measure
 */
export function planMeasurement(
  summaries: readonly PredictionSummary[],
  tables: readonly string[],
  evaluation: EvaluationConfig,
  request: MeasurementRequest,
): MeasurementPlan | string {
  const [candidate] = summaries;
  if (candidate === undefined) return "there are no predictions";
  const flaw = summaries.map(flawOf).find((one) => one !== undefined);
  if (flaw !== undefined) return flaw;
  const { task } = candidate;
  const wholeNumbers = summaries.every(hasWholeNumberClasses);
  const classes = task === "regression" ? [] : classesOf(summaries, request.summary?.classes ?? [], wholeNumbers);
  if (classes.length > MAX_CLASSES)
    return `there are more than ${MAX_CLASSES} different labels and answers; set evaluation.task = "regression" for a model of numbers`;
  const groupings = groupingsOf(request);
  const wanted = [...new Set(groupings.flatMap((grouping) => grouping.columns))];
  const absentColumns = wanted.filter((column) => !candidate.columns.includes(column));
  const positive = positiveOf(classes, evaluation, request);
  if (positive !== undefined && !classes.includes(positive)) {
    return `evaluation.positive is ${JSON.stringify(positive)}, which is no label and no answer (there are ${classes.join(", ")})`;
  }
  return {
    task,
    classes,
    positive,
    wholeNumbers,
    models: summaries.map((summary, index) => ({
      role: index === 0 ? "candidate" : "baseline",
      table: tables[index] ?? "",
      rows: summary.rows,
      score: positive === undefined ? "none" : scoreOf(summary),
      hasId: summary.columns.includes("id") && summary.missing.id === 0,
    })),
    groupings: groupings.filter(({ columns }) => !columns.some((column) => absentColumns.includes(column))),
    absentColumns,
  };
}

/** Why a predictions file cannot be measured; undefined when it can. */
function flawOf({ file, rows, columns, missing, task, numeric }: PredictionSummary): string | undefined {
  if (rows === 0) return `${file} has no rows`;
  for (const name of ["label", "prediction"]) {
    if (!columns.includes(name)) return `${file} has no column ${name}`;
    if ((missing[name] ?? 0) > 0) return `${name} is empty in some rows of ${file}`;
    if (task === "regression" && numeric[name] !== rows) return `${name} is not a number in some rows of ${file}`;
  }
  return undefined;
}

function scoreOf({ rows, columns, numeric, nonfinite, extent }: PredictionSummary): ModelPlan["score"] {
  if (!columns.includes("score") || numeric.score !== rows || (nonfinite.score ?? 0) > 0) return "none";
  const { low = 0, high = 0 } = extent.score ?? {};
  return low >= 0 && high <= 1 ? "probability" : "any";
}

function classesOf(
  summaries: readonly PredictionSummary[],
  declared: readonly string[],
  wholeNumbers: boolean,
): string[] {
  const seen = summaries.flatMap(({ labels, answers }) => [...labels, ...answers].map(({ answer }) => answer));
  const classes = [...new Set([...declared, ...seen])];
  return wholeNumbers && classes.every((one) => /^-?\d+$/.test(one))
    ? classes.sort((a, b) => Number(a) - Number(b))
    : classes.sort(byCodePoints);
}

/** The order in which Python sorts texts. */
const byCodePoints = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The configured class; otherwise, of two classes, the favourable one or the last, as in scikit-learn. */
function positiveOf(
  classes: readonly string[],
  { positive }: EvaluationConfig,
  { predictions }: MeasurementRequest,
): string | undefined {
  if (classes.length !== 2) return undefined;
  if (positive !== undefined) return String(positive);
  return predictions?.fairness?.map(({ favorable }) => favorable).find((one) => classes.includes(one)) ?? classes[1];
}

function groupingsOf({
  predictions: { slices = [], fairness = [] } = {},
}: MeasurementRequest): MeasurementPlan["groupings"] {
  const byColumns = new Map<string, { columns: readonly string[]; minimumSize: number }>();
  for (const { columns, minimumSize } of [...slices, ...fairness]) {
    const key = JSON.stringify(columns);
    byColumns.set(key, { columns, minimumSize: Math.min(byColumns.get(key)?.minimumSize ?? Infinity, minimumSize) });
  }
  return [...byColumns.values()];
}
