import { describe, expect, test } from "vitest";
import { allTriedText, fallText } from "../../../src/bisect/words.ts";
import { commit, compared, fall, middle as first, bad as second } from "./found.ts";

describe("a fall", () => {
  test("of a commit with one part that changed", () => {
    expect(fallText(fall({ parts: [{ part: "data", paths: ["data/a.csv"] }] }))).toBe(
      [
        "The metric fell in cccccccccc Bad (2026-10-26, Ann):",
        "  accuracy 0.8 against 0.9 (−0.1 [-0.11, -0.09], 1,200 rows), against aaaaaaaaaa Good",
        "It was the data: data/a.csv changed, and no other part did.",
      ].join("\n"),
    );
  });

  test("of a commit with several parts, each tried alone", () => {
    const parts = [
      { part: "code" as const, paths: ["src/a.py"], outcome: compared("alike", 0.899) },
      { part: "data" as const, paths: ["data/a.csv"], outcome: compared("worse", 0.8) },
      { part: "dependencies" as const, paths: ["uv.lock"], outcome: "uv.lock is stale" },
    ];
    const text = fallText(fall({ parts }));
    expect(text).toContain("It was the data.\nEach part alone, with all else as in aaaaaaaaaa:");
    expect(text).toContain("  code (src/a.py): not worse beyond noise: accuracy");
    expect(text).toContain("  dependencies (uv.lock): cannot be tried: uv.lock is stale");
    expect(fallText(fall({ parts: parts.slice(0, 1).concat(parts.slice(2)) }))).toContain("they do so together");
  });

  test("of one of several commits that could not be tried", () => {
    const text = fallText(fall({ suspects: [first, second] }));
    expect(text).toContain("in one of these 2 commits, of which only the last could be tried:\n  bbbbbbbbbb Half\n");
  });

  test("of a merge says how to look into it", () => {
    const merge = commit("d", "Merge", ["a".repeat(40), "e".repeat(40)]);
    expect(fallText(fall({ suspects: [merge] }))).toContain("bisect --good=aaaaaaaaaa --bad=eeeeeeeeee");
  });
});

test("all commits that were tried have a line, also one that could not be", () => {
  const tried = [
    { commit: first, outcome: "train: exit code 1" },
    { commit: second, outcome: compared("better", 0.95) },
  ];
  expect(allTriedText(tried, 12).split("\n")).toEqual([
    "Tried 2 of 12 commits:",
    "  bbbbbbbbbb Half: cannot be tried: train: exit code 1",
    expect.stringContaining("  cccccccccc Bad: better beyond noise: accuracy 0.95 against 0.9"),
  ]);
});
