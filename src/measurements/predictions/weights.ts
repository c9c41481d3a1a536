import { identifier } from "../../tables/sql.ts";
import type { Evaluator } from "./evaluator.ts";
import type { PredictionRows } from "./rows.ts";
import { binOf } from "./sql-parts.ts";
import type { PredictionSummary } from "./summary.ts";

/* Weights of rows, as scikit-learn's `sample_weight`: a row of weight 2 counts as two, and one of weight 0 as none. */

/** Rows of a cell have about the same weight, where each is not one of its own. */
const WEIGHT_BINS = 4;

/** Why rows cannot be weighed by a column; undefined when they can. */
export function flawOfWeights(weight: string, summaries: readonly PredictionSummary[]): string | undefined {
  for (const { file, rows, columns, missing, numeric, nonfinite, extent } of summaries) {
    if (!columns.includes(weight))
      return `predictions.weight is ${weight}, and ${file} has no such column (it has ${columns.join(", ")})`;
    if ((missing[weight] ?? 0) > 0)
      return `${weight} is empty in some rows of ${file}, so that nobody can say how much they count (predictions.weight)`;
    if (numeric[weight] !== rows || (nonfinite[weight] ?? 0) > 0)
      return `${weight} is not a number in some rows of ${file} (predictions.weight)`;
    const { low, high } = extent[weight] ?? { low: 0, high: 0 };
    if (low < 0) return `${weight} is ${low} in a row of ${file}, and a weight is 0 or more (predictions.weight)`;
    if (high === 0) return `${weight} is 0 in all rows of ${file}, so that none counts (predictions.weight)`;
  }
  return undefined;
}

/** The weight of a row, after a comma, as SQL; nothing where all rows count alike. */
export const weightColumn = (weight: string | undefined): string =>
  weight === undefined ? "" : `, ${identifier(weight)}::DOUBLE AS weight`;

/** The mean of an expression over the rows of a cell, as SQL. */
export const cellMean =
  (weight: string | undefined) =>
  (value: string): string =>
    weight === undefined
      ? `avg(${value})`
      : `coalesce(sum(weight * (${value})) / nullif(sum(weight), 0), avg(${value}))`;

/** What tells rows of other weights apart, and what the weight of a cell is, as SQL; nothing where all rows count alike. */
export const weightCells = (weight: string | undefined, exact: boolean) =>
  weight === undefined
    ? { bins: [], keys: [], means: [] }
    : {
        bins: [`${exact ? "weight" : binOf("weight", WEIGHT_BINS)} AS weight_bin`],
        keys: ["weight_bin"],
        means: ["avg(weight) AS weight"],
      };

/** An evaluator of rows that do not count alike. */
export function weighted(evaluator: Evaluator, weights: Float64Array | undefined): Evaluator {
  if (weights === undefined) return evaluator;
  const products = new Float64Array(weights.length);
  return {
    names: evaluator.names,
    evaluate(counts, into) {
      for (let cell = 0; cell < products.length; cell++)
        products[cell] = (counts[cell] as number) * (weights[cell] as number);
      evaluator.evaluate(products, into);
    },
  };
}

/**
 * How many rows that count alike would say as much as these (L. Kish, Survey sampling, 1965): the square of the sum of the weights through
 * the sum of their squares.
 */
export function effectiveRows({ counts, weights }: Pick<Weighed, "counts" | "weights">): number {
  let [sum, squares] = [0, 0];
  counts.forEach((count, cell) => {
    const weight = weights?.[cell] ?? 1;
    sum += count * weight;
    squares += count * weight * weight;
  });
  return squares === 0 ? 0 : (sum * sum) / squares;
}

type Weighed = Exclude<PredictionRows, { readonly task: "ranking" }>;
