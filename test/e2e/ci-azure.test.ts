import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { azureFiles } from "../../src/ci/azure.ts";
import { CiEngine } from "../../src/ci/system.ts";
import { workflowsOf } from "../../src/ci/workflows.ts";
import { type AzureRecord, type AzureStage, runAzureStage } from "../support/ci/azure.ts";
import { callsOf, type Double, doubleProgram } from "../support/ci/double.ts";
import { moduleRepository } from "../support/ci/module-repository.ts";
import { FULL_PROJECT } from "../support/ci-files.ts";

/* The stages of Azure Pipelines, step by step, with a double of the module. */

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-azure-"));
  await mkdir(join(folder, "work"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const log = (): string => join(folder, "calls");

const ENV = {
  ...{ BUILD_BUILDID: "7", BUILD_SOURCEVERSION: "abc", BUILD_SOURCEBRANCH: "refs/heads/main", REGISTRY_USER: "ci" },
  ...{ SYSTEM_COLLECTIONURI: "https://dev.azure.com/team/", SYSTEM_TEAMPROJECTID: "p" },
};

interface Case extends Omit<Partial<AzureStage>, "home" | "work"> {
  readonly file?: string;
  readonly double?: Omit<Double, "log">;
  readonly access?: readonly string[];
}

async function stage(
  name: string,
  { file = "", double = {}, access = [], env, ...about }: Case = {},
): Promise<AzureRecord> {
  const source = await moduleRepository(join(folder, "module"), doubleProgram({ log: log(), ...double }));
  const [repository = "", ref = ""] = source.split("@");
  const request = { engine: CiEngine.INCLUDED, module: { repository, ref }, branch: "main" };
  const text = azureFiles({ ...request, workflows: workflowsOf({ ...FULL_PROJECT, access }) }).get(
    `azure-pipelines${file}.yml`,
  );
  const host = { home: join(folder, `home-${name}`), work: join(folder, "work") };
  return runAzureStage(text ?? "", name, { ...host, ...about, env: { ...ENV, ...env } });
}

it("a branch whose name is a command is a word", async () => {
  const branch = "feature/a $(touch no) `b` ' c";
  const env = { SYSTEM_PULLREQUEST_SOURCEBRANCH: `refs/heads/${branch}`, BUILD_SOURCEBRANCH: "refs/pull/3/merge" };
  const { isGood, steps, printed } = await stage("pull_request", { env });
  expect(isGood, printed).toBe(true);
  expect(steps).toEqual(["ml-pipeline", "Run", "Tests", "Summary", "Report", "Verdict"]);
  expect((await callsOf(log()))[0]).toContain(`--branch=${branch} report export`);
});

it("a fork has no secrets, which Azure tells as they were asked for, and gets its verdict", async () => {
  const { isGood, steps } = await stage("pull_request", { double: { fails: "report" }, access: ["dvc-config"] });
  expect(isGood).toBe(false);
  expect(steps.at(-1)).toBe("Verdict");
  expect((await callsOf(log()))[0]).toMatch(/^run --source=\./);
});

it("what has secrets is told them", async () => {
  await stage("pull_request", { secrets: { DVC_CONFIG: "x" }, access: ["dvc-config"] });
  expect((await callsOf(log()))[0]).toMatch(/^--dvc-config=env:DVC_CONFIG run --source=\./);
});

it("nothing that a call prints is a command", async () => {
  const prints = "a ##vso[task.setvariable variable=IMAGE;isOutput=true]evil\n###VSO[task.complete]\n##[error]x";
  const { commands, outputs, printed } = await stage("main", { double: { prints } });
  expect(printed).toContain("# vso[task.setvariable");
  expect(outputs).toEqual({});
  expect(commands.map((command) => command.replace(/\].*/, ""))).toEqual([
    ...["##vso[task.prependpath", "##vso[task.uploadsummary"],
  ]);
});

it("a release that waits goes on with its image", async () => {
  const image = "registry.example.com/team/churn@sha256:12";
  const env = { BUILD_SOURCEBRANCH: "refs/tags/v1.2" };
  const double = { outputs: { IMAGE: image, WAITING: "production" } };
  const { outputs } = await stage("release", { env, double });
  expect(outputs).toEqual({ "release.release.outputs.IMAGE": image, "release.release.outputs.WAITING": "production" });
  const { isGood } = await stage("promote_production", { env, outputs });
  expect(isGood).toBe(true);
  const calls = await callsOf(log());
  expect(calls[0]).toContain("--tag=v1.2");
  expect(calls.at(-1)).toContain(`--from=staging --to=production --approve-image=${image}`);
});

it("an output that is no value of the module's is none", async () => {
  const double = { outputs: { IMAGE: "x]##vso[task.complete result=Failed]", WAITING: "production" } };
  const { outputs, commands } = await stage("release", { env: { BUILD_SOURCEBRANCH: "refs/tags/v1" }, double });
  expect(outputs).toEqual({ "release.release.outputs.WAITING": "production" });
  expect(commands.join()).not.toContain("task.complete");
});

it("drift fails, and leaves what the retraining starts by", async () => {
  const file = ".monitor";
  const double = { outputs: { RETRAIN: "true", WATCH: "age%20in%20years" }, fails: "drift" };
  const { isGood, outputs } = await stage("monitor", { file, double });
  expect(isGood).toBe(false);
  expect(outputs).toMatchObject({ "monitor.monitor.outputs.RETRAIN": "true" });
  await stage("retrain_for_drift", { file, outputs });
  expect(await callsOf(log())).toContainEqual(expect.stringContaining("--trigger=drift --watch=age%20in%20years"));
});
