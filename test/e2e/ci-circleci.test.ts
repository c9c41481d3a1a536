import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { circleciFiles } from "../../src/ci/circleci.ts";
import { CiEngine } from "../../src/ci/system.ts";
import { workflowsOf } from "../../src/ci/workflows.ts";
import { type CircleRecord, runCircleJob } from "../support/ci/circleci.ts";
import { callsOf, type Double, doubleProgram } from "../support/ci/double.ts";
import { moduleRepository } from "../support/ci/module-repository.ts";
import { shellsOn } from "../support/ci/shells.ts";
import { FULL_PROJECT } from "../support/ci-files.ts";

/* The jobs of CircleCI, step by step, with a double of the module. */

const EARLIER = "/tmp/ml-pipeline-outputs";
const TOKEN = { FORGE_TOKEN: "t", CIRCLE_PULL_REQUEST: "https://github.com/team/churn/pull/3" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-circleci-"));
  for (const name of ["work", "workspace"]) await mkdir(join(folder, name));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(EARLIER, { recursive: true, force: true });
});

const log = (): string => join(folder, "calls");

async function job(
  name: string,
  env: Readonly<Record<string, string>> = {},
  double: Omit<Double, "log"> = {},
  access: readonly string[] = [],
): Promise<CircleRecord> {
  const source = await moduleRepository(join(folder, "module"), doubleProgram({ log: log(), ...double }));
  const [repository = "", ref = ""] = source.split("@");
  const request = { engine: CiEngine.INCLUDED, module: { repository, ref }, branch: "main" };
  const workflows = workflowsOf({ ...FULL_PROJECT, access });
  const text = circleciFiles({ ...request, workflows }).get(".circleci/config.yml") ?? "";
  return runCircleJob(text, name, {
    ...{ home: join(folder, `home-${name}`), work: join(folder, "work"), workspace: join(folder, "workspace") },
    env: { CIRCLE_BUILD_NUM: "7", CIRCLE_SHA1: "abc", CIRCLE_BUILD_URL: "https://circleci.com/7", ...env },
    values: { "pipeline.parameters.force-deploy": "true" },
  });
}

it("a branch whose name is a command is a word, and its pull request gets a comment", async () => {
  const branch = "a $(touch no) `b` ' c";
  const { isGood, steps, printed } = await job("pull-request", { CIRCLE_BRANCH: branch, ...TOKEN });
  expect(isGood, printed).toBe(true);
  expect(steps).toEqual(["Install", "Run", "tests", "artifacts", "Comment", "Verdict"]);
  const [run, comment, verdict] = await callsOf(log());
  expect(run).toContain(`--branch=${branch} report export`);
  expect(comment).toContain(`--on=${TOKEN.CIRCLE_PULL_REQUEST}`);
  expect(verdict).toBe("assert --report=report/ FORGE_TOKEN");
});

it("a fork has no secrets, and gets its verdict", async () => {
  const forked = await job("pull-request", { CIRCLE_BRANCH: "pull/3" }, { fails: "report" }, ["dvc-config"]);
  expect(forked.isGood).toBe(false);
  const [run, verdict] = await callsOf(log());
  expect(run).toMatch(/^run --source=\./);
  expect(verdict).toBe("assert --report=report/");
});

it("what has secrets is told them", async () => {
  await job("pull-request", { CIRCLE_BRANCH: "b", DVC_CONFIG: "x" }, {}, ["dvc-config"]);
  expect((await callsOf(log()))[0]).toMatch(/^--dvc-config=env:DVC_CONFIG run --source=\./);
});

it("a release that waits goes on with its image", async () => {
  const outputs = { IMAGE: "registry.example.com/team/churn@sha256:12", WAITING: "production" };
  await job("release", { CIRCLE_TAG: "v1" }, { outputs });
  const { isGood, steps } = await job("promote-production");
  expect(isGood).toBe(true);
  expect(steps).toEqual(["Is there anything to do?", "Install", "Promote"]);
  expect((await callsOf(log())).at(-1)).toContain(`--from=staging --to=production --approve-image=${outputs.IMAGE}`);
});

it("a release that does not wait is not promoted, whoever approves", async () => {
  await job("release", { CIRCLE_TAG: "v1" }, { outputs: { IMAGE: "x", WAITING: "" } });
  const { isGood, steps } = await job("promote-production");
  expect(isGood).toBe(true);
  expect(steps).toEqual(["Is there anything to do?"]);
});

it("drift fails, and leaves what the retraining starts by", async () => {
  const drifted = await job("monitor", {}, { outputs: { RETRAIN: "true", WATCH: "age" }, fails: "drift" });
  expect(drifted.isGood).toBe(false);
  const { isGood } = await job("retrain-for-drift");
  expect(isGood).toBe(true);
  expect(await callsOf(log())).toContainEqual(expect.stringContaining("--trigger=drift --watch=age"));
});

it("monitoring that ended early starts no retraining", async () => {
  const { isGood, steps } = await job("retrain-for-drift");
  expect(isGood).toBe(true);
  expect(steps).toEqual(["Is there anything to do?"]);
});

it("a person who forces is named", async () => {
  await job("retrain-by-hand", { CIRCLE_USERNAME: "ann" });
  expect((await callsOf(log()))[0]).toContain("--trigger=manual --force-deploy=true --forced-by=ann");
});

it("the orb gives the words of a call as they are, with variables in them", async () => {
  const orb = parse(await readFile(fileURLToPath(new URL("../../orb.yml", import.meta.url)), "utf8")) as {
    readonly commands: { readonly call: { readonly steps: readonly [{ readonly run: { readonly command: string } }] } };
  };
  const programs = { "ml-pipeline": "printf '<%s>' \"$@\"" };
  const shell = await shellsOn({ home: join(folder, "home"), work: join(folder, "work"), programs });
  const words = ["run", "--branch=${CIRCLE_BRANCH}", "--note=$HOME `id` ${NONE}!", ""];
  const { isGood, printed } = await shell(["bash", "-eo", "pipefail", "-c", orb.commands.call.steps[0].run.command], {
    ...{ ML_PIPELINE_WORDS: words.join("\n"), CIRCLE_BRANCH: "it's ${HOME} $(id)" },
  });
  expect(isGood, printed).toBe(true);
  expect(printed).toBe("<run><--branch=it's ${HOME} $(id)><--note=$HOME `id` !>");
});
