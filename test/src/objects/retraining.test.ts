import type { Directory } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Retraining } from "../../../src/objects/retraining.ts";
import { Run } from "../../../src/objects/run.ts";
import { outputsEnv } from "../../../src/report/outputs.ts";
import type { Report } from "../../../src/report/report.ts";
import type { ReportedRetraining } from "../../../src/report/retraining.ts";
import { headline } from "../../../src/report/verdict.ts";
import type { RetrainingDecision } from "../../../src/training/decision.ts";
import { report, stageReport, userError } from "../support.ts";

const facts: ReportedRetraining = {
  ...{ trigger: "schedule", window: { start: "2026-01-05", end: "2026-01-12" }, experiment: "weekly-retrain-1" },
  ...{ watch: [], reference: "the project's data", fixed: "what was given (--test-data)" },
};

const reported = (decision: RetrainingDecision | undefined, changes: Partial<Report> = {}): Report =>
  report({ retraining: { ...facts, ...(decision === undefined ? {} : { decision }) }, ...changes });

const retraining = (of: Report): Retraining => {
  const json = JSON.stringify(of);
  return new Retraining(json, new Run(json, {} as Directory));
};

const better = { deploy: true, code: "better", reason: "better on fresh data" } as const;
const stays = { deploy: false, code: "not-better", reason: "no better than noise" } as const;
const failedDecision = {
  verdict: "failed",
  failure: { stage: "decision", message: "the accepted model stays" },
  stages: [stageReport("decision", { status: "failed", message: "the accepted model stays" })],
} as const;

test("a better model goes out, and its reason comes first", () => {
  const one = retraining(reported(better));
  expect([one.outcome(), one.shouldDeploy(), one.reason()]).toEqual(["deploy", true, "better on fresh data"]);
  expect(one.assert()).toMatch(/^The new model goes out: better on fresh data\.\n\n✓/);
  expect(outputsEnv(reported(better))).toContain(
    "REASON=better\nFORCED=false\nTRIGGER=schedule\nWINDOW_START=2026-01-05\nWINDOW_END=2026-01-12\n",
  );
  expect(headline(reported(better))).toMatchObject({ title: "Passed", tone: "passed" });
});

test("that the accepted model stays fails nothing, and nothing goes out", () => {
  const kept = reported(stays, failedDecision);
  const one = retraining(kept);
  expect([one.outcome(), one.shouldDeploy(), one.assert()]).toEqual([
    ...["keep", false, "The accepted model stays: no better than noise."],
  ]);
  expect(outputsEnv(kept)).toMatch(/^VERDICT=failed\nSHOULD_DEPLOY=false\n[\s\S]*REASON=not-better\n/);
  expect(headline(kept)).toMatchObject({ title: "The accepted model stays", findings: ["no better than noise"] });
});

test("a forced model is headlined with who forced it", () => {
  const forced = reported({ ...stays, deploy: true, forcedBy: "Ada" });
  expect(retraining(forced).assert()).toMatch(/^Forced by Ada: no better than noise\./);
  expect(headline(forced)).toMatchObject({ title: "Forced by Ada", tone: "warning" });
  expect(outputsEnv(forced)).toContain("FORCED=true\n");
});

test("what broke is a failure, before the decision and after it", () => {
  const failure = { stage: "validate window", message: "120 rows" };
  const stages = [stageReport("validate window", { status: "failed", message: "120 rows" })];
  const starved = reported(undefined, { verdict: "failed", failure, stages });
  expect(retraining(starved).outcome()).toBe("failed");
  expect(retraining(starved).reason()).toBe("validate window failed: 120 rows");
  expect(userError(() => retraining(starved).assert())).toMatch(/^Pipeline failed: validate window/);
  expect(outputsEnv(starved)).toContain("REASON=validate-window\n");
  const unpublished = reported(better, { verdict: "failed", failure: { stage: "publish", message: "refused" } });
  expect(retraining(unpublished).outcome()).toBe("failed");
  expect(headline(unpublished).title).toBe("Failed: publish");
});
