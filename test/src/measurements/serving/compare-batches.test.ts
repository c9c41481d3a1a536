import { expect, test } from "vitest";
import { compareBatches } from "../../../../src/measurements/serving/compare-batches.ts";
import type { Answer, BatchAnswer } from "../../../../src/measurements/serving/predict.ts";
import { answered, unreadable } from "./answered.ts";

const answer = (...predictions: unknown[]): Answer => answered(predictions);
const REFUSED: Answer = { status: 500, text: "one at a time", seconds: 0 };
const compare = (single: readonly unknown[], batches: readonly BatchAnswer[], regression = false) =>
  compareBatches(
    single.map((one) => answer(one)),
    batches,
    { regression, tolerance: 0.001 },
  );

test.each<[string, readonly unknown[], Answer, boolean, object]>([
  ["in their order", ["a", "b", "c"], answer("c", "b", "a"), false, { rows: 3, agreed: 3, size: 3 }],
  [
    "in another order",
    ["a", "b", "c"],
    answer("a", "b", "c"),
    false,
    { agreed: 1, example: '"a" in a batch, "c" alone' },
  ],
  [
    "the first alone",
    ["a", "b"],
    unreadable("2 instances were sent, and 1 predictions came back"),
    false,
    { agreed: 0, example: "2 instances were sent, and 1 predictions came back" },
  ],
  ["none", ["a", "b"], REFUSED, false, { agreed: 0, example: "HTTP 500 one at a time" }],
  ["null for some", ["a", "b"], answer(null, "a"), false, { agreed: 1 }],
  ["other spellings of the same", [1, "2"], answer(2, "1.0"), false, { agreed: 2 }],
  ["numbers rounded otherwise", [0.5, 2e-9], answer(3e-9, 0.50000001), false, { agreed: 2 }],
  [
    "scores in objects",
    [
      { label: "a", score: 0.9 },
      { label: "b", score: 0.8 },
    ],
    answer({ label: "b", score: 0.80001 }, { score: 0.9, label: "a" }),
    false,
    { agreed: 2 },
  ],
  ["classes that are large numbers", [100_000, 100_001], answer(100_000, 100_001), false, { agreed: 0 }],
  ["numbers within the tolerance", [100_000, 200_000], answer(200_001, 100_001), true, { agreed: 2 }],
  ["scaled by the batch", [1, 2], answer(4, 2), true, { agreed: 0 }],
])("a batch from its end to its beginning, answered %s", (_name, single, batch, regression, found) => {
  expect(
    compare(single, [{ places: single.map((_, place) => place).reverse(), answer: batch }], regression),
  ).toMatchObject(found);
});

test("without batches there is nothing to compare", () => {
  expect(compare(["a"], [])).toBeUndefined();
});
