import { describe, expect, test } from "vitest";
import { checkColumns, checkIds, joinFaults } from "../../../src/drift/log.ts";
import { userError } from "../support.ts";

const columns = (log: string[], labels: string[] = [], accepted = ["prediction"]) => ({ log, labels, accepted });
const SETTINGS = { predictions: {}, monitoring: { id: "id" } };
const GIVEN = { labels: {} as never, accepted: {} as never };

describe("a log that cannot be read says why", () => {
  test.each([
    [columns(["id"]), {}, "The log (--predictions) has no column prediction; it has id."],
    [
      columns(["prediction"], ["id", "label"]),
      GIVEN,
      "Labels are joined by id (monitoring.id), and the log (--predictions) has no column id; it has prediction.",
    ],
    [
      columns(["prediction", "id"], ["key", "label"]),
      GIVEN,
      "Labels are joined by id (monitoring.id), and the table of labels (--labels) has no column id; it has key, label.",
    ],
    [columns(["prediction", "id"], ["id"]), GIVEN, "The table of labels (--labels) has no column label; it has id."],
    [
      columns(["prediction"], [], ["x", "y"]),
      {},
      "Live predictions have nothing to be compared with: the reference has no column prediction. Give the accepted model with --baseline.",
    ],
    [
      columns(["prediction"], [], ["answer"]),
      { accepted: GIVEN.accepted },
      "The evaluation wrote predictions without a column prediction.",
    ],
  ])("%j", (there, given, message) => {
    expect(userError(() => checkColumns(there, given, SETTINGS))).toBe(message);
  });

  test("with the name that the project has for a column", () => {
    const settings = { ...SETTINGS, predictions: { prediction: "demand" } };
    expect(userError(() => checkColumns(columns(["id"]), {}, settings))).toBe(
      "The log (--predictions) has no column demand (predictions.prediction), and no prediction; it has id.",
    );
  });

  test("and a complete one passes", () => {
    expect(() => checkColumns(columns(["id", "prediction"], ["id", "label"]), GIVEN, SETTINGS)).not.toThrow();
    expect(() => checkColumns(columns(["prediction"]), {}, SETTINGS)).not.toThrow();
  });
});

test.each([
  [{ labels: 9, matched: 0 }, [{ column: "key", fault: "in no prediction" }]],
  [{ labels: 9, matched: 1 }, []],
  [{ labels: 0, matched: 0 }, []],
])("labels of which none belongs to a prediction are a fault: %j", (counts, faults) => {
  expect(joinFaults({ repeatedInLog: 0, repeatedInLabels: 0, ...counts }, "key")).toEqual(faults);
});

test("repeated ids cannot be joined", () => {
  expect(userError(() => checkIds({ repeatedInLog: 1, labels: 9, matched: 9, repeatedInLabels: 1200 }, "key"))).toBe(
    "Labels cannot be joined by key (monitoring.id): the log (--predictions) repeats key in 1 row, and the table of labels (--labels) repeats key in 1,200 rows.",
  );
  expect(() => checkIds({ repeatedInLog: 0, labels: 9, matched: 9, repeatedInLabels: 0 }, "key")).not.toThrow();
  expect(() => checkIds(undefined, "key")).not.toThrow();
});
