import { expect, test } from "vitest";
import { rankedColumns } from "../../../src/adopt/ranked-columns.ts";

const RANKER = { path: "train.py", estimators: ["lightgbm.LGBMRanker"] };

test.each<[string, readonly string[], readonly (typeof RANKER)[], [group: string, isClear: boolean] | undefined]>([
  ["a query and its relevance", ["query_id", "relevance", "score"], [], ["query_id", true]],
  ["qid and a label, trained by what ranks", ["qid", "label", "prediction"], [RANKER], ["qid", true]],
  ["qid and a label", ["qid", "label", "prediction"], [], ["qid", false]],
  ["a session and clicks", ["session_id", "clicked", "score"], [], ["session_id", false]],
  ["a session and a label, trained by what ranks", ["session_id", "label", "score"], [RANKER], ["session_id", false]],
  ["a session and a label", ["session_id", "label", "score"], [], undefined],
  ["a user of a classifier", ["user_id", "label", "prediction"], [], undefined],
  ["a query without a label", ["query_id", "score"], [RANKER], undefined],
  ["nothing", ["id", "label", "prediction"], [RANKER], undefined],
])("groups that rows are ranked within: %s", (_what, columns, scripts, found) => {
  const ranked = rankedColumns(columns, scripts, "evaluate.py");
  expect(ranked === undefined ? undefined : [ranked.group, ranked.isClear]).toEqual(found);
});

test("the reason says what was seen", () => {
  expect(rankedColumns(["qid", "grade", "score"], [RANKER], "evaluate.py")?.why).toBe(
    "evaluate.py has qid beside grade, and train.py trains what ranks",
  );
});
