import { expect, test } from "vitest";
import { parse } from "yaml";
import { CiEngine } from "../../../src/ci/system.ts";
import { CiSystem } from "../../../src/ci/systems.ts";
import { shownFiles } from "../../support/ci-files.ts";

const files = shownFiles(CiSystem.AZURE, CiEngine.INCLUDED);

interface Stage {
  readonly stage: string;
  readonly condition?: string;
  readonly dependsOn: unknown;
  readonly variables?: readonly { readonly group?: string }[];
  readonly jobs: readonly [{ readonly environment?: string }];
}
interface Pipeline {
  readonly trigger: unknown;
  readonly pr: unknown;
  readonly schedules?: readonly { readonly cron: string; readonly always: boolean }[];
  readonly stages: readonly Stage[];
}
const pipeline = (name: string): Pipeline => parse(files.get(name) ?? "") as Pipeline;
const stage = (file: string, name: string): Stage | undefined =>
  pipeline(file).stages.find((one) => one.stage === name);

test("what the clock starts is a pipeline of its own, that no commit starts", () => {
  expect([...files.keys()]).toEqual([
    ...["azure-pipelines.yml", "azure-pipelines.retrain.yml", "azure-pipelines.monitor.yml"],
  ]);
  expect(pipeline("azure-pipelines.retrain.yml")).toMatchObject({
    ...{ trigger: "none", pr: "none", schedules: [{ cron: "0 4 * * 1", always: true }] },
  });
  expect(pipeline("azure-pipelines.yml")).toMatchObject({
    trigger: { branches: { include: ["main"] }, tags: { include: ["v*"] } },
    pr: { branches: { include: ["main"] } },
  });
});

test("each stage says what starts it, and none waits for another one by chance", () => {
  const conditions = pipeline("azure-pipelines.yml").stages.map(({ stage, condition }) => [stage, condition]);
  expect(conditions).toEqual([
    ["pull_request", "eq(variables['Build.Reason'], 'PullRequest')"],
    [
      "main",
      "and(ne(variables['Build.Reason'], 'PullRequest'), eq(variables['Build.SourceBranch'], 'refs/heads/main'))",
    ],
    ["release", "startsWith(variables['Build.SourceBranch'], 'refs/tags/v')"],
    [
      "promote_production",
      "and(succeeded(), eq(dependencies.release.outputs['release.outputs.WAITING'], 'production'))",
    ],
  ]);
  expect(stage("azure-pipelines.retrain.yml", "retrain_by_hand")).toMatchObject({
    ...{ condition: "eq(variables['Build.Reason'], 'Manual')", dependsOn: [] },
  });
});

test("a retraining starts also where monitoring failed", () => {
  expect(stage("azure-pipelines.monitor.yml", "retrain_for_drift")?.condition).toBe(
    "and(not(canceled()), eq(dependencies.monitor.outputs['monitor.outputs.RETRAIN'], 'true'))",
  );
});

test("a promotion is a deployment to its environment, which asks for approval", () => {
  expect(stage("azure-pipelines.yml", "promote_production")?.jobs[0].environment).toBe("production");
});

test("a pull request has no group of variables, which only some pipelines may use", () => {
  expect(stage("azure-pipelines.yml", "pull_request")?.variables).toBeUndefined();
  expect(stage("azure-pipelines.yml", "main")?.variables).toContainEqual({ group: "ml-pipeline" });
});

test("no comment is written, for which Azure Repos has no place", () => {
  for (const text of files.values()) expect(text).not.toContain("comment");
});

test("every call goes through the filter", () => {
  for (const engine of Object.values(CiEngine)) {
    for (const text of shownFiles(CiSystem.AZURE, engine).values()) {
      const calls = text.match(/^ *(ml-pipeline |dagger .* call )/gm)?.length;
      expect(text.match(/2>&1 \| sed -u/g)).toHaveLength(calls ?? -1);
    }
  }
});
