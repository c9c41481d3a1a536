import fc from "fast-check";
import { expect, test } from "vitest";
import { mcnemar, mcnemarPValue } from "../../../../src/measurements/predictions/mcnemar.ts";
import { cellPerRow, merged } from "./cells.ts";

test("counts the rows that one of the two has right", () => {
  const rows = cellPerRow({
    classes: ["a", "b", "c"],
    positive: undefined,
    labels: [0, 0, 1, 1, 2, 2, 0],
    models: [{ predictions: [0, 0, 1, 1, 0, 2, 0] }, { predictions: [0, 1, 0, 2, 2, 2, 1] }],
  });
  // Four against one: (1 + 5) of the 32 ways on either side.
  const expected = { onlyCandidate: 4, onlyBaseline: 1, pValue: 12 / 32 };
  for (const cells of [rows, merged(rows)]) {
    const { pValue, ...counts } = mcnemar(cells);
    expect({ ...counts, pValue: Number(pValue.toFixed(12)) }).toEqual(expected);
  }
});

test.each([
  [0, 0, 1],
  [5, 5, 1],
  [1, 0, 1],
  [0, 6, 2 / 64],
])("%d against %d", (ours, theirs, pValue) => {
  expect(mcnemarPValue(ours, theirs)).toBeCloseTo(pValue, 12);
});

test("swapping the models makes no difference, and a more uneven split is less likely", () => {
  const count = fc.integer({ min: 0, max: 2000 });
  fc.assert(
    fc.property(count, count, (ours, theirs) => {
      const pValue = mcnemarPValue(ours, theirs);
      expect(mcnemarPValue(theirs, ours)).toBe(pValue);
      expect(pValue).toBeGreaterThanOrEqual(0);
      expect(pValue).toBeLessThanOrEqual(1);
      if (ours > theirs) expect(mcnemarPValue(ours + 1, theirs)).toBeLessThanOrEqual(pValue);
    }),
  );
});
