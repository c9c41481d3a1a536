import { describe, expect, test } from "vitest";
import { askGates, blocks, verdictOf } from "../../../src/gates/gates.ts";
import { gates } from "../../../src/stages/gates.ts";
import { configOf, measured, predictions } from "../support.ts";

const ORDER = [
  ...["schema", "metrics", "regression", "latency", "slices", "fairness", "failure-modes", "suspicious-gain", "shadow"],
];
const ask = (accuracy: number, toml = "", baseline?: number) =>
  askGates(
    measured({ accuracy }, baseline === undefined ? undefined : { accuracy: baseline }, predictions()),
    configOf(toml).gates,
  );
const statuses = (results: ReturnType<typeof ask>) => results.slice(0, 4).map(({ status }) => status);

describe("gates are asked in their order", () => {
  test("all of them, once", () => {
    expect(ask(0.9, "", 0.9).map(({ id }) => id)).toEqual(ORDER);
    expect(statuses(ask(0.9, "", 0.9))).toEqual(["passed", "passed", "passed", "skipped"]);
    expect(verdictOf(ask(0.9, "", 0.9))).toBe("passed");
  });

  test("the first required one that fails stops the rest, which say after which", () => {
    const results = ask(0.5, "", 0.9);
    expect(statuses(results)).toEqual(["passed", "failed", "skipped", "skipped"]);
    expect(results.slice(2).map(({ message }) => message)).toEqual(ORDER.slice(2).map(() => "after metrics failed"));
    expect(verdictOf(results)).toBe("failed");
  });

  test("one that is not required only warns: the rest is asked", () => {
    const results = ask(0.5, "[gates.metrics]\nrequired = false\naccuracy = 0.6", 0.5);
    expect(statuses(results)).toEqual(["passed", "failed", "passed", "skipped"]);
    expect(results[1]).toMatchObject({ required: false });
    expect(verdictOf(results)).toBe("passed");
  });

  test("a later required one still stops it", () => {
    const results = ask(0.5, "[gates.metrics]\nrequired = false\naccuracy = 0.6", 0.9);
    expect(statuses(results)).toEqual(["passed", "failed", "failed", "skipped"]);
    expect(results[3]?.message).toBe("after regression failed");
  });

  test("an unbuilt one that is configured fails; one that only warns lets the model through and says so", () => {
    expect(verdictOf(ask(0.9, "[gates.latency]"))).toBe("failed");
    const results = ask(0.9, "[gates.latency]\nrequired = false");
    expect(results[3]).toMatchObject({ id: "latency", status: "failed", required: false });
    expect(verdictOf(results)).toBe("passed");
  });

  test("each result can be written down", () => {
    for (const result of ask(0.9)) {
      expect(result).toEqual(JSON.parse(JSON.stringify(result)));
      expect(result.message).not.toBe("");
    }
  });
});

test.each([
  ["failed", true, true],
  ["inconclusive", true, true],
  ["failed", false, false],
  ["inconclusive", false, false],
  ["skipped", true, false],
  ["passed", true, false],
] as const)("%s, required %s: blocks %s", (status, required, expected) => {
  expect(blocks({ status, required })).toBe(expected);
});

describe("the stage of the gates", () => {
  const stageOf = async (accuracy: number, toml: string) =>
    gates(measured({ accuracy }).candidate, undefined, configOf(toml).gates);

  test("names the one that holds the model back, and hands all on", async () => {
    const { report, value } = await stageOf(0.5, "");
    expect(report).toMatchObject({ status: "failed", message: "metrics failed: accuracy 0.5 (at least 0.85)" });
    expect(value).toHaveLength(ORDER.length);
  });

  test("tells warnings", async () => {
    const { report } = await stageOf(0.5, "[gates.metrics]\nrequired = false\naccuracy = 0.6");
    expect(report).toMatchObject({
      status: "passed",
      message: "passed: none; warning from metrics: accuracy 0.5 (at least 0.6)",
    });
  });

  test("where nothing was measured the gates say what they lack", async () => {
    const { report, value } = await gates(undefined, undefined, configOf("").gates);
    expect(report.status).toBe("passed");
    expect(value?.every(({ status }) => status === "skipped")).toBe(true);
    const strict = await gates(undefined, undefined, configOf("[gates.metrics]\naccuracy = 0.1").gates);
    expect(strict.report).toMatchObject({
      status: "failed",
      message: expect.stringContaining("accuracy is not among"),
    });
  });
});
