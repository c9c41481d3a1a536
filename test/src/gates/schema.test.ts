import { describe, expect, test } from "vitest";
import { schemaGate } from "../../../src/gates/schema.ts";
import { configOf, measured, predictions } from "../support.ts";

const decide = (changes: Parameters<typeof predictions>[0], toml = "") =>
  schemaGate.decide(measured({}, undefined, predictions(changes)), configOf(toml).gates);
const CLASSES = '[gates.schema]\nclasses = ["yes", "no"]';

test("answers as declared pass", () => {
  expect(decide({}, CLASSES)).toEqual({
    status: "passed",
    message: "100 predictions, 2 different answers",
    numbers: { rows: 100, answers: 2 },
  });
});

test("without predictions: skipped by default, failed where it is configured", () => {
  expect(schemaGate.decide(measured({}), configOf("").gates).status).toBe("skipped");
  expect(schemaGate.decide(measured({}), configOf("[gates.schema]").gates)).toMatchObject({
    status: "failed",
    message: expect.stringContaining("cannot be decided"),
  });
});

describe("findings", () => {
  test.each([
    [{ rows: 0, answers: [] }, "predictions.csv has no rows"],
    [{ columns: ["a"], missing: {}, nonfinite: {} }, "no column label and no column prediction (it has a)"],
    [{ missing: { prediction: 3 } }, "prediction is empty in 3 of 100 rows"],
    [{ missing: { label: 1 } }, "label is empty in 1 of 100 rows"],
    [{ nonfinite: { score: 2 } }, "score is NaN or infinite in 2 of 100 rows"],
    [{ nonfinite: { prediction: 2 } }, "prediction is NaN or infinite in 2 of 100 rows"],
    [{ answers: [{ answer: "no", rows: 100 }] }, 'class collapse: all 100 predictions are "no"'],
  ])("%j", (changes, text) => {
    const finding = decide(changes);
    expect(finding.status).toBe("failed");
    expect(finding.message).toContain(text);
  });

  test("other columns may be as they like", () => {
    expect(decide({ columns: ["label", "prediction", "sex"], missing: { sex: 9 }, nonfinite: { sex: 9 } }).status).toBe(
      "passed",
    );
  });

  test("answers outside the class set, the first five of them", () => {
    const foreign = Array.from({ length: 7 }, (_, index) => ({ answer: `c${index}`, rows: 1 }));
    expect(decide({ answers: [{ answer: "no", rows: 93 }, ...foreign] }, CLASSES).message).toBe(
      'answers outside gates.schema.classes: "c0" (1 row), "c1" (1 row), "c2" (1 row), "c3" (1 row), "c4" (1 row), …',
    );
  });

  test("one prediction alone is no collapse", () => {
    expect(decide({ rows: 1, answers: [{ answer: "no", rows: 1 }] }).status).toBe("passed");
  });

  test("all at once", () => {
    const { message } = decide({ missing: { label: 1 }, answers: [{ answer: "x", rows: 100 }] }, CLASSES);
    expect(message.split("; ")).toHaveLength(3);
  });
});
