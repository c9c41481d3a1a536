import { describe, expect, test } from "vitest";
import { runGates } from "../../../src/gates/gates.ts";
import { GATES } from "../../../src/gates/list.ts";
import { blocks } from "../../../src/gates/result.ts";
import { broken } from "../../../src/measurements/measured.ts";
import type { Measure } from "../../../src/measurements/measurements.ts";
import { configOf, measureOf, modelMetrics, predictionSummary } from "../support.ts";

const ORDER = [
  ...["schema", "evaluated-rows", "metrics", "regression", "latency", "slices", "fairness", "calibration"],
  ...["served-answers", "failure-modes", "suspicious-gain", "shadow"],
];
const measured = (accuracy: number, baseline?: number): Measure =>
  measureOf({
    summary: predictionSummary(),
    rows: { table: "rows.csv", rows: 100, predictions: 100, part: "all", by: "order", dropped: 0, sample: [] },
    metrics: modelMetrics({ accuracy }),
    ...(baseline === undefined
      ? {}
      : {
          comparison: {
            candidate: modelMetrics({ accuracy }),
            baseline: modelMetrics({ accuracy: baseline }),
            confidence: 0.95,
          },
        }),
  });
const decide = (accuracy: number, toml = "", baseline?: number) =>
  runGates(measured(accuracy, baseline), configOf(toml).gates);
const statuses = (results: Awaited<ReturnType<typeof decide>>) =>
  ["schema", "metrics", "regression", "latency"].map((id) => results.find((one) => one.id === id)?.status);

describe("gates run in their order", () => {
  test("all of them, once", async () => {
    const results = await decide(0.9, "", 0.9);
    expect(results.map(({ id }) => id)).toEqual(ORDER);
    expect(GATES.map(({ id }) => id)).toEqual(ORDER);
    expect(statuses(results)).toEqual(["passed", "passed", "passed", "skipped"]);
    expect(results.some(blocks)).toBe(false);
  });

  test("the first required one that fails stops the rest, which say after which, and nothing more is measured", async () => {
    const measure = measured(0.5, 0.9);
    const untouched = { ...measure, load: () => Promise.reject(new Error("measured in vain")) };
    const results = await runGates(untouched, configOf("").gates);
    expect(statuses(results)).toEqual(["passed", "failed", "skipped", "skipped"]);
    expect(results.slice(3).map(({ message }) => message)).toEqual(ORDER.slice(3).map(() => "after metrics failed"));
    expect(results.some(blocks)).toBe(true);
  });

  test("all of them are asked where one run is to tell all", async () => {
    const results = await runGates(measured(0.5, 0.9), configOf("").gates, { keepGoing: true });
    expect(results.filter(blocks).map(({ id }) => id)).toEqual(["metrics", "regression"]);
    expect(results.map(({ message }) => message).filter((message) => message.startsWith("after "))).toEqual([]);
  });

  test("one that is only worse is let through by force, unless a policy requires it", async () => {
    const force = { forced: true };
    const results = await runGates(measured(0.5, 0.9), configOf("").gates, force);
    expect(results.filter(({ forced }) => forced).map(({ id }) => id)).toEqual(["metrics", "regression"]);
    expect(results.some(blocks)).toBe(false);
    const demanded = await runGates(measured(0.5, 0.9), configOf("").gates, { ...force, demanded: ["metrics"] });
    expect(demanded.filter(blocks).map(({ id }) => id)).toEqual(["metrics"]);
  });

  test("one that shows something broken is never forced", async () => {
    const schema = await runGates(measured(0.9, 0.9), configOf('[gates.schema]\nclasses = ["other"]').gates, {
      forced: true,
    });
    expect(schema.filter(blocks).map(({ id }) => id)).toEqual(["schema"]);
    const broke = { ...measured(0.9, 0.9), load: async () => broken("the server broke") };
    const latency = await runGates(broke, configOf("[gates.latency]\nsingle-ms = 10").gates, { forced: true });
    expect(latency.filter(blocks).map(({ id }) => id)).toEqual(["latency"]);
  });

  test("one that is decided about later stops nothing, and blocks all the same", async () => {
    const results = await runGates(measured(0.9, 0.99), configOf("").gates, { deferred: ["regression"] });
    expect(results.filter(blocks).map(({ id }) => id)).toEqual(["regression"]);
    expect(results.map(({ message }) => message).filter((message) => message.startsWith("after "))).toEqual([]);
  });

  test("one that is not required only warns: the rest runs", async () => {
    const results = await decide(0.5, "[gates.metrics]\nrequired = false\naccuracy = 0.6", 0.5);
    expect(statuses(results)).toEqual(["passed", "failed", "passed", "skipped"]);
    expect(results[2]).toMatchObject({ id: "metrics", required: false });
    expect(results.some(blocks)).toBe(false);
  });

  test("a later required one still stops it", async () => {
    const results = await decide(0.5, "[gates.metrics]\nrequired = false\naccuracy = 0.6", 0.9);
    expect(statuses(results)).toEqual(["passed", "failed", "failed", "skipped"]);
    expect(results[4]?.message).toBe("after regression failed");
  });

  test("one that a policy requires and that would be skipped holds the model back, until a person lets it through", async () => {
    const demanded = { demanded: ["regression", "metrics"] };
    const results = await runGates(measured(0.9), configOf("").gates, demanded);
    expect(results[3]).toMatchObject({
      status: "inconclusive",
      message: "the policy requires this gate, which would be skipped: no baseline was given (--baseline)",
    });
    expect(statuses(results)).toEqual(["passed", "passed", "inconclusive", "skipped"]);
    expect(results.some(blocks)).toBe(true);
    const approved = await runGates(measured(0.9), configOf("").gates, { ...demanded, approved: ["regression"] });
    expect(approved.some(blocks)).toBe(false);
    // After a failure nothing more is asked, whatever the policy requires.
    const failed = await runGates(measured(0.5), configOf("").gates, demanded);
    expect(statuses(failed)).toEqual(["passed", "failed", "skipped", "skipped"]);
  });

  test("only the gates that are selected", async () => {
    const results = await runGates(measured(0.5), configOf("").gates, { only: ["metrics"] });
    expect(results.map(({ id, status }) => [id, status])).toEqual([["metrics", "failed"]]);
  });

  test.each([
    ["latency", ""],
    ["slices", 'columns = ["sex"]\nmin-accuracy = 0.5'],
    ["fairness", 'columns = ["sex"]\nfavorable = "yes"'],
    ["calibration", "max-ece = 0.1"],
    ["failure-modes", ""],
    ["shadow", ""],
  ])("%s cannot be measured: a failure when it is configured, otherwise skipped", async (id, settings) => {
    const found = (await decide(0.9, `[gates.${id}]\n${settings}`)).find((result) => result.id === id);
    expect(found).toMatchObject({ status: "failed", message: expect.stringContaining("cannot be decided: no ") });
    expect((await decide(0.9)).find((result) => result.id === id)?.status).toBe("skipped");
  });

  test.each([
    ["configured", "[gates.latency]"],
    ["not configured", ""],
  ])("what the project has and does not work fails the gate that needs it: %s", async (_name, toml) => {
    const load = () => Promise.resolve(broken("python -m src.serve: exit code 1"));
    const results = await runGates({ ...measured(0.9), load }, configOf(toml).gates);
    expect(results.find(({ id }) => id === "latency")).toMatchObject({
      status: "failed",
      message: "python -m src.serve: exit code 1",
    });
    expect(results.some(blocks)).toBe(true);
  });

  test("what has nothing to compare with yet is skipped, configured or not", async () => {
    const found = await decide(0.9, "[gates.suspicious-gain]\n[gates.regression]");
    expect(found.filter(({ id }) => ["regression", "suspicious-gain"].includes(id)).map((one) => one.message)).toEqual([
      "no baseline was given (--baseline)",
      "no baseline was given (--baseline)",
    ]);
  });

  test("each result can be written down", async () => {
    for (const result of await decide(0.9)) {
      expect(result).toEqual(JSON.parse(JSON.stringify(result)));
      expect(result.message).not.toBe("");
    }
  });
});

describe("an inconclusive gate", () => {
  const held = (approved: string[]) =>
    runGates(measured(0.99, 0.85), configOf("[gates.suspicious-gain]").gates, { approved });
  const place = ORDER.indexOf("suspicious-gain");

  test("blocks the model and stops the rest", async () => {
    const results = await held([]);
    expect(results[place]).toMatchObject({ id: "suspicious-gain", status: "inconclusive" });
    expect(results[place + 1]).toMatchObject({ id: "shadow", message: "after suspicious-gain was inconclusive" });
    expect(results.some(blocks)).toBe(true);
  });

  test("does not block once it is approved, and stays inconclusive", async () => {
    const results = await held(["suspicious-gain"]);
    expect(results[place]).toMatchObject({ status: "inconclusive", approved: true });
    expect(results.some(blocks)).toBe(false);
  });

  test("a failure cannot be approved", async () => {
    const results = await runGates(measured(0.5), configOf("").gates, { approved: ["metrics"] });
    expect(results[2]).not.toHaveProperty("approved");
    expect(results.some(blocks)).toBe(true);
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
