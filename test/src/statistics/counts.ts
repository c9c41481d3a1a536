import fc from "fast-check";

/** Two counts of the same cells, zeros among them, neither without rows. */
export const twoCounts = fc
  .array(fc.tuple(count(), count()), { minLength: 1, maxLength: 12 })
  .map((cells) => [cells.map(([one]) => one), cells.map(([, other]) => other)] as const)
  .filter((both) => both.every((counts) => counts.some((one) => one > 0)));

function count(): fc.Arbitrary<number> {
  return fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1_000_000 }));
}
