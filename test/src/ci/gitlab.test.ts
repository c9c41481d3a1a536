import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { gitlabFiles } from "../../../src/ci/gitlab.ts";
import { CiEngine, type CiRequest } from "../../../src/ci/system.ts";
import { type CiProject, SITE_SECRETS, workflowsOf } from "../../../src/ci/workflows.ts";
import { FULL_PROJECT } from "../../support/ci-files.ts";
import { callsIn, mistakeIn } from "../../support/docs/commands.ts";
import { repository } from "../../support/docs/pages.ts";

const MODULE = { repository: "https://git.example.com/team/ml-pipeline", ref: "v0.1.0" };
const INCLUDED = ".gitlab/ml-pipeline.yml";

interface Rule {
  readonly if: string;
  readonly when?: string;
  readonly allow_failure?: boolean;
}
interface JobFile {
  readonly extends: string;
  readonly needs?: readonly string[];
  readonly rules: readonly Rule[];
  readonly script: readonly string[];
  readonly environment?: string;
  readonly interruptible?: boolean;
  readonly resource_group?: string;
  readonly timeout: string;
  readonly artifacts?: {
    readonly expose_as?: string;
    readonly paths: readonly string[];
    readonly reports: Readonly<Record<string, unknown>>;
  };
}

const filesOf = (request: Partial<CiRequest> = {}, project: Partial<CiProject> = {}): ReadonlyMap<string, string> =>
  gitlabFiles({
    ...{ workflows: workflowsOf({ ...FULL_PROJECT, ...project }), engine: CiEngine.INCLUDED, module: MODULE },
    ...{ branch: "main", ...request },
  });
const textOf = (...of: Parameters<typeof filesOf>): string => filesOf(...of).get(INCLUDED) ?? "";
const jobsOf = (...of: Parameters<typeof filesOf>): Readonly<Record<string, JobFile>> =>
  Object.fromEntries(
    Object.entries(parse(textOf(...of)) as Record<string, JobFile>).filter(([, { rules }]) => rules !== undefined),
  );
const job = (id: string, ...of: Parameters<typeof filesOf>): JobFile => {
  const found = jobsOf(...of)[`ml-pipeline-${id}`];
  if (found === undefined) throw new Error(`there is no job ${id}`);
  return found;
};

describe("the project's own file", () => {
  test("is written where there is none, and includes the other", () => {
    expect(parse(filesOf({ existing: new Set(["README.md"]) }).get(".gitlab-ci.yml") ?? "")).toEqual({
      include: [{ local: INCLUDED }],
    });
  });

  test("stays as it is where there is one; the other file says which line to add, and is the same either way", () => {
    const files = filesOf({ existing: new Set([".gitlab-ci.yml"]) });
    expect([...files.keys()]).toEqual([INCLUDED]);
    expect(files.get(INCLUDED)).toBe(textOf());
    const line = /^#\s+(include: .*)$/m.exec(textOf())?.[1] ?? "";
    expect(parse(line)).toEqual({ include: [{ local: INCLUDED }] });
  });
});

test("each event starts the jobs that are for it", () => {
  const rules = Object.entries(jobsOf()).map(([name, { rules }]) => [name, rules.map((rule) => rule.if).join()]);
  expect(Object.fromEntries(rules)).toEqual({
    "ml-pipeline-pull-request": '$CI_PIPELINE_SOURCE == "merge_request_event"',
    "ml-pipeline-main": '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "main"',
    "ml-pipeline-release": '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_TAG =~ /^v/',
    "ml-pipeline-promote-production": '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_TAG =~ /^v/',
    "ml-pipeline-retrain": '$CI_PIPELINE_SOURCE == "schedule" && $ML_PIPELINE_SCHEDULE == "retrain"',
    "ml-pipeline-retrain-by-hand": '$CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == "main"',
    "ml-pipeline-monitor": '$CI_PIPELINE_SOURCE == "schedule" && $ML_PIPELINE_SCHEDULE == "monitor"',
    "ml-pipeline-retrain-for-drift": '$CI_PIPELINE_SOURCE == "schedule" && $ML_PIPELINE_SCHEDULE == "monitor"',
  });
});

test("the head says what is set up on GitLab: secrets, schedules with their variable, protected environments", () => {
  const head = textOf().split("\n\n", 1)[0];
  for (const part of [
    "REGISTRY_PASSWORD",
    "FORGE_TOKEN",
    "0 4 * * 1, with the variable ML_PIPELINE_SCHEDULE = retrain",
    "0 5 * * *, with the variable ML_PIPELINE_SCHEDULE = monitor",
    "who may promote to them: production",
  ]) {
    expect(head).toContain(part);
  }
});

test("merge requests end those before them, what delivers waits, and only a runner's failure is repeated", () => {
  for (const [name, { interruptible, resource_group }] of Object.entries(jobsOf())) {
    const isRequest = name === "ml-pipeline-pull-request";
    expect({ name, interruptible, waits: resource_group !== undefined }).toEqual({
      ...{ name, interruptible: isRequest ? true : undefined, waits: !isRequest },
    });
  }
  expect(job("release").resource_group).toBe(job("retrain").resource_group);
  expect(parse(textOf())[".ml-pipeline"].retry).toEqual({
    ...{ max: 1, when: ["runner_system_failure", "stuck_or_timeout_failure"] },
  });
});

test("a report is kept whatever the verdict, and told in GitLab's forms; outputs go to the jobs that need them", () => {
  expect(job("pull-request").artifacts).toEqual({
    ...{ when: "always", expose_as: "Model report", paths: ["report/"] },
    reports: {
      ...{ junit: ["report/junit.xml", "report/tests/*/junit.xml"], codequality: "report/codequality.json" },
    },
  });
  expect(job("monitor").artifacts?.reports).toMatchObject({ dotenv: "drift/outputs.env" });
  expect(job("retrain-for-drift")).toMatchObject({
    needs: ["ml-pipeline-monitor"],
    rules: [{ when: "always" }],
  });
  expect(job("retrain-for-drift").script[0]).toBe('[ "$RETRAIN" = true ] || exit 0');
});

test("a promotion is started by a person, keeps no release from its end, and fails where nothing waits for it", () => {
  expect(job("promote-production")).toMatchObject({
    ...{ needs: ["ml-pipeline-release"], environment: "production" },
    rules: [{ when: "manual", allow_failure: true }],
  });
  expect(job("promote-production").script[0]).toMatch(/^\[ "\$WAITING" = production \] \|\| \{ echo .*; exit 1; \}$/);
});

test("a fork, which has no secrets, leaves out the flags that take one", () => {
  const access = ["dvc-config"];
  const [request = "", main = ""] = ["pull-request", "main"].map((id) => job(id, {}, { access }).script.join("\n"));
  expect(request).toContain("${DVC_CONFIG:+--dvc-config=env:DVC_CONFIG} run --source=. --profile=quick");
  expect(main).toMatch(/ --dvc-config=env:DVC_CONFIG\s/);
});

test("a fork without a token for comments gets its verdict", () => {
  const [, comment, verdict] = job("pull-request").script;
  expect(comment).toMatch(/^\[ -z "\$FORGE_TOKEN" \] \|\| ml-pipeline --forge-token=env:FORGE_TOKEN comment /);
  expect(verdict).toBe("ml-pipeline assert --report=report/");
});

test("who starts a pipeline by hand is asked whether a worse model goes out, where there is a retraining", () => {
  expect(parse(textOf()).variables.FORCE_DEPLOY).toMatchObject({ value: "false", options: ["false", "true"] });
  expect(textOf()).toContain('--force-deploy="$FORCE_DEPLOY" --forced-by="$GITLAB_USER_LOGIN"');
  expect(parse(textOf({}, { hasWindow: false })).variables).toBeUndefined();
});

test("Dagger's engine has a Docker beside the job, and the module by its address", () => {
  const dagger = { engine: CiEngine.DAGGER };
  const base = parse(textOf(dagger))[".ml-pipeline"];
  expect(base).toMatchObject({ image: "docker:28-cli", services: ["docker:28-dind"] });
  expect(base.variables).toMatchObject({ DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: "/certs" });
  expect(base.before_script.join("\n")).toContain("dl.dagger.io");
  expect(job("main", dagger).script[0]).toMatch(
    /^dagger --progress=plain -m git\.example\.com\/team\/ml-pipeline@v0\.1\.0 call /,
  );
});

test("GitLab's own registry needs no secret; no other registry gets GitLab's", () => {
  const own = { registry: "registry.gitlab.com" };
  expect(parse(textOf(own))[".ml-pipeline"].variables).toEqual({
    ...{ REGISTRY_USER: "$CI_REGISTRY_USER", REGISTRY_PASSWORD: "$CI_REGISTRY_PASSWORD" },
  });
  const head = (text: string): string => text.split("\n\n", 1)[0] ?? "";
  expect(head(textOf(own))).not.toContain("REGISTRY_");
  expect(textOf({ registry: "registry.example.com" })).not.toContain("CI_REGISTRY");
});

/** The calls of scripts, each in one line, without what stands before the words. */
const callsOf = (scripts: readonly (readonly string[])[]): string[] =>
  scripts
    .flat()
    .map((item) => item.replaceAll(/\\\n\s*/g, "").replace(/dagger --progress=plain -m \S+ call/, "ml-pipeline"))
    .flatMap(callsIn);

test.each([CiEngine.INCLUDED, CiEngine.DAGGER])("every call is one of the module: %s", (engine) => {
  const calls = callsOf(Object.values(jobsOf({ engine })).map(({ script }) => script));
  expect(calls.length).toBeGreaterThan(14);
  for (const call of calls) expect(mistakeIn(call), call).toBeUndefined();
});

describe("the component", () => {
  const text = readFileSync(`${repository}templates/pipeline/template.yml`, "utf8");
  const [spec, file] = parseAllDocuments(text).map((document) => document.toJS()) as [
    { spec: { inputs: Record<string, { default: string; regex: string }> } },
    Record<string, JobFile & { variables: { ML_PIPELINE_SECRETS: string } }>,
  ];
  const { branch, ...others } = spec.spec.inputs;

  test("can be included without any input, and takes nothing that a shell would read", () => {
    expect(branch?.default).toBe("main");
    for (const { default: given, regex } of [branch, ...Object.values(others)].flatMap((input) => input ?? [])) {
      expect(given).toMatch(new RegExp(regex));
      for (const bad of ["$(id)", "a b", "`id`", 'a"b', "a;b"]) expect(bad).not.toMatch(new RegExp(regex));
    }
  });

  test("every call is one of the module", () => {
    const calls = callsOf(Object.values(file).flatMap(({ script }) => (script === undefined ? [] : [script])));
    expect(calls.length).toBeGreaterThan(7);
    for (const call of calls) {
      const whole = call
        .replace("$secrets ", "")
        .replaceAll(/\$\{\w+:\+(.*?)\}/g, "$1")
        .replaceAll(/\$\[\[.*?\]\]/g, "x");
      expect(mistakeIn(whole), call).toBeUndefined();
    }
  });

  test("its secrets are those of the files that are written, by the same names", () => {
    const written = workflowsOf({ ...FULL_PROJECT, access: SITE_SECRETS }).flatMap(({ jobs }) => jobs);
    const named = new Set(written.flatMap(({ run }) => run.secrets));
    const given = file[".ml-pipeline-delivery"]?.variables.ML_PIPELINE_SECRETS.split(" ");
    // Which of both says how a cluster is reached follows from the project; here from what there is.
    expect(new Set(given)).toEqual(new Set([...named, "KUBECONFIG_TEXT"]));
    expect(file[".ml-pipeline"]?.variables.ML_PIPELINE_SECRETS.split(" ")).toEqual(
      written.find(({ id }) => id === "pull-request")?.run.secrets,
    );
  });
});
