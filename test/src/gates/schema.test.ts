import { describe, expect, test } from "vitest";
import { schemaGate } from "../../../src/gates/schema.ts";
import { decisionOf, predictionSummary } from "../support.ts";

const decide = (changes: Parameters<typeof predictionSummary>[0], toml = "") =>
  decisionOf(schemaGate, { summary: predictionSummary(changes) }, toml);
const CLASSES = '[gates.schema]\nclasses = ["yes", "no"]';

test("answers as declared pass", async () => {
  expect(await decide({}, CLASSES)).toEqual({
    status: "passed",
    message: "100 predictions, 2 different answers",
    checks: [
      {
        ...{ what: "predictions", value: 100, outcome: "kept" },
        reason: { code: "different-answers", answers: 2, more: false },
      },
    ],
  });
});

test("without predictions: skipped by default, failed when it is configured", async () => {
  expect((await decisionOf(schemaGate, {})).status).toBe("skipped");
  expect(await decisionOf(schemaGate, {}, "[gates.schema]")).toEqual({
    status: "failed",
    message: "cannot be decided: no summary",
    checks: [{ what: "schema", outcome: "missing", reason: { code: "not-measured", why: "no summary" } }],
  });
});

describe("findings", () => {
  test.each([
    [{ rows: 0, answers: [] }, "predictions.csv has no rows"],
    [
      { columns: ["a"], missing: {}, nonfinite: {} },
      "no column label and no column prediction (it has a; predictions.label says how a column is called)",
    ],
    [{ missing: { prediction: 3 } }, "prediction is empty in 3 of 100 rows"],
    [{ missing: { label: 1 } }, "label is empty in 1 of 100 rows"],
    [{ nonfinite: { score: 2 } }, "score is NaN or infinite in 2 of 100 rows"],
    [{ nonfinite: { prediction: 2 } }, "prediction is NaN or infinite in 2 of 100 rows"],
    [{ numeric: { score: 99 } }, "score is not a number in 1 of 100 rows"],
    [
      { task: "regression", numeric: { label: 100, prediction: 90, score: 100 } },
      "prediction is not a number in 10 of",
    ],
    [{ answers: [{ answer: "no", rows: 100 }] }, 'class collapse: all 100 predictions are "no"'],
  ] as const)("%j", async (changes, text) => {
    const finding = await decide(changes);
    expect(finding.status).toBe("failed");
    expect(finding.message).toContain(text);
  });

  test("other columns may be as they like, unless the project wants them", async () => {
    const other = { columns: ["label", "prediction", "sex"], missing: { sex: 9 }, nonfinite: { sex: 9 } };
    expect((await decide(other)).status).toBe("passed");
    expect((await decide(other, '[gates.schema]\ncolumns = ["sex"]')).message).toContain("sex is empty in 9 of 100");
    expect((await decide(other, '[gates.schema]\ncolumns = ["id"]')).message).toContain("no column id");
  });

  test("ranges hold for the least and the greatest number of a column", async () => {
    const within = (low: number, high: number) => `[gates.schema]\nranges = { score = [${low}, ${high}] }`;
    expect((await decide({}, within(0, 1))).status).toBe("passed");
    expect(await decide({}, within(0.1, 1))).toMatchObject({
      status: "failed",
      message: "score is from 0 to 1 (expected 0.1 to 1)",
    });
    expect((await decide({ extent: {} }, within(0, 1))).message).toContain("score has no numbers");
    expect((await decide({ columns: ["label", "prediction"] }, within(0, 1))).message).toContain("no column score");
  });

  test("a prediction for each row of the evaluation data", async () => {
    expect((await decide({ expectedRows: 100 })).status).toBe("passed");
    expect((await decide({ expectedRows: 101 })).message).toBe(
      "100 predictions for 101 rows of evaluation data (gates.schema.rows-of)",
    );
  });

  test("answers outside the class set, the first five of them", async () => {
    const foreign = Array.from({ length: 7 }, (_, index) => ({ answer: `c${index}`, rows: 1 }));
    expect((await decide({ answers: [{ answer: "no", rows: 93 }, ...foreign] }, CLASSES)).message).toBe(
      'answers outside gates.schema.classes: "c0" (1 row), "c1" (1 row), "c2" (1 row), "c3" (1 row), "c4" (1 row), …',
    );
  });

  test("classes are compared by value", async () => {
    const whole = predictionSummary({ answers: ["0", "1"].map((answer) => ({ answer, rows: 50 })) });
    const labels = whole.answers;
    const named = (classes: string) => decide({ ...whole, labels }, `[gates.schema]\nclasses = [${classes}]`);
    for (const classes of ["0, 1", '"0", "1"', "0.0, 1.0", "false, true", '"False", "True"']) {
      expect([classes, (await named(classes)).status]).toEqual([classes, "passed"]);
    }
    expect((await named("0, 2")).message).toBe('answers outside gates.schema.classes: "1" (50 rows)');
  });

  test("codes beside names are told, and one common answer is enough", async () => {
    const codes = (...answers: string[]) => decide({ answers: answers.map((answer) => ({ answer, rows: 50 })) });
    expect(await codes("0", "1")).toMatchObject({
      status: "failed",
      message:
        'no answer is among the labels: the evaluation writes the labels as "no", "yes" and the answers as "0", "1"',
    });
    expect((await codes("no", "1")).status).toBe("passed");
    const numbers = { task: "regression", numeric: { label: 100, prediction: 100, score: 100 } } as const;
    expect(
      (
        await decide({
          ...numbers,
          answers: [
            { answer: "1.5", rows: 99 },
            { answer: "2", rows: 1 },
          ],
        })
      ).status,
    ).toBe("passed");
  });

  test("one prediction alone is no collapse", async () => {
    expect((await decide({ rows: 1, numeric: { score: 1 }, answers: [{ answer: "no", rows: 1 }] })).status).toBe(
      "passed",
    );
  });

  test("all at once", async () => {
    const { checks } = await decide({ missing: { label: 1 }, answers: [{ answer: "x", rows: 100 }] }, CLASSES);
    expect(checks.filter(({ outcome }) => outcome === "broken").map(({ reason }) => reason?.code)).toEqual([
      "empty-cells",
      "unknown-answers",
      "no-answer-is-a-label",
      "class-collapse",
    ]);
  });
});
