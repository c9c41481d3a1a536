import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callsOf, doubleProgram } from "../support/ci/double.ts";
import { committed, moduleRepository } from "../support/ci/module-repository.ts";
import { buildJenkinsfile, type JenkinsBuild, type JenkinsRecord } from "../support/jenkins/build.ts";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* The Jenkinsfiles that are written for a project, built. */

const PROGRAM = fileURLToPath(new URL("../../bin/ml-pipeline", import.meta.url));

let folder: string;
let project: TestProject;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-jenkins-"));
  project = await tinyProject();
  await cp(project.data, join(project.source, "data"), { recursive: true });
});
afterEach(async () => {
  await project.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Writes the files of the project, with a program that stands in the place of the module, and builds one of them. */
async function build(
  file: string,
  program: string,
  { flags = [], about = {} }: { readonly flags?: readonly string[]; readonly about?: JenkinsBuild },
): Promise<JenkinsRecord> {
  const module = await moduleRepository(join(folder, "module"), program);
  const words = ["ci", "--system=jenkins", `--source=${project.source}`, `--module=${module}`, ...flags];
  const written = await mlPipeline([...words, "export", `--path=${folder}/files`]);
  expect(written.exitCode, written.stderr).toBe(0);
  const commit = await committed(project.source);
  return buildJenkinsfile(join(folder, "files", file), join(folder, "build"), {
    ...{ repository: project.source, commit, "env.JOB_BASE_NAME": "main", "env.BUILD_NUMBER": "7" },
    ...{ "env.BUILD_URL": "https://jenkins.example.com/job/tiny/7/" },
    ...about,
  });
}

const report = (name: string): Promise<string> => readFile(join(folder, "build/workspace", name), "utf8");

describe("with the module", () => {
  const real = `exec '${PROGRAM}' --engine=local "$@"`;
  const request = { "env.CHANGE_ID": "3", "env.BRANCH_NAME": "PR-3", "env.CHANGE_BRANCH": "faster; touch $HOME/no" };
  const merge = { "env.BRANCH_NAME": "main" };

  it("a pull request gets a quick run, and a verdict also where nobody may comment", async () => {
    const { isGood, lines, printed } = await build("Jenkinsfile", real, { about: request });
    expect(isGood, printed).toBe(true);
    expect(lines).toEqual(
      expect.arrayContaining([
        "pipeline: concurrent builds end the one before",
        "Quick run: agent linux",
        "Quick run: sh Verdict",
        "Quick run: junit 15 tests, none failed",
        "Quick run: archive report",
        "Full run: skipped",
      ]),
    );
    expect(lines.join("\n")).toMatch(/Quick run: The comment could not be written: Could not find credentials/);
    const written: unknown = JSON.parse(await report("report/report.json"));
    expect(written).toMatchObject({ runId: "main-7", project: { branch: "faster; touch $HOME/no" } });
  }, 600_000);

  it("a pull request that lint finds something in fails, with its report kept", async () => {
    await project.write("src/tiny/unused.py", "import os\n");
    const { isGood, lines } = await build("Jenkinsfile", real, { about: request });
    expect(isGood).toBe(false);
    expect(lines).toEqual(expect.arrayContaining(["Quick run: archive report", "result: FAILURE"]));
    expect(await report("report/outputs.env")).toContain("FAILED_STAGE=lint");
  }, 600_000);

  it("the main branch gets the full run, whose page a Jenkins with the plugin shows", async () => {
    const about = { ...merge, "plugin.publishHTML": "yes" };
    const { isGood, lines, printed } = await build("Jenkinsfile", real, { about });
    expect(isGood, printed).toBe(true);
    expect(lines).toEqual(
      expect.arrayContaining([
        "Quick run: skipped",
        "Full run: lock ml-pipeline-tiny-main",
        "Full run: page report/index.html",
      ]),
    );
    expect(await report("report/outputs.env")).toContain("SHOULD_DEPLOY=true");
  }, 600_000);

  it("the main branch fails by a gate", async () => {
    await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.9999");
    const { isGood, lines } = await build("Jenkinsfile", real, { about: merge });
    expect(isGood).toBe(false);
    expect(lines.at(-1)).toBe("result: FAILURE");
    expect(await report("report/outputs.env")).toContain("FAILED_GATE=metrics");
  }, 600_000);
});

describe("with a double of the module", () => {
  const flags = ["--address=registry.example.com/team/tiny", "--live=live/"];
  const credentials = { "credential.registry-password": "p1", "credential.store-credentials": "p2" };
  const cluster = { ...credentials, "credential.kubeconfig-text": "p3", "env.REGISTRY_USER": "ci" };
  const log = (): string => join(folder, "calls");

  beforeEach(async () => {
    const deploy = ["staging", "production"].map((name) => `[tool.ml-pipeline.deploy.${name}]\ndeployment = "tiny"\n`);
    await project.edit("pyproject.toml", "[tool.ruff]", `${deploy.join("")}\n[tool.ruff]`);
    await project.edit(
      "pyproject.toml",
      "[tool.ruff]",
      '[tool.ml-pipeline.store]\nurl = "s3://models/tiny"\n\n[tool.ruff]',
    );
    await project.write("src/data/fetch.py", "");
  });

  describe("a release", () => {
    const tag = { ...cluster, "env.BRANCH_NAME": "v1.2", "env.TAG_NAME": "v1.2" };
    const image = "registry.example.com/team/tiny@sha256:12";
    const released = (outputs: Readonly<Record<string, string>>, about: JenkinsBuild = {}): Promise<JenkinsRecord> =>
      build("Jenkinsfile", doubleProgram({ log: log(), outputs }), { flags, about: { ...tag, ...about } });

    it("that waits for a person goes on with that image once somebody says so", async () => {
      const { isGood, lines, printed } = await released(
        { IMAGE: image, WAITING: "production" },
        { "members.production-approvers": "yes" },
      );
      expect(isGood, printed).toBe(true);
      expect(lines).toContain("Approve production: production-approvers says Promote");
      const [run, verdict, promotion, ...others] = await callsOf(log());
      expect(run).toMatch(/ run .*--tag=v1\.2 .* REGISTRY_PASSWORD STORE_CREDENTIALS KUBECONFIG_TEXT$/);
      expect(verdict).toBe("assert --report=report/");
      expect(promotion).toContain(`promote --source=. --from=staging --to=production --approve-image=${image}`);
      expect(others).toEqual([]);
    }, 120_000);

    it("ends where nobody says so", async () => {
      const { lines } = await released({ IMAGE: image, WAITING: "production" });
      expect(lines.slice(-2)).toEqual(["aborted: nobody of production-approvers answered", "result: ABORTED"]);
      expect(await callsOf(log())).toHaveLength(2);
    }, 120_000);

    it("asks nobody where nothing waits", async () => {
      const { isGood, lines } = await released({ IMAGE: image, WAITING: "" });
      expect(isGood).toBe(true);
      expect(lines).toEqual(expect.arrayContaining(["Approve production: skipped", "Promote to production: skipped"]));
    }, 120_000);
  });

  it.each([
    ["the clock", "TimerTrigger", "--trigger=schedule", "Retraining by hand: skipped"],
    ["a person", "UserIdCause", "--trigger=manual --force-deploy=true --forced-by=ann", "Retraining: skipped"],
    [
      "a person while the clock's waits",
      "UserIdCause,TimerTrigger",
      "--trigger=schedule",
      "Retraining by hand: skipped",
    ],
  ])(
    "%s starts one retraining",
    async (_name, causes, words, skipped) => {
      const about = {
        ...cluster,
        causes,
        user: "ann",
        "parameter.FORCE_DEPLOY": "true",
        "env.JOB_BASE_NAME": "retrain",
      };
      const { isGood, lines, printed } = await build("Jenkinsfile.retrain", doubleProgram({ log: log() }), {
        flags,
        about,
      });
      expect(isGood, printed).toBe(true);
      expect(lines).toEqual(expect.arrayContaining(["cron: TZ=UTC 0 4 * * 1", skipped]));
      const calls = (await callsOf(log())).filter((line) => line.includes(" retraining "));
      expect(calls).toEqual([expect.stringContaining(words)]);
      expect(calls[0]).toContain("--address=registry.example.com/team/tiny:retrained-retrain-7");
    },
    120_000,
  );

  it("drift fails, and starts a retraining", async () => {
    const program = doubleProgram({
      log: log(),
      outputs: { RETRAIN: "true", WATCH: "age%20in%20years" },
      fails: "drift",
    });
    const { isGood, lines } = await build("Jenkinsfile.monitor", program, {
      flags,
      about: { ...cluster, causes: "TimerTrigger" },
    });
    expect(isGood).toBe(false);
    expect(lines).toEqual(
      expect.arrayContaining(["Drift: archive drift", "Retraining for drift: sh Verdict", "result: FAILURE"]),
    );
    expect(await callsOf(log())).toContainEqual(expect.stringContaining("--trigger=drift --watch=age%20in%20years"));
  }, 120_000);

  it("no drift starts nothing", async () => {
    const program = doubleProgram({ log: log(), outputs: { RETRAIN: "false", WATCH: "" } });
    const { isGood, lines } = await build("Jenkinsfile.monitor", program, { flags, about: cluster });
    expect(isGood).toBe(true);
    expect(lines).toContain("Retraining for drift: skipped");
  }, 120_000);
});

it("the step of the shared library calls the module, and a shell reads none of its words", async () => {
  const log = join(folder, "calls");
  const module = await moduleRepository(join(folder, "module"), doubleProgram({ log }));
  const [repository, version] = module.split("@");
  const file = join(folder, "Jenkinsfile");
  await writeFile(
    file,
    `pipeline {
      agent none
      stages { stage('Model') { agent { label 'linux' }
        steps { mlPipeline(call: ['run', "--branch=\${env.BRANCH_NAME}"], module: '${repository}', version: '${version}') }
      } }
    }`,
  );
  const branch = "it's $(touch no) `x`";
  const { isGood, printed } = await buildJenkinsfile(file, join(folder, "build"), {
    ...{ repository: project.source, commit: await committed(project.source), "env.BRANCH_NAME": branch },
    library: fileURLToPath(new URL("../..", import.meta.url)),
  });
  expect(isGood, printed).toBe(true);
  expect(await callsOf(log)).toEqual([`run --branch=${branch}`]);
}, 60_000);
