import { expect, test } from "vitest";
import type { DataContext } from "../../../src/context/context.ts";
import { failureModesGate } from "../../../src/gates/failure-modes.ts";
import type { Gate } from "../../../src/gates/gate.ts";
import { latencyGate } from "../../../src/gates/latency.ts";
import { metricsGate } from "../../../src/gates/metrics.ts";
import { servedAnswersGate } from "../../../src/gates/served-answers.ts";
import { shadowGate } from "../../../src/gates/shadow.ts";
import { present } from "../../../src/measurements/measured.ts";
import type { Measurements } from "../../../src/measurements/measurements.ts";
import { toLoadTest } from "../../../src/measurements/serving/measure-load.ts";
import { gradeGate } from "../../../src/stages/sensitivity.ts";
import { configOf, measureOf, modelMetrics } from "../support.ts";

function grade(gate: Gate, given: Partial<Measurements>, toml: string) {
  const context = { config: configOf(toml) } as DataContext;
  const model = { evaluated: { claims: {}, claimedBy: "src.evaluate" as const } };
  const honest = {
    measure: measureOf(given),
    measured: () => ({}),
    summaries: () => Promise.resolve(present([])),
    runs: () => [],
  };
  const facts = { task: "classification", rows: 0, ranked: false, confidence: 0.95 } as const;
  return gradeGate({ context, candidate: model, baseline: model, honest, facts }, gate);
}

const times = (around: number) => Array.from({ length: 200 }, (_, at) => around + (at % 20) / 100);
const load = (settings = { requests: 200, batchSize: 10, users: 4 }) => {
  const raw = {
    single: times(4),
    batch: times(9),
    answered: 400,
    seconds: 1,
    readySeconds: 1,
    errors: 0,
    examples: [],
  };
  return toLoadTest({ candidate: raw, baseline: raw }, settings, 0.95);
};

test("the smallest delay that latency catches is told without serving anything", async () => {
  const relative = await grade(latencyGate, { load: load() }, "[gates.latency]\ntolerance = 0.25\ntolerance-ms = 2");
  expect(relative).toMatchObject([{ gate: "latency", unit: "ms" }]);
  // Two milliseconds are always allowed, and a quarter more than 4 ms is one.
  expect(relative[0]?.smallest).toBeGreaterThan(2);
  expect(relative[0]?.smallest).toBeLessThan(2.4);
  const looser = await grade(latencyGate, { load: load() }, "[gates.latency]\ntolerance = 2\ntolerance-ms = 2");
  expect(looser[0]?.smallest).toBeGreaterThan(8);
});

test("answers, cases and requests are counted until the gate refuses", async () => {
  const served = { rows: 100, agreed: 100, unanswered: 0, examples: [] };
  expect(await grade(servedAnswersGate, { served, rows: { unheld: "" } }, "[gates.served-answers]")).toMatchObject([
    { smallest: 2, note: "1 of 100 rows is let through" },
  ]);
  const one = { kind: "k", name: "n", held: true, instance: "", expected: "", given: "" };
  const cases = { cases: Array.from({ length: 10 }, () => one) };
  expect(await grade(failureModesGate, { cases }, "[gates.failure-modes]\nmin-pass-rate = 0.75")).toMatchObject([
    { smallest: 3 },
  ]);
  const shadow = {
    ...{ requests: 1000, agreed: 1000, repeated: 1000, agreement: { value: 1, interval: { low: 1, high: 1 } } },
    ...{ errors: { candidate: 0, production: 0, examples: [] }, differing: [] },
    rate: "as fast as answered",
    latency: {
      ...{ candidate: { p50: 1, p95: 1 }, production: { p50: 1, p95: 1 } },
      p50: { ratio: 1, ratioInterval: { low: 1, high: 1 }, difference: 0, differenceInterval: { low: 0, high: 0 } },
    },
  } as const;
  const [requests] = await grade(shadowGate, { shadow }, "[gates.shadow]\nmin-agreement = 0.95");
  expect(requests?.smallest).toBeGreaterThan(50);
  expect(requests?.smallest).toBeLessThan(56);
});

test("what cannot be graded says why", async () => {
  const claimed = { metrics: modelMetrics({ accuracy: 0.9 }) };
  const [refused] = await grade(metricsGate, claimed, "[gates.metrics]\naccuracy = 0.95");
  expect(refused).not.toHaveProperty("smallest");
  expect(refused?.note).toMatch(/^not graded: the model is refused as it is \(accuracy 0\.9/);
  const skipped = await grade(latencyGate, {}, "");
  expect(skipped).toEqual([]);
});
