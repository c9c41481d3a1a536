import { z } from "zod";
import { delimiter, name, names } from "../../config/forms.ts";
import { DECIMALS } from "../../tables/number-form.ts";

/** What stands for a quantile in the name of a column. */
export const QUANTILE = "{quantile}";

/** How a project calls its predictions. */
export const predictionsSettings = z.strictObject({
  /** The files of predictions in the output of the evaluation, as patterns; `predictions.parquet` or `predictions.csv` when absent. */
  files: names.optional(),
  /** The column of true values; `label` when absent. */
  label: name.optional(),
  /** The column of the model's answers; `prediction` when absent. */
  prediction: name.optional(),
  /** The column with the probability of the positive class; `score` when absent. */
  score: name.optional(),
  /**
   * The columns with the score of each class, where there are more than two: a name with `{class}` in it, or a list in the order
   * of the classes (numbers by size, texts as Python sorts them); `score_{class}` when absent.
   */
  scores: z
    .union([name.refine((one) => one.includes("{class}")), z.array(name).min(2)], {
      error: 'expected a name such as "score_{class}", or a list of columns',
    })
    .optional(),
  /**
   * The columns with the quantiles of a number, by a name with `{quantile}` in it, which stands for the quantile as a number between
   * 0 and 1 or in per cent: `prediction_q0.1` or `prediction_q10`; `prediction_q{quantile}` when absent.
   */
  quantiles: name
    .refine((one) => one.split(QUANTILE).length === 2, 'expected a name such as "prediction_q{quantile}"')
    .optional(),
  /**
   * The column of what rows are ranked within, such as a query or a user: with it there are `ndcg`, `map` and `mrr`, and a label says how
   * relevant a row is, from 0 on. None when absent.
   */
  group: name.optional(),
  /**
   * The column of how much each row counts in the metrics, from 0 on, as scikit-learn's `sample_weight` does; all rows count alike when
   * absent.
   */
  weight: name.optional(),
  /** The column that names a row; `id` when absent. */
  id: name.optional(),
  /** The character between the fields of a CSV of predictions; a comma when absent. */
  delimiter: delimiter.optional(),
  /** The decimal point of its numbers: `","` for 0,75; a point when absent. */
  decimal: z.enum(DECIMALS).optional(),
});
export type PredictionsSettings = z.output<typeof predictionsSettings>;

/** The names that everything else uses, each with the column that it is, where that is another one. */
export function renamedColumns({ label, prediction, score, id }: PredictionsSettings): Map<string, string> {
  const given = { label, prediction, score, id };
  const single = Object.entries(given).flatMap(([to, from]) =>
    from === undefined || from === to ? [] : [[to, from] as const],
  );
  return new Map(single);
}

/** Whether predictions must be written anew before they are measured. */
export const isOtherwise = (settings: PredictionsSettings): boolean =>
  settings.files !== undefined ||
  settings.delimiter !== undefined ||
  settings.decimal !== undefined ||
  renamedColumns(settings).size > 0;
