import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CiEngine } from "../../src/ci/system.ts";
import { CiSystem } from "../../src/ci/systems.ts";
import { callsOf, doubleProgram } from "../support/ci/double.ts";
import { type GitlabPipeline, gitlabPipeline, gitlabSchemaErrors, type Variables } from "../support/ci/gitlab.ts";
import { committed, MODULE_REF, moduleRepository } from "../support/ci/module-repository.ts";
import { shownFiles } from "../support/ci-files.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { mlPipeline } from "./pipeline.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";

/* The file that is written for GitLab, run. */

const PROGRAM = fileURLToPath(new URL("../../bin/ml-pipeline", import.meta.url));
const TEMPLATE = fileURLToPath(new URL("../../templates/pipeline/template.yml", import.meta.url));

const REQUEST: Variables = {
  CI_PIPELINE_SOURCE: "merge_request_event",
  CI_MERGE_REQUEST_PROJECT_URL: "https://gitlab.example.com/team/tiny",
  CI_MERGE_REQUEST_IID: "3",
};
const MERGE: Variables = { CI_PIPELINE_SOURCE: "push" };
const MONITOR: Variables = { CI_PIPELINE_SOURCE: "schedule", ML_PIPELINE_SCHEDULE: "monitor" };

let folder: string;
let project: TestProject;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-gitlab-"));
  project = await tinyProject();
  await cp(project.data, join(project.source, "data"), { recursive: true });
});
afterEach(async () => {
  await project.remove();
  await rm(folder, { recursive: true, force: true });
});

const log = (): string => join(folder, "calls");

/** A home folder of jobs, and a program for them in the place of the module. */
async function moduleOf(program: string): Promise<string> {
  await mkdir(join(folder, "home"));
  return moduleRepository(join(folder, "module"), program);
}

/** Writes the file into the project, commits all, and runs the jobs that an event starts. */
async function started(
  program: string,
  event: Variables,
  flags: readonly string[] = [],
  ...more: readonly string[]
): Promise<GitlabPipeline> {
  const words = [
    "ci",
    "--system=gitlab",
    `--source=${project.source}`,
    `--module=${await moduleOf(program)}`,
    ...flags,
  ];
  const written = await mlPipeline([...words, "export", `--path=${project.source}`]);
  expect(written.exitCode, written.stderr).toBe(0);
  await committed(project.source);
  return gitlabPipeline(project.source, join(folder, "home"), event, ...more);
}

const outputsOf = async (pipeline: GitlabPipeline, job: string, report = "report"): Promise<string | undefined> =>
  pipeline.artifact(job, `${report}/outputs.env`);

describe("with the module", { timeout: 600_000 }, () => {
  const real = `XDG_CACHE_HOME='${process.env.XDG_CACHE_HOME ?? `${process.env.HOME}/.cache`}' exec '${PROGRAM}' --engine=local "$@"`;

  it("a merge request gets a quick run, and a verdict also where its comment cannot be written", async () => {
    const nobody = { CI_MERGE_REQUEST_PROJECT_URL: "http://127.0.0.1:9/team/tiny", FORGE_TOKEN: "glpat-of-nobody" };
    const pipeline = await started(real, { ...REQUEST, ...nobody });
    expect(pipeline.exitCode, pipeline.printed).toBe(0);
    expect(Object.keys(pipeline.jobs)).toEqual(["ml-pipeline-pull-request"]);
    expect(pipeline.jobs["ml-pipeline-pull-request"]).toContain("Quick profile: the project works.");
    expect(pipeline.printed).toMatch(/warning: .*127\.0\.0\.1:9/);
    expect(await outputsOf(pipeline, "ml-pipeline-pull-request")).toContain("VERDICT=passed");
  });

  it("a merge request that lint finds something in fails, with its report kept", async () => {
    await project.write("src/unused.py", "import os\n");
    const pipeline = await started(real, REQUEST);
    expect(pipeline.exitCode).not.toBe(0);
    expect(await outputsOf(pipeline, "ml-pipeline-pull-request")).toContain("FAILED_STAGE=lint");
    const quality = await pipeline.artifact("ml-pipeline-pull-request", "report/codequality.json");
    expect(JSON.parse(quality ?? "[]")).toContainEqual(
      expect.objectContaining({ location: expect.objectContaining({ path: "src/unused.py" }) }),
    );
  });

  it("the main branch gets the full run", async () => {
    const pipeline = await started(real, MERGE);
    expect(pipeline.exitCode, pipeline.printed).toBe(0);
    expect(Object.keys(pipeline.jobs)).toEqual(["ml-pipeline-main"]);
    expect(await outputsOf(pipeline, "ml-pipeline-main")).toContain("SHOULD_DEPLOY=true");
  });

  it("the main branch fails by a gate, with its report kept", async () => {
    await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.9999");
    const pipeline = await started(real, MERGE);
    expect(pipeline.exitCode).not.toBe(0);
    expect(pipeline.jobs["ml-pipeline-main"]).toContain("✗ gates: metrics failed: accuracy");
    expect(await outputsOf(pipeline, "ml-pipeline-main")).toContain("FAILED_GATE=metrics");
    expect(await pipeline.artifact("ml-pipeline-main", "report/junit.xml")).toContain("<testsuite");
  });

  describe("monitoring", () => {
    const both = `case " $* " in *" retraining "*) ;; *) ${real} ;; esac\n`;
    beforeEach(async () => {
      await retraining();
      await mkdir(join(project.source, "live"));
    });
    const live = (rows: string): Promise<void> => writeFile(join(project.source, "live/rows.csv"), rows);

    it("fails for drift and starts a retraining, which is told what drifted", async () => {
      const [head, ...rows] = dataRows(1200).trim().split("\n");
      await live([head, ...rows.map((row) => row.replace(/^0\.[0-4]/, "0.9"))].join("\n"));
      const program = `${both}${doubleProgram({ log: log() })}`;
      const pipeline = await started(program, { ...MONITOR, STORE_CREDENTIALS: "s1" }, ["--live=live/"]);
      expect(pipeline.exitCode).not.toBe(0);
      const outputs = (await outputsOf(pipeline, "ml-pipeline-monitor", "drift")) ?? "";
      expect(outputs).toContain("RETRAIN=true");
      const watch = /^WATCH=(.+)$/m.exec(outputs)?.[1];
      expect(watch).toBeDefined();
      const calls = await callsOf(log());
      expect(calls[0]).toContain(`retraining --source=. --trigger=drift --watch=${watch} --run-id=`);
      expect(calls[0]).toMatch(/ STORE_CREDENTIALS$/);
      expect(await outputsOf(pipeline, "ml-pipeline-retrain-for-drift")).toBeDefined();
    });

    it("without drift starts nothing, and is well", async () => {
      await live(dataRows(1200));
      const pipeline = await started(`${both}exit 3`, { ...MONITOR, STORE_CREDENTIALS: "s1" }, ["--live=live/"]);
      expect(pipeline.exitCode, pipeline.printed).toBe(0);
      expect(await outputsOf(pipeline, "ml-pipeline-monitor", "drift")).toContain("RETRAIN=false");
      expect(pipeline.jobs["ml-pipeline-retrain-for-drift"]).not.toContain("ml-pipeline --store");
    });
  });
});

/** Fresh data can be fetched, and there is a store. */
async function retraining(): Promise<void> {
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    '[tool.ml-pipeline.store]\nurl = "s3://models/tiny"\n\n[tool.ruff]',
  );
  await project.write("src/data/fetch.py", "");
}

describe("with a double of the module", { timeout: 120_000 }, () => {
  const flags = ["--address=registry.example.com/team/tiny"];
  const secrets: Variables = {
    REGISTRY_USER: "ci",
    REGISTRY_PASSWORD: "p1",
    STORE_CREDENTIALS: "p2",
    KUBECONFIG_TEXT: "p3",
  };
  const TAG: Variables = { ...secrets, CI_PIPELINE_SOURCE: "push", CI_COMMIT_TAG: "v1.2", CI_COMMIT_BRANCH: "" };
  const PROMOTE = "ml-pipeline-promote-production";
  const IMAGE = "registry.example.com/team/tiny@sha256:12";

  beforeEach(async () => {
    await retraining();
    const deploy = ["staging", "production"].map((name) => `[tool.ml-pipeline.deploy.${name}]\ndeployment = "tiny"\n`);
    await project.edit("pyproject.toml", "[tool.ruff]", `${deploy.join("")}\n[tool.ruff]`);
  });

  it("a comment is written where there is a token for it", async () => {
    const event = { ...REQUEST, FORGE_TOKEN: "t1" };
    const pipeline = await started(doubleProgram({ log: log() }), event);
    expect(pipeline.exitCode, pipeline.printed).toBe(0);
    const [run, comment, verdict, ...others] = await callsOf(log());
    expect(run).toMatch(/^run --source=\. --profile=quick .*--branch=main report export --path=report\//);
    expect(comment).toMatch(
      /^--forge-token=env:FORGE_TOKEN comment --report=report\/ --on=https:\/\/gitlab\.example\.com\/team\/tiny\/-\/merge_requests\/3 /,
    );
    expect(verdict).toMatch(/^assert --report=report\//);
    expect(others).toEqual([]);
  });

  it("a release that waits for a person goes on with that image once somebody starts the promotion", async () => {
    const program = doubleProgram({ log: log(), outputs: { IMAGE, WAITING: "production" } });
    const pipeline = await started(program, TAG, flags, "--manual", PROMOTE);
    expect(pipeline.exitCode, pipeline.printed).toBe(0);
    const [run, verdict, promotion] = await callsOf(log());
    expect(run).toMatch(/ run .*--tag=v1\.2 .* REGISTRY_PASSWORD STORE_CREDENTIALS KUBECONFIG_TEXT$/);
    expect(verdict).toMatch(/^assert /);
    expect(promotion).toContain(`promote --source=. --from=staging --to=production --approve-image=${IMAGE}`);
  });

  it("a release is done without anybody, and a promotion of what nothing waits for fails", async () => {
    const program = doubleProgram({ log: log(), outputs: { IMAGE, WAITING: "" } });
    const alone = await started(program, TAG, flags);
    expect(alone.exitCode, alone.printed).toBe(0);
    expect(Object.keys(alone.jobs)).toEqual(["ml-pipeline-release"]);
    const promoted = await gitlabPipeline(project.source, join(folder, "home"), TAG, "--manual", PROMOTE);
    expect(promoted.printed).toMatch(/WARN +ml-pipeline-promote-production/);
    expect(promoted.printed).toContain("Nothing waits for production.");
    expect((await callsOf(log())).filter((line) => line.includes(" promote "))).toEqual([]);
  });

  it.each<[string, Variables, string]>([
    ["the clock", { CI_PIPELINE_SOURCE: "schedule", ML_PIPELINE_SCHEDULE: "retrain" }, "--trigger=schedule"],
    [
      "a person",
      { CI_PIPELINE_SOURCE: "web", GITLAB_USER_LOGIN: "ann; id", FORCE_DEPLOY: "true" },
      "--trigger=manual --force-deploy=true --forced-by=ann; id --run-id=",
    ],
  ])("%s starts one retraining", async (_name, event, words) => {
    const program = doubleProgram({ log: log() });
    const pipeline = await started(program, { ...secrets, ...event }, [...flags, "--live=live/"]);
    expect(pipeline.exitCode, pipeline.printed).toBe(0);
    const [retraining, verdict, ...others] = await callsOf(log());
    expect(retraining).toContain(`retraining --source=. ${words}`);
    expect(verdict).toMatch(/^assert /);
    expect(others).toEqual([]);
  });

  it("a file of the project's own stays as it is, and its jobs with it", async () => {
    const own = "include: [{ local: .gitlab/ml-pipeline.yml }]\nown:\n  script: echo own\n";
    await project.write(".gitlab-ci.yml", own);
    const pipeline = await started(doubleProgram({ log: log() }), { ...secrets, ...MERGE }, flags);
    expect(pipeline.exitCode, pipeline.printed).toBe(0);
    expect(await readFile(join(project.source, ".gitlab-ci.yml"), "utf8")).toBe(own);
    expect(pipeline.printed).toMatch(/PASS +own/);
    expect(Object.keys(pipeline.jobs)).toEqual(["ml-pipeline-main"]);
  });

  describe("the component", () => {
    async function included(inputs: Variables, event: Variables): Promise<GitlabPipeline> {
      const [repository] = (await moduleOf(doubleProgram({ log: log() }))).split("@");
      await mkdir(join(project.source, "templates"));
      await cp(TEMPLATE, join(project.source, "templates/template.yml"));
      const given = JSON.stringify({ ...inputs, repository, version: MODULE_REF });
      await project.write(".gitlab-ci.yml", `include: [{ local: templates/template.yml, inputs: ${given} }]\n`);
      await committed(project.source);
      return gitlabPipeline(project.source, join(folder, "home"), event);
    }

    it.each<[string, Variables, Variables, string, RegExp]>([
      ["a merge request", {}, REQUEST, "ml-pipeline-pull-request", /^run --source=\. --profile=quick --run-id=\d+ /],
      [
        "the main branch without an address",
        {},
        MERGE,
        "ml-pipeline-main",
        /^run --source=\. --run-id=\d+ .*--branch=main report export --path=report\/$/,
      ],
      [
        "the main branch with an address and a store",
        { address: "registry.example.com/team/tiny" },
        { ...secrets, ...MERGE },
        "ml-pipeline-main",
        /^--registry-user=ci --registry-password=env:REGISTRY_PASSWORD --store-credentials=env:STORE_CREDENTIALS --kubeconfig=env:KUBECONFIG_TEXT run .* --address=registry\.example\.com\/team\/tiny:[0-9a-f]{40} --baseline-from=store:accepted --store-as=accepted report /,
      ],
      [
        "a tag",
        { address: "registry.example.com/team/tiny", environment: "staging" },
        TAG,
        "ml-pipeline-release",
        / run .* --address=registry\.example\.com\/team\/tiny:v1\.2 --environment=staging /,
      ],
      [
        "a schedule",
        { live: "live/" },
        { CI_PIPELINE_SOURCE: "schedule" },
        "ml-pipeline-monitor",
        /^drift --source=\. --data=live\/ --reference=data\/ report export --path=report\/$/,
      ],
    ])("%s", async (_name, inputs, event, job, call) => {
      const pipeline = await included(inputs, event);
      expect(pipeline.exitCode, pipeline.printed).toBe(0);
      expect(Object.keys(pipeline.jobs)).toEqual([job]);
      const [first, verdict] = await callsOf(log());
      expect(first).toMatch(call);
      expect(verdict).toMatch(/^assert /);
    });

    it.each<[string, Variables]>([
      ["deploys", TAG],
      ["monitors", { CI_PIPELINE_SOURCE: "schedule" }],
    ])("%s nothing where it is not said what", async (_name, event) => {
      const pipeline = await included({ address: "registry.example.com/team/tiny" }, event);
      expect(pipeline.jobs, pipeline.printed).toEqual({});
      expect(await callsOf(log())).toEqual([]);
    });
  });
});

it.each(Object.values(CiEngine))(
  "the files are what GitLab's schema asks for: %s",
  async (engine) => {
    for (const [path, text] of shownFiles(CiSystem.GITLAB, engine))
      expect(await gitlabSchemaErrors(text), path).toBe("");
    expect(await gitlabSchemaErrors("job:\n  script: echo\n  timeout: [1]\n")).not.toBe("");
  },
  ENVIRONMENT_MS,
);
