import fc from "fast-check";
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

describe("whatever the classes are called", () => {
  const spelling = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.integer({ min: -20, max: 20 }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom("True", "TRUE", "false", "1.0", "01", "+1", "1e2", "-0", "1e400", "-2e400", ".5", "5.", "nan"),
  );
  const check = (...properties: readonly fc.IRawProperty<unknown>[]) => {
    for (const property of properties) fc.assert(property, { numRuns: 300 });
  };

  test("each is the same as itself, and as whatever is the same as it", () => {
    check(
      fc.property(spelling, spelling, (one, other) => {
        expect(sameClass(one, one)).toBe(true);
        expect(sameClass(one, other)).toBe(sameClass(other, one));
      }),
    );
  });

  test("a name is the same class as its spelling, and its own name", () => {
    check(
      fc.property(fc.array(spelling, { minLength: 1, maxLength: 6 }), (spellings) => {
        const nameOf = classNaming(spellings);
        for (const one of spellings) {
          expect(sameClass(one, nameOf(one))).toBe(true);
          expect(nameOf(nameOf(one))).toBe(nameOf(one));
        }
      }),
    );
  });

  test("two that are not the same have two names", () => {
    check(
      fc.property(fc.array(spelling, { minLength: 2, maxLength: 6 }), (spellings) => {
        const nameOf = classNaming(spellings);
        const [one = "", other = ""] = spellings;
        if (!sameClass(one, other)) expect(nameOf(one)).not.toBe(nameOf(other));
      }),
    );
  });
});
