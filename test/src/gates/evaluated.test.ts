import { describe, expect, test } from "vitest";
import { evaluatedRowsGate } from "../../../src/gates/evaluated-rows.ts";
import { runGates } from "../../../src/gates/gates.ts";
import { unshown } from "../../../src/gates/result.ts";
import { servedAnswersGate } from "../../../src/gates/served-answers.ts";
import type { EvaluatedRows, HeldRows } from "../../../src/measurements/rows/evaluated-rows.ts";
import type { ComparedRows } from "../../../src/measurements/serving/served.ts";
import { configOf, decisionOf, measureOf } from "../support.ts";

const labels = { column: "income", compared: 1200, differing: 0, examples: [] };
const held: HeldRows = {
  ...{ table: "rows.csv", rows: 1200, predictions: 1200, part: "all", by: "order", dropped: 0 },
  ...{ labels, sample: [] },
};
const rowsOf = (changes: Partial<HeldRows>, toml = "") =>
  decisionOf(evaluatedRowsGate, { rows: { ...held, ...changes } }, toml);

describe("the rows of an evaluation", () => {
  test("are all rows of the data, with their labels", async () => {
    expect(await rowsOf({})).toMatchObject({
      status: "passed",
      message: "all 1,200 rows of rows.csv, matched by their order; labels as in income",
    });
    expect((await rowsOf({ part: "last", predictions: 300 })).message).toMatch(
      /^the last 300 of the 1,200 rows of rows.csv/,
    );
  });

  test("may not be left out", async () => {
    expect(await rowsOf({ predictions: 1160, dropped: 40 })).toMatchObject({
      status: "failed",
      message:
        "1,160 of the 1,200 rows of rows.csv were evaluated: 40 rows left out, 3.33 % (at most 0 %, gates.evaluated-rows.max-left-out)",
      checks: [{ value: 40 / 1200, limit: { max: 0 }, outcome: "broken" }, { outcome: "kept" }],
    });
    const toml = "[gates.evaluated-rows]\nmax-left-out = 0.05";
    expect((await rowsOf({ predictions: 1160, dropped: 40 }, toml)).status).toBe("passed");
  });

  test("have the labels of the data", async () => {
    const examples = [
      { data: "no", evaluated: "yes", rows: 30 },
      { data: "yes", evaluated: "no", rows: 10 },
    ];
    const changed = { labels: { ...labels, differing: 40, examples } };
    expect(await rowsOf(changed)).toMatchObject({
      status: "failed",
      message:
        "the label is not that of income in 40 of 1,200 rows (at most 0 %, gates.evaluated-rows.max-changed-labels): yes for no in 30 rows, no for yes in 10 rows",
    });
    expect((await rowsOf(changed, "[gates.evaluated-rows]\nmax-changed-labels = 0.05")).status).toBe("passed");
  });

  test("that are not known are told first, and fail only a gate that is configured", async () => {
    const rows: EvaluatedRows = { unheld: "240 predictions have no ids" };
    expect((await decisionOf(evaluatedRowsGate, { rows }, "[gates.evaluated-rows]")).status).toBe("failed");
    const results = await runGates(measureOf({ rows, served: { uncompared: "x" } }), configOf("").gates);
    expect(unshown(results)).toEqual([
      "not held against the data: 240 predictions have no ids",
      "served answers not compared with evaluated ones: x",
    ]);
  });
});

describe("the answers of the server", () => {
  const served: ComparedRows = { rows: 100, agreed: 100, unanswered: 0, examples: [] };
  const decide = (changes: Partial<ComparedRows>, toml = "") =>
    decisionOf(servedAnswersGate, { rows: held, served: { ...served, ...changes } }, toml);

  test("are those of the evaluation", async () => {
    expect(await decide({})).toMatchObject({
      status: "passed",
      message: "100 of 100 evaluated rows served as evaluated (at least 99 %)",
    });
  });

  test("that are others fail with the number, the limit and rows to look at", async () => {
    const example = { instance: '{"x":1}', evaluated: "yes", served: '"no"' };
    expect(await decide({ agreed: 3, unanswered: 2, examples: [example] })).toMatchObject({
      status: "failed",
      message:
        '3 of 100 evaluated rows served as evaluated (at least 99 %), 2 not answered; evaluated yes, served "no" for {"x":1}',
    });
    expect((await decide({ agreed: 97 }, "[gates.served-answers]\nmin-agreement = 0.97")).status).toBe("passed");
    const names = { No: "1", Yes: "0" };
    expect(await decide({ names, guessed: true })).toMatchObject({
      status: "inconclusive",
      message: expect.stringMatching(
        /100 of 100 .*, if the server's names .* nothing says\. .* gates\.served-answers\.names = \{ "No" = "1", "Yes" = "0" \}/,
      ),
    });
    expect(await decide({ names, guessed: false })).toMatchObject({ status: "passed" });
    expect(await decide({ agreed: 3, names, guessed: true })).toMatchObject({ status: "failed" });
  });

  test("that are names of other classes fail with what was seen and the setting", async () => {
    const instead = { served: ["0", "1"], classes: ["1", "2"], names: { "1": "0", "2": "1" } };
    expect((await decide({ agreed: 0, instead })).message).toMatch(
      /: it answers 0, 1, and the classes are 1, 2 \(0 for 1, 1 for 2\)\. .*gates\.served-answers\.names = \{ "1" = "0", "2" = "1" \}; otherwise it mixes them up/,
    );
    expect((await decide({ agreed: 0, instead: { served: ["a"], classes: ["no", "yes"] } })).message).toMatch(
      /it answers a, and the classes are no, yes\. .*gates\.served-answers\.names says which/,
    );
  });

  test("in objects that call nothing a prediction fail with the setting that says where it is", async () => {
    const keys = ["churn", "share"];
    expect((await decide({ agreed: 0, fields: { keys, agreeing: "churn" } })).message).toMatch(
      /: its answers have churn, share, and churn is what was evaluated: write serve\.answer = "churn"/,
    );
    expect((await decide({ agreed: 0, fields: { keys } })).message).toMatch(
      /: its answers have churn, share\. Say which is the prediction: serve\.answer = …/,
    );
  });

  test("are the same in a batch as alone, or fail", async () => {
    const batched = { rows: 100, agreed: 100, size: 16 };
    expect(await decide({ batched })).toMatchObject({
      status: "passed",
      message: "100 of 100 evaluated rows served as evaluated (at least 99 %); in batches of 16 as alone",
    });
    expect(await decide({ batched: { ...batched, agreed: 60, example: '"a" in a batch, "b" alone' } })).toMatchObject({
      status: "failed",
      message: expect.stringContaining(
        '60 of 100 rows served in batches of 16 as alone (at least 99 %): "a" in a batch, "b" alone',
      ),
    });
  });

  test("with names of their own are told", async () => {
    expect((await decide({ names: { "1": "good", "0": "bad" } })).message).toContain(
      "(0 is called bad, 1 is called good)",
    );
  });
});
