import fc from "fast-check";
import { expect, test } from "vitest";
import { computeResults } from "../../../../src/measurements/predictions/compute.ts";
import { possibleRange } from "../../../../src/measurements/predictions/names.ts";
import { evaluationSettings } from "../../../../src/measurements/predictions/settings.ts";
import { type Columns, columnsOfRows } from "../../../../src/measurements/predictions/tables.ts";
import { model, plan } from "./plans.ts";

const EVALUATION = evaluationSettings.parse({ resamples: 100 });

const PLAN = plan({ models: [model({ rows: 0, score: "probability" })] });

/** Rows of a label, in a bin of the score. */
interface Cell {
  readonly label: 0 | 1;
  readonly bin: number;
  readonly rows: number;
  readonly score: number;
}

const columns = (cells: readonly Cell[]): Columns =>
  columnsOfRows(
    cells
      .filter(({ rows }) => rows > 0)
      .map(({ label, bin, rows, score }) => ({
        ...{ label, prediction: score < 0.5 ? 0 : 1, bin, rows, score },
        log_loss: -Math.log(label === 1 ? score : 1 - score),
        squared_error: (score - label) ** 2,
      })),
  );

test("an interval from coarse bins holds the value from fine ones, and nothing that the metric cannot be", () => {
  const count = fc.integer({ min: 1, max: 200 });
  fc.assert(
    fc.property(
      fc.tuple(count, count, count, count),
      fc.double({ min: 0.6, max: 0.999, noNaN: true }),
      (counts, high) => {
        const [lowNo, lowYes, highNo, highYes] = counts;
        // Within a coarse bin the fine ones rank every positive above every negative.
        const fine = columns([
          { label: 0, bin: 0, rows: lowNo, score: 0.001 },
          { label: 1, bin: 1, rows: lowYes, score: high - 0.0002 },
          { label: 0, bin: 0, rows: highNo, score: 0.001 },
          { label: 1, bin: 2, rows: highYes, score: high },
        ]);
        const coarse = columns([
          { label: 0, bin: 0, rows: lowNo, score: 0.1 },
          { label: 1, bin: 0, rows: lowYes, score: 0.1 },
          { label: 0, bin: 1, rows: highNo, score: high },
          { label: 1, bin: 1, rows: highYes, score: high },
        ]);
        const tables = { answers: { cells: coarse, groupCells: [], values: [fine] }, groups: [] };
        const { metrics } = computeResults(PLAN, tables, EVALUATION, {}).candidate;
        expect(metrics.roc_auc?.value).toBe(1);
        for (const [name, { value, interval }] of Object.entries(metrics)) {
          const [least, greatest] = possibleRange(name) ?? [-Infinity, Infinity];
          if (interval === undefined) continue;
          expect([name, interval.low <= value && value <= interval.high]).toEqual([name, true]);
          expect([name, interval.low >= least && interval.high <= greatest]).toEqual([name, true]);
        }
      },
    ),
    { numRuns: 300 },
  );
});
