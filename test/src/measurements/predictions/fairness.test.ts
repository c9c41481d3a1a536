import { describe, expect, test } from "vitest";
import { fairnessOf } from "../../../../src/measurements/predictions/fairness.ts";
import { cellPerRow, merged } from "./cells.ts";

const OPTIONS = { resamples: 500, confidence: 0.95, seed: 1 };
const repeated = (value: number, times: number): number[] => new Array<number>(times).fill(value);

/** Numbers of rows by label (first letter) and answer (second). */
interface Outcomes {
  readonly yy: number;
  readonly yn: number;
  readonly ny: number;
  readonly nn: number;
}

const group = (value: string, { yy, yn, ny, nn }: Outcomes, ...others: readonly number[][]) => ({
  values: [value],
  cells: merged(
    cellPerRow({
      classes: ["no", "yes"],
      positive: 1,
      labels: [...repeated(1, yy + yn), ...repeated(0, ny + nn)],
      models: [
        { predictions: [...repeated(1, yy), ...repeated(0, yn), ...repeated(1, ny), ...repeated(0, nn)] },
        ...others.map((predictions) => ({ predictions })),
      ],
    }),
  ),
});

const groups = [group("a", { yy: 40, yn: 10, ny: 10, nn: 40 }), group("b", { yy: 10, yn: 10, ny: 10, nn: 50 })];

describe("the groups", () => {
  test("have their rates", () => {
    const [model] = fairnessOf(groups, 1, OPTIONS);
    expect(model?.groups).toEqual([
      { values: ["a"], rows: 100, selectionRate: 0.5, truePositiveRate: 0.8, falsePositiveRate: 0.2 },
      { values: ["b"], rows: 80, selectionRate: 0.25, truePositiveRate: 0.5, falsePositiveRate: 10 / 60 },
    ]);
  });

  test("the favourable class is not always the last", () => {
    const [model] = fairnessOf(groups, 0, OPTIONS);
    expect(model?.groups[0]).toMatchObject({ selectionRate: 0.5, truePositiveRate: 0.8, falsePositiveRate: 0.2 });
    expect(model?.groups[1]?.truePositiveRate).toBeCloseTo(50 / 60, 12);
  });
});

describe("the measures", () => {
  test("are of the groups that are furthest apart", () => {
    const { measures = {} } = fairnessOf(groups, 1, OPTIONS)[0] ?? {};
    expect(Object.keys(measures)).toEqual(["disparate_impact", "demographic_parity", "equalized_odds"]);
    expect(measures.disparate_impact?.value).toBeCloseTo(0.5, 12);
    expect(measures.demographic_parity?.value).toBeCloseTo(0.25, 12);
    expect(measures.equalized_odds?.value).toBeCloseTo(0.3, 12);
    for (const { value, interval } of Object.values(measures)) {
      expect(interval?.low).toBeLessThan(value);
      expect(interval?.high).toBeGreaterThan(value);
    }
  });

  test("equalized odds take the worse of the two rates", () => {
    const falsely = [group("a", { yy: 5, yn: 5, ny: 45, nn: 5 }), group("b", { yy: 5, yn: 5, ny: 5, nn: 45 })];
    expect(fairnessOf(falsely, 1, OPTIONS)[0]?.measures.equalized_odds?.value).toBeCloseTo(0.8, 12);
  });

  test("where nobody gets the favourable answer there is no ratio, and no difference", () => {
    const refused = ["a", "b"].map((value) => group(value, { yy: 0, yn: 10, ny: 0, nn: 10 }));
    const { measures = {} } = fairnessOf(refused, 1, OPTIONS)[0] ?? {};
    expect(measures).not.toHaveProperty("disparate_impact");
    expect(measures.demographic_parity).toEqual({ value: 0, interval: { low: 0, high: 0 } });
  });

  test("a group without a label of one kind has no such rate", () => {
    const { groups: rated, measures = {} } =
      fairnessOf([...groups, group("c", { yy: 0, yn: 0, ny: 4, nn: 16 })], 1, OPTIONS)[0] ?? {};
    expect(rated?.[2]).toEqual({ values: ["c"], rows: 20, selectionRate: 0.2, falsePositiveRate: 0.2 });
    // Fairlearn takes its true-positive rate for 0, and so 0.8 for the difference.
    expect(measures.equalized_odds?.value).toBeCloseTo(0.3, 12);
  });

  test("without labels of either kind there are no odds", () => {
    const unlabelled = ["a", "b"].map((value) => group(value, { yy: 0, yn: 0, ny: 5, nn: 5 }));
    expect(Object.keys(fairnessOf(unlabelled, 1, OPTIONS)[0]?.measures ?? {})).not.toContain("equalized_odds");
  });

  test("need two groups", () => {
    expect(fairnessOf(groups.slice(0, 1), 1, OPTIONS)).toMatchObject([{ groups: [{ rows: 100 }], measures: {} }]);
    expect(fairnessOf([], 1, OPTIONS)).toEqual([]);
  });
});

test("each model has its own, on the same rows", () => {
  const even = [...repeated(1, 5), ...repeated(0, 5), ...repeated(1, 5), ...repeated(0, 5)];
  const both = [group("a", { yy: 9, yn: 1, ny: 3, nn: 7 }, even), group("b", { yy: 4, yn: 6, ny: 1, nn: 9 }, even)];
  const [candidate, baseline] = fairnessOf(both, 1, OPTIONS);
  expect(candidate?.measures.demographic_parity?.value).toBeCloseTo(0.35, 12);
  expect(baseline?.measures.demographic_parity?.value).toBe(0);
  expect(baseline?.measures.disparate_impact?.value).toBe(1);
});
