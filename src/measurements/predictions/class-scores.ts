import type { PredictionsSettings } from "./file-settings.ts";
import type { PredictionSummary } from "./summary.ts";

/** What stands for a class in the name of a column. */
export const CLASS = "{class}";
const DEFAULT_COLUMN = `score_${CLASS}`;

/** A class and all the ways in which files write it. */
export interface WrittenClass {
  readonly name: string;
  readonly spellings: readonly string[];
}

/**
 * The columns with the score of each class, in the order of the classes; none where nobody says that there are any.
 *
 * @returns the columns, or why the setting cannot be followed
 */
export function scoreColumns(
  setting: PredictionsSettings["scores"],
  classes: readonly WrittenClass[],
  { file, columns }: Pick<PredictionSummary, "file" | "columns">,
): readonly string[] | string {
  const names = classes.map(({ name }) => name).join(", ");
  if (Array.isArray(setting)) {
    const absent = setting.filter((column) => !columns.includes(column));
    if (absent.length > 0)
      return `predictions.scores names ${absent.join(", ")}, and ${file} has ${columns.join(", ")}`;
    if (setting.length === classes.length) return setting;
    return `predictions.scores has ${setting.length} columns, and there are ${classes.length} classes (${names}); gates.schema.classes says which classes there are beside those that occur`;
  }
  const pattern = setting ?? DEFAULT_COLUMN;
  const found = classes.map(({ name, spellings }) =>
    [name, ...spellings].map((one) => pattern.replaceAll(CLASS, one)).find((column) => columns.includes(column)),
  );
  const all = found.filter((column) => column !== undefined);
  if (all.length === classes.length) return all;
  if (setting === undefined) return [];
  const lacking = classes.filter((_, at) => found[at] === undefined).map(({ name }) => name);
  return `predictions.scores is ${setting}, and ${file} has no such column for ${lacking.join(", ")} (it has ${columns.join(", ")})`;
}
