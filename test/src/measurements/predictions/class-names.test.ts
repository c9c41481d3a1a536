import { describe, expect, test } from "vitest";
import {
  classNamed,
  classNaming,
  sameClass,
  sortedClasses,
} from "../../../../src/measurements/predictions/class-names.ts";

describe("the same class", () => {
  test.each([
    ["1", 1],
    ["1.0", 1],
    ["True", true],
    ["true", 1],
    ["False", "0.0"],
    ["-0", 0],
    ["1e2", 100],
    ["yes", "yes"],
    ["007", 7],
  ] as const)("%j and %j", (one, other) => expect(sameClass(one, other)).toBe(true));

  test.each([
    ["1", 2],
    ["yes", "Yes"],
    ["yes", true],
    ["", 0],
    [" 1", 1],
    ["true", 2],
    ["9007199254740993", "9007199254740992"],
  ] as const)("not %j and %j", (one, other) => expect(sameClass(one, other)).toBe(false));

  test("among some, the one that is spelled alike comes first", () => {
    expect(classNamed(["01", "1"], "1")).toBe("1");
    expect(classNamed(["0", "1"], true)).toBe("1");
    expect(classNamed(["no", "yes"], 1)).toBeUndefined();
  });
});

describe("names by spelling", () => {
  const names = (...spellings: string[]) => [...new Set(spellings.map(classNaming(spellings)))];

  test("numbers by value", () => {
    expect(names("1.0", "1", "0", "+1")).toEqual(["1", "0"]);
    expect(names("0.50", "0.5")).toEqual(["0.5"]);
    expect(names("9007199254740993", "9007199254740992.0")).toEqual(["9007199254740993", "9007199254740992"]);
  });

  test("truth values as numbers only beside 0 and 1", () => {
    expect(names("True", "False", "1", "0")).toEqual(["1", "0"]);
    expect(names("True", "False")).toEqual(["True", "False"]);
    expect(names("True", "TRUE", "false")).toEqual(["true", "false"]);
    expect(names("True", "2")).toEqual(["True", "2"]);
  });

  test("codes and other texts as they are", () => {
    expect(names("01", "1", "x")).toEqual(["01", "1", "x"]);
    expect(names("1.0", "1", "none")).toEqual(["1", "none"]);
    expect(names("yes", "Yes", "")).toEqual(["yes", "Yes", ""]);
  });
});

test("numbers are sorted by size, texts by their characters", () => {
  expect(sortedClasses(["10", "9", "-1", "0.5"])).toEqual(["-1", "0.5", "9", "10"]);
  expect(sortedClasses(["b", "B", "10", "9"])).toEqual(["10", "9", "B", "b"]);
});
