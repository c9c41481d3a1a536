import { expect, test } from "vitest";
import { isThinned } from "../../../../src/measurements/rows/subsequence.ts";

test.each([
  ["elements left out, in order", "abcde", "abxcdye", true],
  ["another order", "abdce", "abxcdye", false],
  ["all of it in reverse as well: the order shows nothing", "aba", "aabbaa", false],
  ["one kind of element", "aaa", "aaaaa", false],
  ["more than there is", "abc", "ab", false],
])("%s", (_name, sequence, whole, expected) => {
  expect(isThinned(sequence, whole)).toBe(expected);
});
