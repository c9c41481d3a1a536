import { expect, test } from "vitest";
import type { DataContext } from "../../../src/context/context.ts";
import type { Gate } from "../../../src/gates/gate.ts";
import { metricsGate } from "../../../src/gates/metrics.ts";
import { present } from "../../../src/measurements/measured.ts";
import type { Measurer } from "../../../src/measurements/measurer.ts";
import { assertSelfTest } from "../../../src/report/self-test.ts";
import { idleGates, tryGate } from "../../../src/stages/self-test.ts";
import { configOf, measureOf, modelMetrics, userError } from "../support.ts";

/** Measurements of a model that claims this much. */
const measuring = (claims: Readonly<Record<string, number>>): Measurer => ({
  measure: measureOf({ metrics: modelMetrics(claims) }),
  measured: () => ({}),
  summaries: () => Promise.resolve(present([])),
  runs: () => [],
});

test("a gate in use that has no model to refuse is not shown to block", async () => {
  const claims = { accuracy: 0.9 };
  const measured = measuring(claims);
  const model = { evaluated: { claims, claimedBy: "src.train" as const } };
  const context = { config: configOf("") } as DataContext;
  const trials = await tryGate(context, { ...metricsGate, mutants: () => [] }, measured, model, model);
  expect(trials).toMatchObject([{ gate: "metrics", outcome: "let through" }]);
  expect(userError(() => assertSelfTest({ trials, sensitivity: [] }))).toContain(
    "✗ metrics, any model: let through (it has no model that it must refuse, so nothing shows that it can block)",
  );
});

test("what the project cannot show is not tried, and says why", async () => {
  const measured = measuring({ accuracy: 0.9 });
  const model = { evaluated: { claims: {}, claimedBy: "src.evaluate" as const } };
  const context = { config: configOf("[gates.metrics]\naccuracy = 0.5\n") } as DataContext;
  const gate = { ...metricsGate, mutants: () => [{ name: "claims", claims: () => ({ accuracy: 1 }) }] };
  expect(await tryGate(context, gate, measured, model, model)).toMatchObject([
    { outcome: "not tried", message: "the evaluation claims no metrics" },
  ]);
});

/** A gate that never refuses, whatever the number is. */
const blind = (value: number): Gate => ({
  ...metricsGate,
  needs: () => ({}),
  decide: () => [{ what: "gain in accuracy", value, limit: { max: 0.1 }, outcome: "kept" as const }],
  mutants: () => [{ name: "the best of all", isBest: true as const, claims: () => ({ accuracy: 1 }) }],
});

test.each([
  { value: 0.04, outcome: "out of reach" },
  // What the gate says of a number beyond its limit is not believed.
  { value: 0.2, outcome: "let through" },
])("the best of all models with $value of 0.1 is $outcome", async ({ value, outcome }) => {
  const claims = { accuracy: 0.96 };
  const measured = measuring(claims);
  const model = { evaluated: { claims, claimedBy: "src.evaluate" as const } };
  const context = { config: configOf("[gates.metrics]\naccuracy = 0.5\n") } as DataContext;
  const trials = await tryGate(context, blind(value), measured, model, model);
  expect(trials).toMatchObject([{ gate: "metrics", outcome }]);
  expect(idleGates(trials)).toHaveLength(outcome === "out of reach" ? 1 : 0);
});

test("gates of which none could block do not pass", () => {
  const trials = [{ gate: "suspicious-gain", mutant: "best", outcome: "out of reach" as const, message: "gain 0.04" }];
  expect(userError(() => assertSelfTest({ trials, sensitivity: [] }))).toContain("no gate could be tried");
});
