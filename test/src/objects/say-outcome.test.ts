import type { Container, Directory } from "@dagger.io/dagger";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Deployment } from "../../../src/objects/deployment.ts";
import { Drift } from "../../../src/objects/drift.ts";
import { Evaluation } from "../../../src/objects/evaluation.ts";
import { ModelImage } from "../../../src/objects/model-image.ts";
import { Retraining } from "../../../src/objects/retraining.ts";
import { Run } from "../../../src/objects/run.ts";
import { sayOutcome } from "../../../src/objects/say-outcome.ts";
import { report, stageReport } from "../support.ts";

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, "warn").mockImplementation((text: string) => void said.push(text));
});
afterEach(() => vi.restoreAllMocks());

const folder = {} as Directory;
const message = "metrics: accuracy 0.5 (at least 0.8)";
const stages = [stageReport("lint"), stageReport("gates", { status: "failed", message: `${message}\nmore` })];
const failed = { verdict: "failed", failure: { stage: "gates", message }, stages } as const;
const image = new ModelImage("sha256:1", "sha256:c", 1, {} as Container, "gates failed", "");

const run = (of: object): Run => new Run(JSON.stringify(report(of)), folder, folder, image, folder);
const retraining = (of: object): Retraining => new Retraining(JSON.stringify(report(of)), run(of));
const deployment = (verdict: "passed" | "failed"): Deployment => {
  const deployed = { environment: "staging", outcome: "failed", image: "a/b@sha256:2", rolledBack: true };
  return new Deployment(JSON.stringify({ verdict, deployed, text: "staging: no cluster\nSee the docs." }), folder);
};
const evaluation = (isGood: boolean, heldBack = ""): Evaluation =>
  new Evaluation(isGood, JSON.stringify({ stages: isGood ? [] : stages, gates: [], heldBack }), folder);
const drift = (action: string, stages: readonly object[] = []): Drift =>
  new Drift(action, JSON.stringify({ stages }), folder);
const retrained = (deploy: boolean): object => ({
  retraining: { decision: { deploy, code: "better", reason: "no better than noise" } },
});

test.each<[string, () => unknown, string]>([
  ["a run's report", () => run(failed).report(), `verdict: failed (gates: ${message})`],
  ["a run's model", () => run(failed).model(), `verdict: failed (gates: ${message})`],
  ["a run's predictions", () => run(failed).predictions(), `verdict: failed (gates: ${message})`],
  ["a run's image", () => run(failed).image(), `verdict: failed (gates: ${message})`],
  ["a retraining", () => retraining(failed).report(), `outcome: failed (gates failed: ${message})`],
  [
    "a retraining that keeps the model",
    () =>
      retraining({
        ...{ verdict: "failed", failure: { stage: "decision", message: "it stays" } },
        ...retrained(false),
      }).report(),
    "outcome: keep (no better than noise)",
  ],
  ["a deploy", () => deployment("failed").report(), "verdict: failed (staging: no cluster)"],
  ["an evaluation", () => evaluation(false).report(), `held back (gates: ${message})`],
  ["an evaluation of what goes nowhere", () => evaluation(false, "quick").report(), "held back (quick)"],
  ["a comparison", () => drift("look", stages).report(), `action: look (gates: ${message})`],
])("%s that did not pass says so where it is given", (_what, give, line) => {
  give();
  expect(said).toEqual([line]);
});

test.each<[string, () => unknown]>([
  ["run", () => [run({}).report(), run({}).model(), run({}).predictions(), run({}).image()]],
  ["retraining", () => retraining(retrained(true)).report()],
  ["deploy", () => deployment("passed").report()],
  ["evaluation", () => evaluation(true).report()],
  ["comparison", () => drift("nothing").report()],
])("a %s that passed says nothing", (_what, give) => {
  give();
  expect(said).toEqual([]);
});

test("a long reason is cut, and cannot begin a line of its own", () => {
  sayOutcome("verdict: failed", `a\n${"x".repeat(400)}`);
  expect(said[0]).toMatch(/^verdict: failed \(a x{298}…\)$/);
});
