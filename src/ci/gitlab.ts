import { indented, whereThere } from "./lines.ts";
import { type FactVariables, shellLines } from "./shell.ts";
import { CiEngine, type CiFiles, type CiRequest, cloneLines, daggerLines, headOf, programOf } from "./system.ts";
import type { Call, Job, Trigger, Workflow } from "./workflow.ts";

/*
 * GitLab CI: one file, which the project's own .gitlab-ci.yml includes. Variables of a project reach a script by themselves, so no call
 * has any passed on.
 */

/** What GitLab reads, which may be somebody's own. */
const ROOT_FILE = ".gitlab-ci.yml";
const INCLUDED_FILE = ".gitlab/ml-pipeline.yml";

const ROOT_LINES = [
  "# Written once: what else the project runs has its place here, and ml-pipeline leaves it as it is.",
  "include:",
  `  - local: ${INCLUDED_FILE}`,
];

/** Jobs of all included files share their names, and a second one of a name would change the first. */
const PREFIX = "ml-pipeline";
const BASE = `.${PREFIX}`;

/** Which of the project's schedules it is: GitLab has nothing else that tells them apart. */
const SCHEDULE = "ML_PIPELINE_SCHEDULE";

const FACTS: FactVariables = {
  run: "$CI_PIPELINE_ID",
  commit: "$CI_COMMIT_SHA",
  branch: "$CI_COMMIT_REF_NAME",
  tag: "$CI_COMMIT_TAG",
  link: "$CI_JOB_URL",
  request: "$CI_MERGE_REQUEST_PROJECT_URL/-/merge_requests/$CI_MERGE_REQUEST_IID",
  person: "$GITLAB_USER_LOGIN",
  force: "$FORCE_DEPLOY",
};

const NODE_IMAGE = "node:24-bookworm";
const DOCKER_IMAGE = "docker:28";

export function gitlabFiles(request: CiRequest): CiFiles {
  return new Map([
    ...(request.existing?.has(ROOT_FILE) === true ? [] : [[ROOT_FILE, textOf(ROOT_LINES)] as const]),
    [INCLUDED_FILE, textOf(includedLines(request))],
  ]);
}

const textOf = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

function includedLines(request: CiRequest): string[] {
  const jobs = request.workflows.flatMap((workflow) => workflow.jobs.map((job) => jobLines(job, workflow, request)));
  return [
    ...headOf("gitlab", request),
    ...guideLines(request).map((line) => `# ${line}`),
    ...variableLines(request),
    ...[baseLines(request), ...jobs].flatMap((lines) => ["", ...lines]),
  ];
}

/** What a person sets up on GitLab, which no file can. */
function guideLines({ workflows, branch, registry, engine }: CiRequest): string[] {
  const jobs = workflows.flatMap((workflow) => workflow.jobs);
  const given = registry === REGISTRY ? ["REGISTRY_USER", "REGISTRY_PASSWORD"] : [];
  const asked = (names: readonly string[]): string[] => [...new Set(names)].filter((name) => !given.includes(name));
  const calls = jobs.flatMap(({ run, comment }) => [run, ...(comment === undefined ? [] : [comment])]);
  const secrets = asked(calls.flatMap((call) => call.secrets));
  const open = asked(
    calls.flatMap(({ words }) =>
      words.flatMap((word) => (typeof word !== "string" && "variable" in word ? [word.variable] : [])),
    ),
  );
  const schedules = workflows.flatMap(({ id, jobs: [first] }) =>
    first?.on.kind === "schedule" ? [`  ${first.on.cron}, with the variable ${SCHEDULE} = ${id}`] : [],
  );
  const environments = jobs.flatMap(({ environment }) => environment ?? []);
  return [
    `${ROOT_FILE} includes it; where there is one already, add this to it:`,
    `  include: [{ local: ${INCLUDED_FILE} }]`,
    "Variables (Settings > CI/CD), masked where they are one line:",
    `  ${secrets.join(", ")}`,
    ...(open.length === 0 ? [] : [`and for everybody to read: ${open.join(", ")}`]),
    "FORGE_TOKEN is a project access token with the scope api; without one nothing is written to merge requests. Those run on branches that are",
    "not protected, so neither is this variable, nor are those that data and packages are had by.",
    ...(engine === CiEngine.INCLUDED
      ? [
          "Runners in Docker need cap_add SYS_ADMIN and NET_ADMIN and the device /dev/net/tun; others need user namespaces (docs/engines.md).",
        ]
      : ["Runners need privileged = true, for Docker in Docker."]),
    ...(schedules.length === 0 ? [] : [`Pipeline schedules (Build), in UTC on ${branch}:`, ...schedules]),
    ...(environments.length === 0
      ? []
      : [
          "Protected tags (Settings > Repository), for protected variables: v*.",
          `Protected environments (Settings > CI/CD), with who may promote to them: ${environments.join(", ")}.`,
        ]),
  ];
}

/** What a person is asked who starts a pipeline by hand. */
function variableLines({ workflows }: CiRequest): string[] {
  if (!workflows.some(({ jobs }) => jobs.some(({ on }) => on.kind === "hand"))) return [];
  return [
    "",
    "variables:",
    "  FORCE_DEPLOY:",
    '    value: "false"',
    '    options: ["false", "true"]',
    "    description: Deploy a worse model too; never a broken one",
  ];
}

/** What all jobs have. A failure of theirs is never repeated, one of the runner is. */
function baseLines({ engine, module, registry }: CiRequest): string[] {
  const isIncluded = engine === CiEngine.INCLUDED;
  const before = isIncluded ? cloneLines(module) : ["apk add --no-cache curl git", ...daggerLines()];
  const variables = [...(isIncluded ? [] : DOCKER_VARIABLES), ...(registry === REGISTRY ? REGISTRY_VARIABLES : [])];
  return [
    `${BASE}:`,
    ...indented([
      ...(isIncluded ? [`image: ${NODE_IMAGE}`] : [`image: ${DOCKER_IMAGE}-cli`, `services: ["${DOCKER_IMAGE}-dind"]`]),
      ...(variables.length === 0 ? [] : ["variables:", ...indented(variables)]),
      "before_script:",
      ...indented(before.map((line) => `- ${scalar(line)}`)),
      "retry:",
      "  max: 1",
      "  when: [runner_system_failure, stuck_or_timeout_failure]",
    ]),
  ];
}

/** Dagger's engine runs in a Docker beside the job, which a runner must be allowed to start with privileges. */
const DOCKER_VARIABLES: readonly string[] = [
  "DOCKER_HOST: tcp://docker:2376",
  'DOCKER_TLS_VERIFY: "1"',
  "DOCKER_TLS_CERTDIR: /certs",
  "DOCKER_CERT_PATH: /certs/client",
];

/** GitLab's own registry is had by what each job has. Variables of the project come before these. */
const REGISTRY = "registry.gitlab.com";
const REGISTRY_VARIABLES: readonly string[] = [
  "REGISTRY_USER: $CI_REGISTRY_USER",
  "REGISTRY_PASSWORD: $CI_REGISTRY_PASSWORD",
];

function jobLines(job: Job, workflow: Workflow, request: CiRequest): string[] {
  const { after, environment, report, minutes } = job;
  return [
    `${nameOf(job.id)}:`,
    ...indented([
      `extends: ${BASE}`,
      ...(after === undefined ? [] : [`needs: [${nameOf(after.job)}]`]),
      "rules:",
      `  - if: ${ruleOf(job.on, workflow, request)}`,
      ...(after?.evenIfFailed === true ? ["    when: always"] : []),
      // A release that nobody needs to let go on is done without it.
      ...(environment === undefined ? [] : ["    when: manual", "    allow_failure: true"]),
      ...(environment === undefined ? [] : [`environment: ${environment}`]),
      ...(job.group === "request" ? ["interruptible: true"] : [`resource_group: ${PREFIX}-${job.group}`]),
      `timeout: ${minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`}`,
      "script:",
      ...indented(scriptLines(job, request)),
      ...(report === undefined ? [] : artifactLines(report, job)),
    ]),
  ];
}

const nameOf = (id: string): string => `${PREFIX}-${id}`;

function ruleOf(on: Trigger, { id }: Workflow, { branch }: CiRequest): string {
  switch (on.kind) {
    case "request":
      return '$CI_PIPELINE_SOURCE == "merge_request_event"';
    case "merge":
      return `$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "${branch}"`;
    case "tag":
      return '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_TAG =~ /^v/';
    case "schedule":
      return `$CI_PIPELINE_SOURCE == "schedule" && $${SCHEDULE} == "${id}"`;
    case "hand":
      return `$CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == "${branch}"`;
  }
}

function scriptLines(job: Job, request: CiRequest): string[] {
  const program = programOf(request);
  const item = (before: string, call: Call): string[] => {
    const lines = shellLines(`${before}${program}`, call, FACTS);
    const told = job.on.kind === "request" && before === "" ? whereThere(lines, call.secrets) : lines;
    return told.length === 1 ? [`- ${scalar(told.join(""))}`] : ["- |", ...indented(told)];
  };
  return [
    ...guardLines(job),
    ...item("", job.run),
    // A fork has no token and no other secret, and gets its verdict all the same.
    ...(job.comment === undefined ? [] : item('[ -z "$FORGE_TOKEN" ] || ', job.comment)),
    ...(job.verdict === undefined ? [] : item("", job.verdict)),
  ];
}

/**
 * Rules are decided before any job runs, so what an earlier one has left is asked here. Whoever promotes what nothing waits for is told
 * so: an end without a failure would be a deployment in GitLab's list.
 */
function guardLines({ after, environment }: Job): string[] {
  if (after === undefined) return [];
  const otherwise = environment === undefined ? "exit 0" : `{ echo "Nothing waits for ${environment}." >&2; exit 1; }`;
  return [`- ${scalar(`${after.is.map((one) => `[ "$${after.output}" = ${one} ]`).join(" || ")} || ${otherwise}`)}`];
}

const artifactLines = (report: string, { on, outputs }: Job): string[] => [
  "artifacts:",
  "  when: always",
  ...(on.kind === "request" ? ["  expose_as: Model report"] : []),
  `  paths: [${report}/]`,
  "  reports:",
  `    junit: [${report}/junit.xml, ${report}/tests/*/junit.xml]`,
  `    codequality: ${report}/codequality.json`,
  ...(outputs === undefined ? [] : [`    dotenv: ${report}/outputs.env`]),
];

/** In single quotes where YAML would read something into it. */
const scalar = (text: string): string =>
  /^[\w$/]/.test(text) && !/: | #/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
