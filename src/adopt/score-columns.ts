import { CLASS } from "../measurements/predictions/class-scores.ts";
import type { Script } from "./findings.ts";
import type { Plan } from "./plan.ts";

/* How an evaluation calls the columns that have a score for each class. */

/** What stands for a class's number in the name of a column. */
const INDEX = "{index}";

/** What is before or after the class in the name of such a column. */
const WORDS = /^(y_?)?(pred_?)?(scores?|proba?s?|probabilit(y|ies)|p|confidence|likelihood)$/i;

/** The value of `predictions.scores`, or of `predictions.score` where there are two classes. */
export interface ScoreColumns {
  readonly score?: string;
  readonly scores?: string | readonly string[];
}

/**
 * @param script the program that evaluates
 * @param columns of the table that it writes
 */
export function scoreColumns(
  { classes }: Pick<Plan, "classes">,
  { score_patterns: patterns }: Pick<Script, "score_patterns">,
  columns: readonly string[],
): ScoreColumns {
  const made = patterns.find((one) => WORDS.test(around(one)));
  const pattern = made ?? patternOf(columns, classes);
  if (pattern === undefined) return {};
  const isCounted = pattern.includes(INDEX);
  if (isCounted && classes.length === 0) return {};
  // Classes that are numbers from zero on are called by their number either way.
  const counted = isCounted && !classes.every((name, number) => name === String(number));
  const names = classes.map((name, number) => pattern.replace(CLASS, name).replace(INDEX, String(number)));
  const [, second] = names;
  if (names.length === 2 && second !== undefined) return { score: second };
  if (counted) return { scores: names };
  return { scores: pattern.replace(INDEX, CLASS) };
}

/** What is around the class, without what separates it. */
const around = (pattern: string): string =>
  pattern
    .replace(CLASS, "")
    .replace(INDEX, "")
    .replace(/^[_\-. ]|[_\-. ]$/g, "");

/** `p_{class}` of columns `p_a`, `p_b` and `p_c`. */
function patternOf(columns: readonly string[], classes: readonly string[]): string | undefined {
  const patterns = columns.flatMap((column) =>
    classes.flatMap((name) => [
      ...(column.endsWith(name) ? [`${column.slice(0, -name.length)}${CLASS}`] : []),
      ...(column.startsWith(name) ? [`${CLASS}${column.slice(name.length)}`] : []),
    ]),
  );
  return patterns.find(
    (one) => WORDS.test(around(one)) && classes.every((name) => columns.includes(one.replace(CLASS, name))),
  );
}
