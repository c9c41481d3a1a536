import { expect, test } from "vitest";
import { sameValue } from "../../../../src/measurements/serving/values.ts";

test.each<[unknown, unknown, boolean]>([
  [1, "1", true],
  [1, "1.0", true],
  ["1", true, true],
  ["True", true, true],
  ["false", 0, true],
  [" yes ", "yes", true],
  ["yes", "Yes", false],
  ["", 0, false],
  [null, 0, false],
  [null, null, true],
  [null, "null", true],
  ["nan", "NaN", false],
  [[1, 2], ["1", 2.0], true],
  [[1, 2], [2, 1], false],
  [[1], 1, false],
  [{ a: 1, b: "x" }, { b: "x", a: "1" }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: undefined }, { b: 1 }, false],
])("%j and %j are one: %s", (a, b, same) => {
  const alike = (one: number, other: number): boolean => one === other;
  expect(sameValue(a, b, alike)).toBe(same);
  expect(sameValue(b, a, alike)).toBe(same);
});
