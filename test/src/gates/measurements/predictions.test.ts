import { describe, expect, test } from "vitest";
import { predictionQueries, summarize } from "../../../../src/gates/measurements/predictions.ts";

test("both queries read the table, and the number of answers is bounded", () => {
  const { counts, answers } = predictionQueries("t");
  expect(counts).toMatch(/^SELECT count\(\*\) AS "rows", count\(COLUMNS.* FROM t$/);
  expect(answers).toMatch(/ FROM t GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1000$/);
});

describe("the summary", () => {
  test("of what DuckDB counted, without the pipeline's own column", () => {
    const counts = {
      ...{ rows: 10, "present:label": 10, "present:prediction": 8, "present:a:b": 0, "present:ml_pipeline_file": 10 },
      ...{ "nonfinite:label": 0, "nonfinite:prediction": 1, "nonfinite:a:b": 0 },
    };
    const answers = [
      { answer: "yes", rows: 5 },
      { answer: null, rows: 2 },
      { answer: "no", rows: 3 },
    ];
    expect(summarize("predictions.csv", counts, answers)).toEqual({
      file: "predictions.csv",
      rows: 10,
      columns: ["label", "prediction", "a:b"],
      missing: { label: 0, prediction: 2, "a:b": 10 },
      nonfinite: { label: 0, prediction: 1, "a:b": 0 },
      answers: [
        { answer: "yes", rows: 5 },
        { answer: "no", rows: 3 },
      ],
    });
  });

  test("of nothing", () => {
    expect(summarize("p", undefined, [])).toEqual({
      file: "p",
      rows: 0,
      columns: [],
      missing: {},
      nonfinite: {},
      answers: [],
    });
  });
});
