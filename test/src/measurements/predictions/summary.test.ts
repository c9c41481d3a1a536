import { describe, expect, test } from "vitest";
import { predictionQueries, type RawSummary, summarize } from "../../../../src/measurements/predictions/summary.ts";

test("the queries read the table, and the number of answers is bounded", () => {
  const { counts, answers, labels } = predictionQueries("t");
  expect(counts).toMatch(/^SELECT count\(\*\) AS "rows", count\(COLUMNS.* FROM t$/);
  expect(answers).toMatch(/^SELECT "prediction".* FROM t GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1001$/);
  expect(labels).toMatch(/^SELECT "label".* LIMIT 1001$/);
});

const raw = (changes: Partial<RawSummary> = {}): RawSummary => ({
  file: "p.csv",
  counts: undefined,
  answers: [],
  labels: [],
  ...changes,
});
const numbers = (decimals = 0) => ({
  ...{ rows: 4, "present:label": 4, "numeric:label": 4, "decimal:label": decimals },
  ...{ "present:prediction": 4, "numeric:prediction": 4, "decimal:prediction": 0 },
});
const values = (...texts: string[]) => texts.map((answer) => ({ answer, rows: 1 }));

describe("the summary", () => {
  test("of what DuckDB counted", () => {
    const counts = {
      ...{ rows: 10, "present:label": 10, "present:prediction": 8, "present:a:b": 0 },
      ...{ "nonfinite:label": 0, "nonfinite:prediction": 1, "nonfinite:a:b": 0 },
      ...{ "numeric:label": 0, "numeric:prediction": 1, "numeric:a:b": 0, "low:label": null, "low:prediction": 3 },
      ...{ "high:label": null, "high:prediction": 3 },
    };
    const answers = [
      { answer: "yes", rows: 5 },
      { answer: null, rows: 2 },
      { answer: "no", rows: 3 },
    ];
    expect(summarize(raw({ file: "predictions.csv", counts, answers, expectedRows: 10 }), undefined)).toEqual({
      file: "predictions.csv",
      task: "classification",
      rows: 10,
      columns: ["label", "prediction", "a:b"],
      missing: { label: 0, prediction: 2, "a:b": 10 },
      numeric: { label: 0, prediction: 1, "a:b": 0 },
      nonfinite: { label: 0, prediction: 1, "a:b": 0 },
      extent: { prediction: { low: 3, high: 3 } },
      answers: [
        { answer: "yes", rows: 5 },
        { answer: "no", rows: 3 },
      ],
      labels: [],
      moreAnswers: false,
      expectedRows: 10,
    });
  });

  test("of nothing", () => {
    expect(summarize(raw(), undefined)).toMatchObject({ rows: 0, columns: [], answers: [], task: "classification" });
  });

  test("1.0 and 1 are one class, and texts are not touched", () => {
    const found = summarize(
      raw({ counts: numbers(), answers: values("1.0", "1", "0"), labels: values("1", "0") }),
      undefined,
    );
    expect(found.answers).toEqual([
      { answer: "1", rows: 2, spellings: ["1.0", "1"] },
      { answer: "0", rows: 1 },
    ]);
    expect(summarize(raw({ answers: values("01", "1", "x") }), undefined).answers).toHaveLength(3);
  });

  test("True and 1 are one class where all are truth values", () => {
    const found = summarize(raw({ labels: values("True", "False"), answers: values("1", "0") }), undefined);
    expect(found.labels).toEqual([
      { answer: "1", rows: 1, spellings: ["True"] },
      { answer: "0", rows: 1, spellings: ["False"] },
    ]);
    expect(found.answers).toEqual(values("1", "0"));
  });

  test("says how many labels a task was guessed from, and how many are zero", () => {
    const counts = { ...numbers(), "zero:label": 2 };
    const some = { counts, labels: values("0", "1", "2"), answers: values("0", "1") };
    expect(summarize(raw(some), undefined)).toMatchObject({ guessedLabels: 3, zeroLabels: 2 });
    expect(summarize(raw(some), "regression").guessedLabels).toBeUndefined();
    expect(summarize(raw({ ...some, counts: numbers(1) }), undefined).guessedLabels).toBeUndefined();
  });
});

describe("numbers are a regression", () => {
  const taskOf = (changes: Partial<RawSummary>, task?: "classification" | "regression") =>
    summarize(raw(changes), task).task;

  test("when some have decimals, or when there are too many labels for classes", () => {
    expect(taskOf({ counts: numbers(1) })).toBe("regression");
    const many = Array.from({ length: 101 }, (_, index) => String(index));
    expect(taskOf({ counts: numbers(), labels: values(...many) })).toBe("regression");
    expect(taskOf({ counts: numbers(), labels: values("0", "1") })).toBe("classification");
  });

  test("unless the project says otherwise", () => {
    expect(taskOf({ counts: numbers(1) }, "classification")).toBe("classification");
    expect(taskOf({ counts: numbers() }, "regression")).toBe("regression");
  });

  test("one text among them makes them classes", () => {
    expect(taskOf({ counts: { ...numbers(1), "numeric:label": 3 } })).toBe("classification");
  });
});
