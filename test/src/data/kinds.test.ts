import { describe, expect, test } from "vitest";
import { kindsOf, kindsText, nameKinds } from "../../../src/data/kinds.ts";
import { described } from "./support.ts";

const named = (files: Readonly<Record<string, readonly string[]>>) =>
  nameKinds(kindsOf(Object.entries(files).map(([path, columns]) => described(path, columns)))).map(
    ({ name, patterns, files: own }) => [name, patterns ?? own.length],
  );

describe("files are of one kind", () => {
  test.each([
    ["with the same columns in any order", { "a.csv": ["x", "y"], "b.csv": ["y", "x"] }, 1],
    ["when one lacks the label", { "test.csv": ["x"], "train.csv": ["x", "label"] }, 1],
    ["but not when they share an id alone", { "a.csv": ["id", "x"], "b.csv": ["id", "kind"] }, 2],
    ["but not with other columns", { "a.csv": ["x", "y"], "b.csv": ["z"] }, 2],
    [
      "when a column comes and one goes from file to file",
      { "1.csv": "abc".split(""), "2.csv": "bcd".split(""), "3.csv": "cd".split("") },
      1,
    ],
  ])("%s", (_, files: Readonly<Record<string, readonly string[]>>, count) => {
    expect(kindsOf(Object.entries(files).map(([path, columns]) => described(path, columns)))).toHaveLength(count);
  });
});

describe("a kind is called", () => {
  test("by its file", () => {
    expect(named({ "inputs.csv": ["id", "a", "b"], "rows.csv.gz": ["x"] })).toEqual([
      ["inputs", 1],
      ["rows", 1],
    ]);
  });

  test("by its folder, and its numbered parts", () => {
    expect(
      named({
        ...{ "in/1.csv": ["a"], "in/2.csv": ["a"], "out/x-01.csv": ["b"], "out/x-02.csv": ["b"], "o.csv": ["c"] },
        ...{ "days/day=1/p.csv": ["d", "e", "f"], "days/day=2/p.csv": ["d", "e", "f"] },
      }),
    ).toEqual([
      ["in", 2],
      ["out/x", ["out/x-01.csv", "out/x-02.csv"]],
      ["o", 1],
      ["days", 2],
    ]);
  });

  test("by its first file where nothing is common, with all its files", () => {
    expect(named({ "train.csv": ["x", "y"], "test.csv": ["x", "y"], "other.csv": ["z"] })).toEqual([
      ["train", ["train.csv", "test.csv"]],
      ["other", 1],
    ]);
  });

  test("apart from others that have its name", () => {
    const files = { "t.csv": ["a"], "t.jsonl": ["b"] };
    expect(named(files)).toEqual([
      ["t", ["t.csv"]],
      ["t-2", ["t.jsonl"]],
    ]);
  });

  test("by patterns where there are many, which match no file of another kind", () => {
    const parts = (prefix: string, columns: string[]) =>
      Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`${prefix}${at}.csv`, columns]));
    expect(named({ ...parts("a-", ["x"]), ...parts("b-", ["y"]) })).toEqual([
      ["a", ["a-*.csv"]],
      ["b", ["b-*.csv"]],
    ]);
    expect(named({ ...parts("a-1", ["x"]), ...parts("a-2", ["y"]) })[0]?.[1]).toHaveLength(9);
  });
});

test("kinds are told by their first files", () => {
  const kinds = kindsOf([described("a.csv", ["x"]), described("b.csv", ["y"]), described("c.csv", ["x"])]);
  expect(kindsText(kinds)).toBe("a.csv and 1 more; b.csv");
});
