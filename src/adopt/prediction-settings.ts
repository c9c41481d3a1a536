import { isPrediction, TRUE_NAMES } from "./columns.ts";
import type { Script } from "./findings.ts";
import type { Plan } from "./plan.ts";
import { type QuantileColumns, quantileColumns } from "./quantile-columns.ts";
import { RANK_SCORE, type RankedColumns, RELEVANCE, rankedColumns } from "./ranked-columns.ts";
import { type ScoreColumns, scoreColumns } from "./score-columns.ts";
import type { Setting } from "./setting.ts";
import { stubGroup } from "./stubs/group.ts";
import { stubsOf } from "./stubs/stubs.ts";

/* How the columns of predictions are called, by the table that a program of the project writes or that one will which init writes. */

const SCORE_NAMES = /^(proba(bility)?|y_?(prob|proba|score)|scores?|pred_?proba|confidence)$/i;

/** The table `predictions`, as far as it is not the convention. */
export function predictionSettings(plan: Plan): readonly Setting[] {
  const { evaluate, handedOn } = plan;
  const script = evaluate?.script ?? handedOn?.script;
  if (script === undefined) return ofStub(plan);
  const written = handedOn === undefined ? script.written_columns : [handedOn.columns];
  const known = written.map((columns) => meaningsOf(plan, script, columns));
  const found = known.find(({ columns }) => columns.some(isPrediction)) ?? known.find(({ prediction }) => prediction);
  if (found === undefined) return [];
  const { columns, prediction, ranked, quantiles, scores } = found;
  const named = {
    label: columns.find((name) => TRUE_NAMES.test(name)) ?? relevanceOf(found),
    prediction,
    score: columns.find((name) => SCORE_NAMES.test(name) && name !== prediction) ?? scores.score,
  };
  const why = `${script.path} writes it so`;
  // What is handed on has the name of the convention.
  const [table, ...others] = handedOn === undefined ? script.written_tables : [];
  const isNamed = table === undefined || others.length > 0 || /^predictions\.(csv|parquet)$/.test(table);
  return [
    ...(isNamed ? [] : [{ path: ["predictions", "files"], value: [table], why }]),
    ...Object.entries(named).flatMap(([key, column]) =>
      column === undefined || column === key ? [] : [{ path: ["predictions", key], value: column, why }],
    ),
    ...(scores.scores === undefined || scores.scores === "score_{class}"
      ? []
      : [{ path: ["predictions", "scores"], value: scores.scores, why }]),
    ...quantileSettings(script, quantiles),
    ...groupSettings(plan, ranked, named.score === undefined),
  ];
}

/** A table of predictions, and what its columns are. */
interface Meanings {
  readonly columns: readonly string[];
  readonly prediction: string | undefined;
  readonly ranked: RankedColumns | undefined;
  readonly quantiles: QuantileColumns | undefined;
  readonly scores: ScoreColumns;
}

function meaningsOf(plan: Plan, script: Script, columns: readonly string[]): Meanings {
  const score = columns.find((name) => RANK_SCORE.test(name));
  const isAnswered = columns.some(isPrediction);
  const ranked = isAnswered || score !== undefined ? rankedColumns(columns, plan.modelling, script.path) : undefined;
  // Quantiles are of numbers; classes may be called by numbers as well.
  const quantiles = plan.classes.length === 0 || plan.isRegression ? quantileColumns(columns) : undefined;
  const median = quantiles !== undefined && "columns" in quantiles ? quantiles.median : undefined;
  return {
    ...{ columns, ranked, quantiles, scores: scoreColumns(plan, script, columns) },
    prediction: columns.find(isPrediction) ?? (ranked?.isClear === true ? score : undefined) ?? median,
  };
}

const relevanceOf = ({ columns, ranked }: Meanings): string | undefined =>
  ranked === undefined ? undefined : columns.find((name) => RELEVANCE.test(name));

function quantileSettings({ path }: Script, quantiles: QuantileColumns | undefined): Setting[] {
  if (quantiles === undefined) return [];
  if ("ends" in quantiles) {
    const why = `${path} writes ${quantiles.ends.join(" and ")}: of which quantiles are they? Columns such as prediction_q5 and prediction_q95 say so, without this line`;
    return [{ path: ["predictions", "quantiles"], value: "…{quantile}", why, open: true }];
  }
  const { pattern, columns } = quantiles;
  if (pattern === undefined) return [];
  return [{ path: ["predictions", "quantiles"], value: pattern, why: `${path} writes ${columns.join(", ")}` }];
}

/** @param byAnswer whether the answer itself orders the rows */
function groupSettings(plan: Plan, ranked: RankedColumns | undefined, byAnswer: boolean): Setting[] {
  if (ranked === undefined) return [];
  const { group, why, isClear } = ranked;
  const path = ["predictions", "group"];
  if (!isClear)
    return [
      {
        path,
        value: group,
        why: `${why}: are rows ranked within each ${group}? Then ndcg, map and mrr are measured by it`,
        open: true,
      },
    ];
  const task = ["evaluation", "task"];
  const graded = "how relevant a row is would be taken for classes, being a whole number";
  return [
    { path, value: group, why: `${why}: rows are ranked within it` },
    ...(byAnswer && !plan.isRegression ? [{ path: task, value: "regression", why: graded }] : []),
  ];
}

/** The group in the table of the evaluation that init writes. */
function ofStub(plan: Plan): readonly Setting[] {
  const ranked = stubGroup(plan);
  const isWritten = ranked !== undefined && stubsOf(plan).some(({ purpose }) => purpose === "evaluate");
  return isWritten ? groupSettings(plan, ranked, true) : [];
}
