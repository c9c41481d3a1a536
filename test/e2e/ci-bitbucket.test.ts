import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bitbucketFiles } from "../../src/ci/bitbucket.ts";
import { CiEngine } from "../../src/ci/system.ts";
import { workflowsOf } from "../../src/ci/workflows.ts";
import { type BitbucketRecord, runPipeline } from "../support/ci/bitbucket.ts";
import { callsOf, type Double, doubleProgram } from "../support/ci/double.ts";
import { moduleRepository } from "../support/ci/module-repository.ts";
import { FULL_PROJECT } from "../support/ci-files.ts";

/* The pipelines of Bitbucket, step by step, with a double of the module. */

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-bitbucket-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const log = (): string => join(folder, "calls");

async function pipeline(
  place: readonly [string, string],
  double: Omit<Double, "log"> = {},
  env: Readonly<Record<string, string>> = {},
  access: readonly string[] = [],
): Promise<BitbucketRecord> {
  const source = await moduleRepository(join(folder, "module"), doubleProgram({ log: log(), ...double }));
  const [repository = "", ref = ""] = source.split("@");
  const request = { engine: CiEngine.INCLUDED, module: { repository, ref }, branch: "main" };
  const files = bitbucketFiles({ ...request, workflows: workflowsOf({ ...FULL_PROJECT, access }) });
  const facts = { BITBUCKET_BUILD_NUMBER: "7", BITBUCKET_COMMIT: "abc", BITBUCKET_REPO_FULL_NAME: "team/churn" };
  return runPipeline(files.get("bitbucket-pipelines.yml") ?? "", place, {
    home: join(folder, "home"),
    env: { ...facts, REGISTRY_USER: "ci", ...env },
  });
}

it("a branch whose name is a command is a word, and its pull request gets a comment", async () => {
  const branch = "a $(touch no) `b` ' c";
  const env = { BITBUCKET_BRANCH: branch, BITBUCKET_PR_ID: "3", FORGE_TOKEN: "t" };
  const { isGood, printed } = await pipeline(["pull-requests", "**"], {}, env);
  expect(isGood, printed).toBe(true);
  const [run, comment] = await callsOf(log());
  expect(run).toContain(`--branch=${branch} report export`);
  expect(comment).toContain("--on=https://bitbucket.org/team/churn/pull-requests/3");
});

it("who has no secrets gets a verdict", async () => {
  const env = { BITBUCKET_BRANCH: "b", BITBUCKET_PR_ID: "3" };
  const { isGood, printed } = await pipeline(["pull-requests", "**"], { fails: "report" }, env, ["dvc-config"]);
  expect(isGood).toBe(false);
  expect(printed).toContain("No token: no comment");
  const [run, ...others] = await callsOf(log());
  expect(run).toMatch(/^run --source=\./);
  expect(others).toEqual(["assert --report=report/"]);
});

it("a release that waits goes on with its image", async () => {
  const image = "registry.example.com/team/churn@sha256:12";
  const outputs = { IMAGE: image, WAITING: "production" };
  const { isGood, steps, printed } = await pipeline(["tags", "v*"], { outputs }, { BITBUCKET_TAG: "v1.2" });
  expect(isGood, printed).toBe(true);
  expect(steps).toEqual(["Release to staging", "Promote to production"]);
  const calls = await callsOf(log());
  expect(calls[0]).toContain("--tag=v1.2");
  expect(calls.at(-1)).toContain(`--from=staging --to=production --approve-image=${image}`);
});

it("a promotion that nothing waits for is no deployment", async () => {
  const outputs = { IMAGE: "x", WAITING: "" };
  const { isGood, printed } = await pipeline(["tags", "v*"], { outputs }, { BITBUCKET_TAG: "v1.2" });
  expect(isGood).toBe(false);
  expect(printed).toContain("Nothing waits for production");
  expect(await callsOf(log())).toHaveLength(2);
});

it("drift starts a retraining, and then fails", async () => {
  const double = { outputs: { RETRAIN: "true", WATCH: "age%20in%20years" }, fails: "drift" };
  const { isGood, steps } = await pipeline(["custom", "monitor"], double);
  expect(isGood).toBe(false);
  expect(steps).toEqual(["Drift", "Retraining for drift", "Drift: verdict"]);
  const calls = await callsOf(log());
  expect(calls).toContainEqual(expect.stringContaining("--trigger=drift --watch=age%20in%20years"));
  expect(calls.at(-1)).toBe("assert --report=drift/");
});

it("no drift starts nothing", async () => {
  const { isGood } = await pipeline(["custom", "monitor"], { outputs: { RETRAIN: "false", WATCH: "" } });
  expect(isGood).toBe(true);
  expect((await callsOf(log())).filter((line) => line.includes("retraining"))).toEqual([]);
});
