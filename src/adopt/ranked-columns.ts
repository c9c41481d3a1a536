import { TRUE_NAMES } from "./columns.ts";
import type { Script } from "./findings.ts";

/* How an evaluation calls the group that rows are ranked within, such as a query. */

/** Names that are of a group of ranked rows, and hardly of anything else. */
const GROUP = /^(q_?id|query(_?id)?|search_?id|srch_?id|impression_?id)$/i;
/** Names that may be of such a group, or of what a row belongs to in other ways. */
const MAYBE_GROUP = /^(group(_?id)?|session(_?id)?|user_?id|list_?id|request_?id)$/i;

/** Names of a label that says how relevant a row is. */
export const RELEVANCE =
  /^(rel(evance|evancy)?|relevance_(score|label|grade)|graded_relevance|grade|gain|click(s|ed)?|is_click(ed)?)$/i;

/** Names of numbers that rows are ranked by. */
export const RANK_SCORE = /^(y_?)?(pred(icted)?_?)?(rank(ing)?_?)?scores?$/i;

const RANKER = /Ranker$|NDCG|LambdaRank|LambdaMART/i;

/** The column of a group, and what spoke for it; a person must say where that is not enough. */
export interface RankedColumns {
  readonly group: string;
  readonly why: string;
  readonly isClear: boolean;
}

/**
 * @param columns of the table, beside which there must be a label and a score
 * @param scripts that train and evaluate
 * @param path of what has the table
 */
export function rankedColumns(
  columns: readonly string[],
  scripts: readonly Pick<Script, "path" | "estimators">[],
  path: string,
): RankedColumns | undefined {
  const named = columns.find((name) => GROUP.test(name));
  const group = named ?? columns.find((name) => MAYBE_GROUP.test(name));
  const relevance = columns.find((name) => RELEVANCE.test(name));
  if (group === undefined || (relevance === undefined && !columns.some((name) => TRUE_NAMES.test(name))))
    return undefined;
  const ranker = scripts.find(({ estimators }) => estimators.some((name) => RANKER.test(name)));
  // A user has a label in many tables: without a word of ranking there is nothing to ask.
  if (named === undefined && relevance === undefined && ranker === undefined) return undefined;
  const beside = relevance === undefined ? "" : ` beside ${relevance}`;
  const ranks = ranker === undefined ? "" : `, and ${ranker.path} trains what ranks`;
  return {
    ...{ group, why: `${path} has ${group}${beside}${ranks}` },
    isClear: named !== undefined && (relevance !== undefined || ranker !== undefined),
  };
}
