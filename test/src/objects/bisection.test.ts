import { describe, expect, test } from "vitest";
import type { Bisected } from "../../../src/bisect/result.ts";
import { Bisection } from "../../../src/objects/bisection.ts";
import { bad, compared, fall, fellNowhere, fellOnce, good, middle } from "../bisect/found.ts";
import { userError } from "../support.ts";

const record = (found: Bisected): Bisection => new Bisection(JSON.stringify(found));

describe("a search by halves", () => {
  test("that found a commit names it, and what of it did", () => {
    const one = record(fellOnce());
    expect([one.outcome(), one.commits(), one.parts()]).toEqual(["fell", [bad.commit], ["data"]]);
    expect(one.assert()).toBe(one.text());
    expect(one.text()).toBe(
      [
        "The model of aaaaaaaaaa is the good one: accuracy 0.9",
        "The metric fell in cccccccccc Bad (2026-10-26, Ann):",
        "  accuracy 0.8 against 0.9 (−0.1 [-0.11, -0.09], 1,200 rows), against aaaaaaaaaa Good",
        "It was the data: data/a.csv changed, and no other part did.",
        "Tried 2 of 2 commits:",
        "  bbbbbbbbbb Half: cannot be tried: train: exit code 1",
        "  cccccccccc Bad: worse: accuracy 0.8 against 0.9 (−0.1 [-0.11, -0.09], 1,200 rows)",
      ].join("\n"),
    );
  });

  test("that cannot tell commits apart names all of them, and no part that does it together with others alone", () => {
    const parts = (["code", "data"] as const).map((part) => ({
      part,
      paths: ["a"],
      outcome: compared("alike", 0.899),
    }));
    const one = record(fellOnce({ changes: [{ kind: "fall", fall: fall({ suspects: [middle, bad], parts }) }] }));
    expect([one.commits(), one.parts()]).toEqual([[middle.commit, bad.commit], []]);
  });

  test("says what became of the metric afterwards, where that is beyond noise", () => {
    const text = (side: "worse" | "better" | "alike"): string =>
      record(
        fellOnce({
          changes: [{ kind: "fall", fall: fall({ suspects: [middle] }) }],
          end: { commit: bad, outcome: compared(side, 0.7) },
        }),
      ).text();
    expect(text("worse")).toContain("It fell again later: accuracy 0.7 against 0.9");
    expect(text("worse")).toContain("bisect --good=bbbbbbbbbb --bad=cccccccccc finds where.");
    expect(text("better")).toContain("It rose again later: ");
    expect(text("alike")).not.toContain("again later");
  });

  test("that has nothing to look for fails, and is a record all the same", () => {
    const one = record(fellNowhere());
    expect([one.outcome(), one.commits(), one.parts()]).toEqual(["nothing", [], []]);
    expect(userError(() => one.assert())).toMatch(
      /^There is nothing to look for: the model of cccccccccc is not worse than that of aaaaaaaaaa beyond noise: accuracy 0\.899 /,
    );
  });
});

describe("a search of every commit", () => {
  const end = { commit: bad, outcome: compared("alike", 0.899) };

  test("names falls and rises in their order, and the last commit against the good one", () => {
    const one = record(
      fellOnce({
        isEvery: true,
        changes: [
          { kind: "rise", rise: { commit: middle, outcome: compared("better", 0.95) } },
          { kind: "fall", fall: fall({ before: middle }) },
        ],
        end,
      }),
    );
    expect(one.commits()).toEqual([bad.commit]);
    expect(one.text()).toMatch(/The metric rose in bbbbbbbbbb Half: [\s\S]*The metric fell in cccccccccc Bad/);
    expect(one.text()).toContain("\ncccccccccc against aaaaaaaaaa: not worse beyond noise: accuracy 0.899");
  });

  test("that finds no change has not failed, since it was asked for any", () => {
    const one = record(fellOnce({ isEvery: true, changes: [], end: { ...end, commit: good } }));
    expect(one.outcome()).toBe("nothing");
    expect(one.assert()).toContain("No commit changes the metric beyond noise against the one before it.");
  });
});
