import { describe, expect, test } from "vitest";
import { gatePower } from "../../../src/cost/power.ts";
import { entryOf, type JournalEntry } from "../../../src/journal/entry.ts";
import { powerText } from "../../../src/report/power.ts";
import { predictionResults, report } from "../support.ts";

const SETTINGS = { metrics: ["accuracy", "mae"], tolerance: 0.01, minRows: 100 };

interface Run {
  readonly runId: string;
  readonly accuracy?: number;
  readonly rows?: number;
  readonly half?: number;
  /** Rows that only the candidate, and only the baseline has right. */
  readonly alone?: readonly [number, number];
  readonly passed?: boolean;
}

function run({ runId, accuracy = 0.88, rows = 3000, half = 0.011, alone, passed = true }: Run): JournalEntry {
  const difference = alone === undefined ? 0 : (alone[0] - alone[1]) / rows;
  const pairs =
    alone === undefined
      ? undefined
      : {
          ...{ rows, differences: {} },
          mcnemar: { onlyCandidate: alone[0], onlyBaseline: alone[1], pValue: 1 },
        };
  const made = entryOf(
    JSON.stringify(
      report({
        ...{ runId, verdict: passed ? "passed" : "failed" },
        metrics: {
          candidate: { accuracy },
          intervals: {
            ...{ candidate: { accuracy: { low: accuracy - half, high: accuracy + half } }, baseline: {} },
            confidence: 0.95,
          },
          ...(alone === undefined ? {} : { differences: { accuracy: { value: difference } } }),
        },
        measurements: { predictions: predictionResults({ rows, ...(pairs === undefined ? {} : { pairs }) }) },
      }),
    ),
  );
  if (made === undefined) throw new Error("the report is none");
  return made;
}

describe("whether the regression gate will be able to tell", () => {
  test("is known by how many rows the last two models were apart on", () => {
    const power = gatePower([run({ runId: "2" }), run({ runId: "1", alone: [90, 90] })], SETTINGS);
    expect(power).toMatchObject({ metric: "accuracy", rows: 3000, by: "pairs", run: "1" });
    // (1.96 + 0.8416)² 0.06 / 0.0088²
    expect(power?.rowsNeeded).toBe(6082);
    expect(power?.passes).toBeCloseTo(0.503, 2);
    expect(powerText(power ?? never())).toBe(
      "The regression gate will often not be able to tell: of models exactly as good as the accepted one about 50 % pass with the 3,000 rows of the last run, and about 47 % are inconclusive. 6,100 rows would let 80 % of them pass. It excludes a loss of 0.0088 accuracy, by how far the two models of run 1 were apart.",
    );
  });

  test("is known at worst by one model alone", () => {
    const power = gatePower([run({ runId: "1" })], SETTINGS);
    expect(power).toMatchObject({ by: "one model" });
    expect(power?.rowsNeeded).toBeGreaterThan(6082);
    expect(powerText(power ?? never())).toContain("at worst: by the noise of the model of run 1 alone");
  });

  test("says so where there are rows enough", () => {
    const power = gatePower([run({ runId: "1", rows: 30_000, alone: [900, 900] })], SETTINGS);
    expect(power?.passes).toBeGreaterThan(0.99);
    expect(powerText(power ?? never())).toMatch(/^The regression gate can tell: /);
  });

  test("lets nothing pass with fewer rows than the gate asks for", () => {
    const power = gatePower([run({ runId: "1", rows: 90, half: 0.0001 })], SETTINGS);
    expect(power).toMatchObject({ passes: 0, rowsNeeded: 100 });
  });

  test("holds the loss against the last model that passed", () => {
    const entries = [run({ runId: "2", accuracy: 0.4, passed: false }), run({ runId: "1", accuracy: 0.9 })];
    expect(gatePower(entries, SETTINGS)?.allowedLoss).toBeCloseTo(0.009);
  });

  test("is not known without intervals, without such a metric, and of models that never differ", () => {
    const bare = entryOf(JSON.stringify(report({ metrics: { candidate: { accuracy: 0.9 } } })));
    expect(gatePower([], SETTINGS)).toBeUndefined();
    expect(gatePower([bare ?? never()], SETTINGS)).toBeUndefined();
    expect(gatePower([run({ runId: "1" })], { ...SETTINGS, metrics: ["f1"] })).toBeUndefined();
    expect(gatePower([run({ runId: "1" })], { ...SETTINGS, tolerance: 0 })).toBeUndefined();
    expect(gatePower([run({ runId: "1", half: 0, alone: [0, 0] })], SETTINGS)).toBeUndefined();
  });
});

function never(): never {
  throw new Error("there is none");
}
