import { hasCommas } from "../../tables/number-form.ts";
import type { MeasurementRequest } from "../request.ts";
import { type ClassValue, classNamed, classNaming, sortedClasses } from "./class-names.ts";
import { scoreColumns, type WrittenClass } from "./class-scores.ts";
import type { PredictionsSettings } from "./file-settings.ts";
import { type QuantileColumn, quantilesOf } from "./quantiles.ts";
import { flawOfRanking } from "./ranking.ts";
import type { Task } from "./results.ts";
import type { EvaluationConfig } from "./settings.ts";
import { type AnswerCount, type PredictionSummary, spellingsOf } from "./summary.ts";
import { flawOfWeights } from "./weights.ts";

/** What is measured in the predictions of one or two models, derived from their content and from the request. */
export interface MeasurementPlan {
  readonly task: Task;
  /** Classification only, in scikit-learn's order. */
  readonly classes: readonly string[];
  readonly positive: string | undefined;
  /** How the files write each class, and its place among the classes. */
  readonly spellings: readonly ClassSpelling[];
  readonly guessedLabels: number | undefined;
  readonly zeroLabels: number;
  /** The column of the groups that rows are ranked within. */
  readonly group: string | undefined;
  /** The column of how much each row counts. */
  readonly weight: string | undefined;
  readonly models: readonly ModelPlan[];
  /** Each different list of columns that slices or fairness group by, with the lower of their minimum sizes. */
  readonly groupings: readonly { readonly columns: readonly string[]; readonly minimumSize: number }[];
  /** Columns to group by that the candidate's predictions lack. */
  readonly absentColumns: readonly string[];
}

export interface ClassSpelling {
  readonly spelling: string;
  /** Index into the classes. */
  readonly at: number;
}

export interface ModelPlan {
  readonly role: "candidate" | "baseline";
  /** Table expression that reads the model's predictions. */
  readonly table: string;
  readonly rows: number;
  /** Whether each row has a score; `probability` when all scores are from 0 to 1. */
  readonly score: "none" | "any" | "probability";
  /** Their columns: that of the positive class, or of more than two classes one each. */
  readonly scores: readonly string[];
  /** Regression only, the lowest first; those of the baseline are the candidate's, or none where it lacks one. */
  readonly quantiles: readonly QuantileColumn[];
  readonly hasId: boolean;
}

/** With more different answers a model is not a classifier. */
const MAX_CLASSES = 1000;

/** What the settings say of the columns of predictions. */
export type ColumnSettings = Pick<PredictionsSettings, "scores" | "quantiles" | "group" | "weight">;

/**
 * @returns the plan, or why there is nothing to measure
 */
export function planMeasurement(
  summaries: readonly PredictionSummary[],
  tables: readonly string[],
  evaluation: EvaluationConfig,
  request: MeasurementRequest,
  { scores, quantiles: pattern, group, weight }: ColumnSettings = {},
): MeasurementPlan | string {
  const [candidate] = summaries;
  if (candidate === undefined) return "there are no predictions";
  const flaw = summaries.map(flawOf).find((one) => one !== undefined);
  if (flaw !== undefined) return flaw;
  const { task } = candidate;
  const { classes, spellings } =
    task === "regression" ? { classes: [], spellings: [] } : classesOf(summaries, request.summary?.classes ?? []);
  if (classes.length > MAX_CLASSES || (task === "classification" && summaries.some((one) => one.moreAnswers)))
    return `there are more than ${MAX_CLASSES} different labels and answers; set evaluation.task = "regression" for a model of numbers${commaHint(candidate)}`;
  const groupings = groupingsOf(request);
  const wanted = [...new Set(groupings.flatMap((grouping) => grouping.columns))];
  const absentColumns = wanted.filter((column) => !candidate.columns.includes(column));
  const positive = positiveOf(classes, evaluation);
  if (classes.length === 2 && positive === undefined) {
    return `evaluation.positive is ${JSON.stringify(evaluation.positive)}, which is no label and no answer (there are ${classes.join(", ")})`;
  }
  const written = classes.map((name, at) => ({
    name,
    spellings: spellings.flatMap((one) => (one.at === at ? [one.spelling] : [])),
  }));
  const columns = summaries.map((summary) => columnsOfScores(scores, written, positive, summary));
  const unfollowed = columns.find((one) => typeof one === "string");
  if (unfollowed !== undefined) return unfollowed;
  if (pattern !== undefined && task !== "regression")
    return 'predictions.quantiles is set, and the answers are taken for classes; set evaluation.task = "regression" for a model of numbers';
  const quantiles = task === "regression" ? quantilesOf(pattern, summaries) : summaries.map(() => []);
  if (typeof quantiles === "string") return quantiles;
  const models = summaries.map(
    (summary, index): ModelPlan => ({
      role: index === 0 ? "candidate" : "baseline",
      table: tables[index] ?? "",
      rows: summary.rows,
      ...scoresOf(summary, columns[index] as readonly string[]),
      quantiles: quantiles[index] ?? [],
      hasId: summary.columns.includes("id") && summary.missing.id === 0,
    }),
  );
  const unranked = group === undefined ? undefined : flawOfRanking(group, { task, classes, models }, summaries);
  if (unranked !== undefined) return unranked;
  const unweighed = weight === undefined ? undefined : flawOfWeights(weight, summaries);
  if (unweighed !== undefined) return unweighed;
  return {
    task,
    classes,
    positive,
    spellings,
    guessedLabels: candidate.guessedLabels,
    zeroLabels: candidate.zeroLabels ?? 0,
    group,
    weight,
    models,
    groupings: groupings.filter(({ columns }) => !columns.some((column) => absentColumns.includes(column))),
    absentColumns,
  };
}

/** Why a predictions file cannot be measured; undefined when it can. */
function flawOf(summary: PredictionSummary): string | undefined {
  const { file, rows, columns, missing, task, numeric } = summary;
  if (rows === 0) return `${file} has no rows`;
  for (const name of ["label", "prediction"]) {
    if (!columns.includes(name)) return `${file} has no column ${name}`;
    if ((missing[name] ?? 0) > 0) return `${name} is empty in some rows of ${file}`;
    if (task === "regression" && numeric[name] !== rows)
      return `${name} is not a number in some rows of ${file}${commaHint(summary)}`;
  }
  return undefined;
}

/** What reads numbers with decimal commas, where there are some. */
const commaHint = ({ labels, answers }: PredictionSummary): string =>
  [...labels, ...answers].some(({ answer }) => hasCommas(answer))
    ? '; numbers have a decimal point here, unless predictions.decimal = "," says otherwise'
    : "";

/** Of two classes, the column of the positive one; it is `score` where nobody names columns. */
function columnsOfScores(
  setting: PredictionsSettings["scores"],
  classes: readonly WrittenClass[],
  positive: string | undefined,
  summary: PredictionSummary,
): readonly string[] | string {
  if (classes.length < 2) return [];
  if (positive !== undefined && setting === undefined && summary.columns.includes("score")) return ["score"];
  const columns = scoreColumns(setting, classes, summary);
  if (positive === undefined || typeof columns === "string") return columns;
  return columns.filter((_, at) => classes[at]?.name === positive);
}

function scoresOf(
  { rows, numeric, nonfinite, extent }: PredictionSummary,
  scores: readonly string[],
): Pick<ModelPlan, "score" | "scores"> {
  const known = scores.every((name) => numeric[name] === rows && (nonfinite[name] ?? 0) === 0);
  if (scores.length === 0 || !known) return { score: "none", scores: [] };
  const within = scores.every((name) => (extent[name]?.low ?? 0) >= 0 && (extent[name]?.high ?? 0) <= 1);
  return { score: within ? "probability" : "any", scores };
}

function classesOf(
  summaries: readonly PredictionSummary[],
  declared: readonly ClassValue[],
): { readonly classes: readonly string[]; readonly spellings: readonly ClassSpelling[] } {
  const counts = summaries.flatMap(({ labels, answers }): AnswerCount[] => [...labels, ...answers]);
  const seen = [...new Set(counts.flatMap(spellingsOf))];
  const wanted = declared.map(String);
  const nameOf = classNaming([...wanted, ...seen]);
  const classes = sortedClasses([...new Set([...wanted, ...seen].map(nameOf))]);
  const places = new Map(classes.map((name, at) => [name, at]));
  const spellings = seen.map((spelling) => ({ spelling, at: places.get(nameOf(spelling)) ?? -1 }));
  return { classes, spellings: spellings.sort((a, b) => a.at - b.at) };
}

/** Of two classes the configured one, or the last, as in scikit-learn; which answer is favourable says nothing of it. */
function positiveOf(classes: readonly string[], { positive }: EvaluationConfig): string | undefined {
  if (classes.length !== 2) return undefined;
  return positive === undefined ? classes[1] : classNamed(classes, positive);
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
