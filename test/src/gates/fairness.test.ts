import { describe, expect, test } from "vitest";
import { fairnessGate } from "../../../src/gates/fairness.ts";
import type { FairnessResults, PredictionResults } from "../../../src/measurements/predictions/results.ts";
import { decisionOf, predictionResults } from "../support.ts";

const SEX = '[gates.fairness]\ncolumns = ["sex"]\nfavorable = "yes"\n';
const sex = (impact: number, odds: number, changes: Partial<FairnessResults> = {}): FairnessResults => ({
  columns: ["sex"],
  favorable: "yes",
  candidate: {
    groups: [
      { values: ["Female"], rows: 500, selectionRate: 0.3 * impact },
      { values: ["Male"], rows: 900, selectionRate: 0.3 },
    ],
    measures: {
      disparate_impact: { value: impact, interval: { low: impact - 0.05, high: impact + 0.05 } },
      equalized_odds: { value: odds },
      demographic_parity: { value: 0.3 * (1 - impact) },
    },
  },
  tooSmall: [],
  ...changes,
});
const decide = (fairness: readonly FairnessResults[], toml = SEX, changes: Partial<PredictionResults> = {}) =>
  decisionOf(fairnessGate, { predictions: predictionResults({ fairness, ...changes }) }, toml);

test("within the limits", async () => {
  expect(await decide([sex(0.9, 0.05)])).toMatchObject({
    status: "passed",
    message:
      "sex: disparate impact 0.9 [0.85, 0.95] (at least 0.8), equalized odds 0.05 (at most 0.1) (yes for 27 % of sex=Female, 30 % of sex=Male)",
    checks: [
      {
        ...{ what: "disparate_impact", value: 0.9, limit: { min: 0.8 }, outcome: "kept" },
        reason: {
          ...{ code: "between-groups", columns: ["sex"], favorable: "yes" },
          lowest: { group: { sex: "Female" }, share: 0.27 },
          highest: { group: { sex: "Male" }, share: 0.3 },
        },
      },
      { what: "equalized_odds", value: 0.05, limit: { max: 0.1 }, outcome: "kept" },
    ],
  });
});

test("the message only has what breaks its limit, with the groups", async () => {
  expect(await decide([sex(0.3, 0.05)])).toMatchObject({
    status: "failed",
    message: "sex: disparate impact 0.3 [0.25, 0.35] (at least 0.8) (yes for 9 % of sex=Female, 30 % of sex=Male)",
  });
  expect((await decide([sex(0.9, 0.2)])).message).toContain("equalized odds 0.2 (at most 0.1)");
});

test("demographic parity is judged where it has a limit", async () => {
  expect((await decide([sex(0.9, 0)], `${SEX}demographic-parity = 0.02`)).message).toContain(
    "demographic parity 0.03 (at most 0.02)",
  );
});

test("groups that are too small are named", async () => {
  const tooSmall = [{ values: ["Other"], rows: 3 }];
  expect((await decide([sex(0.9, 0.05, { tooSmall })])).message).toContain("not judged, too small: sex=Other");
});

test("the favourable answer is named by its value", async () => {
  const classes = { classes: ["0", "1"], positive: "1" };
  for (const favorable of ["1", "1.0", '"1"', "true"]) {
    const toml = `[gates.fairness]\ncolumns = ["sex"]\nfavorable = ${favorable}\n`;
    expect([favorable, (await decide([sex(0.9, 0.05)], toml, classes)).status]).toEqual([favorable, "passed"]);
  }
});

describe("what cannot be decided is never passed", () => {
  test.each([
    [[], {}, "sex: cannot be decided: no group has 50 rows"],
    [[sex(1, 0, { candidate: { groups: [], measures: {} } })], {}, "no group has 50 rows"],
    [[], { absentColumns: ["sex"] }, "no column sex"],
    [[], { task: "regression", classes: [] }, "fairness is about classes"],
    [[], { classes: ["a", "b"] }, 'favorable is "yes", which is no label and no answer (there are a, b)'],
  ] as const)("%#", async (fairness, changes, text) => {
    expect(await decide(fairness, SEX, changes)).toMatchObject({
      status: "failed",
      message: expect.stringContaining(text),
    });
  });

  test("an undefined measure", async () => {
    const found = sex(0.9, 0);
    const measures = { disparate_impact: found.candidate.measures.disparate_impact ?? { value: 0 } };
    expect(await decide([{ ...found, candidate: { ...found.candidate, measures } }])).toMatchObject({
      status: "failed",
      message: expect.stringContaining("equalized odds is undefined"),
    });
  });
});
