import { expect, test } from "vitest";
import type { DataContext } from "../../../src/context/context.ts";
import { metricsGate } from "../../../src/gates/metrics.ts";
import { present } from "../../../src/measurements/measured.ts";
import type { Measurer } from "../../../src/measurements/measurer.ts";
import { assertSelfTest } from "../../../src/report/self-test.ts";
import { tryGate } from "../../../src/stages/self-test.ts";
import { configOf, measureOf, modelMetrics, userError } from "../support.ts";

test("a gate in use that has no model to refuse is not shown to block", async () => {
  const claims = { accuracy: 0.9 };
  const measured: Measurer = {
    measure: measureOf({ metrics: modelMetrics(claims) }),
    measured: () => ({}),
    summaries: () => Promise.resolve(present([])),
    runs: () => [],
  };
  const model = { evaluated: { claims, claimedBy: "src.train" as const } };
  const context = { config: configOf("") } as DataContext;
  const trials = await tryGate(context, { ...metricsGate, mutants: () => [] }, measured, model, model);
  expect(trials).toMatchObject([{ gate: "metrics", outcome: "let through" }]);
  expect(userError(() => assertSelfTest({ trials, sensitivity: [] }))).toContain(
    "✗ metrics, any model: let through (it has no model that it must refuse, so nothing shows that it can block)",
  );
});

test("what the project cannot show is not tried, and says why", async () => {
  const measured: Measurer = {
    measure: measureOf({ metrics: modelMetrics({ accuracy: 0.9 }) }),
    measured: () => ({}),
    summaries: () => Promise.resolve(present([])),
    runs: () => [],
  };
  const model = { evaluated: { claims: {}, claimedBy: "src.evaluate" as const } };
  const context = { config: configOf("[gates.metrics]\naccuracy = 0.5\n") } as DataContext;
  const gate = { ...metricsGate, mutants: () => [{ name: "claims", claims: () => ({ accuracy: 1 }) }] };
  expect(await tryGate(context, gate, measured, model, model)).toMatchObject([
    { outcome: "not tried", message: "the evaluation claims no metrics" },
  ]);
});
