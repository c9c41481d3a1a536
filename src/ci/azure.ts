import { below, item, NAMESPACES_LINE, scriptValue, whereThere } from "./lines.ts";
import { type FactVariables, shellLines } from "./shell.ts";
import { CiEngine, type CiFiles, type CiRequest, cloneLines, daggerLines, headOf, programOf } from "./system.ts";
import type { Call, Condition, Job, Output, Trigger, Workflow } from "./workflow.ts";

/*
 * Azure Pipelines: what commits start is one pipeline, and what the clock starts has one each, which a person starts by hand as well. A job is
 * a stage, since a later one waits for a person by its environment. The agent takes lines of the log for commands, so what calls print goes
 * through a filter. Azure Repos has no comments that the module could write.
 */

const IMAGE = "ubuntu-24.04";

/** The group of variables of all stages but pull requests'. Its exclusive lock lets deliveries wait for each other. */
const GROUP = "ml-pipeline";

/** The step that sets what later stages take. */
const OUTPUTS_STEP = "outputs";

/** `##vso[…]` and `##[…]` are commands of the agent, whoever wrote them. */
const FILTER = "2>&1 | sed -u 's/#\\([vV[]\\)/# \\1/g'";

const FACTS: FactVariables = {
  run: "$BUILD_BUILDID",
  commit: "$BUILD_SOURCEVERSION",
  branch: `\${BRANCH#refs/heads/}`,
  tag: `\${BUILD_SOURCEBRANCH#refs/tags/}`,
  link: "$SYSTEM_COLLECTIONURI$SYSTEM_TEAMPROJECTID/_build/results?buildId=$BUILD_BUILDID",
  request: "$SYSTEM_PULLREQUEST_PULLREQUESTID",
  person: "$BUILD_REQUESTEDFOR",
  force: "$FORCE_DEPLOY",
};

export function azureFiles(request: CiRequest): CiFiles {
  const byCommits = request.workflows.filter((workflow) => !isTimed(workflow));
  const timed = request.workflows.filter(isTimed);
  return new Map([
    ["azure-pipelines.yml", textOf(commitLines(byCommits, request))],
    ...timed.map((workflow) => [`azure-pipelines.${workflow.id}.yml`, textOf(timedLines(workflow, request))] as const),
  ]);
}

const textOf = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

const isTimed = ({ jobs }: Workflow): boolean => jobs.some(({ on }) => on.kind === "schedule");

function commitLines(workflows: readonly Workflow[], request: CiRequest): string[] {
  const jobs = workflows.flatMap((workflow) => workflow.jobs);
  const hasTags = jobs.some(({ on }) => on.kind === "tag");
  const branches = below("branches", [`include: ["${request.branch}"]`]);
  return [
    ...headLines(jobs, request),
    "# Azure Repos starts pull requests by a build validation policy of the branch, and other hosts by this file.",
    ...below("trigger", [...branches, ...(hasTags ? below("tags", ['include: ["v*"]']) : [])]),
    ...below("pr", ["autoCancel: true", ...branches]),
    ...stagesLines(jobs, request),
  ];
}

function timedLines({ title, jobs }: Workflow, request: CiRequest): string[] {
  const crons = [...new Set(jobs.flatMap(({ on }) => (on.kind === "schedule" ? [on.cron] : [])))];
  const schedules = crons.flatMap((cron) =>
    item([
      `cron: "${cron}"`,
      `displayName: "${title}"`,
      ...below("branches", [`include: ["${request.branch}"]`]),
      // Also where no commit came since.
      "always: true",
    ]),
  );
  return [
    ...headLines(jobs, request),
    "trigger: none",
    "pr: none",
    ...below("schedules", schedules),
    ...(jobs.some(isByHand) ? below("parameters", FORCE_PARAMETER) : []),
    ...stagesLines(jobs, request),
  ];
}

function headLines(jobs: readonly Job[], request: CiRequest): string[] {
  const environments = jobs.flatMap(({ environment }) => environment ?? []);
  return [
    ...headOf("azure", request),
    ...(jobs.some(hasGroup) ? [`# The variable group ${GROUP} has the secrets, and an exclusive lock.`] : []),
    ...(environments.length === 0
      ? []
      : [`# Environments, with approvals by who may promote: ${environments.join(", ")}.`]),
  ];
}

const FORCE_PARAMETER = item([
  "name: forceDeploy",
  "displayName: Deploy a worse model too; never a broken one",
  "type: boolean",
  "default: false",
]);

const isByHand = ({ on }: Job): boolean => on.kind === "hand";

const hasGroup = ({ on, run }: Job): boolean => on.kind !== "request" && run.secrets.length > 0;

const stagesLines = (jobs: readonly Job[], request: CiRequest): string[] => [
  "lockBehavior: sequential",
  ...below("pool", [`vmImage: ${IMAGE}`]),
  ...below(
    "stages",
    jobs.flatMap((job) => item(stageLines(job, jobs, request))),
  ),
];

/** Names of stages, jobs and steps have letters, digits and underlines. */
const nameOf = (id: string): string => id.replaceAll(/\W/g, "_");

function stageLines(job: Job, jobs: readonly Job[], request: CiRequest): string[] {
  const { id, title, after } = job;
  return [
    `stage: ${nameOf(id)}`,
    `displayName: "${title}"`,
    after === undefined ? "dependsOn: []" : `dependsOn: ${dependsOn(after)}`,
    ...conditionLines(job, jobs, request),
    ...below("variables", variableLines(job)),
    ...below("jobs", item(jobLines(job, jobs, request))),
  ];
}

const dependsOn = ({ job, through }: Condition): string =>
  through === undefined ? nameOf(job) : `[${nameOf(job)}, ${nameOf(through)}]`;

function conditionLines({ on, after }: Job, jobs: readonly Job[], request: CiRequest): string[] {
  if (after === undefined) {
    const starts = startOf(on, jobs, request);
    return starts === undefined ? [] : [`condition: ${starts}`];
  }
  const before = nameOf(after.job);
  const holds = `eq(dependencies.${before}.outputs['${before}.${OUTPUTS_STEP}.${after.output}'], '${after.is[0]}')`;
  if (after.through !== undefined) {
    const ready = `eq(dependencies.${before}.result, 'Succeeded')`;
    const passed = `eq(dependencies.${nameOf(after.through)}.result, 'Succeeded')`;
    // A stage that was skipped has not succeeded.
    return [`condition: and(not(canceled()), ${ready}, or(${holds}, ${passed}))`];
  }
  return [`condition: and(${after.evenIfFailed === true ? "not(canceled())" : "succeeded()"}, ${holds})`];
}

function startOf(on: Trigger, jobs: readonly Job[], { branch }: CiRequest): string | undefined {
  const reason = "variables['Build.Reason']";
  const ref = "variables['Build.SourceBranch']";
  switch (on.kind) {
    case "request":
      return `eq(${reason}, 'PullRequest')`;
    case "merge":
      return `and(ne(${reason}, 'PullRequest'), eq(${ref}, 'refs/heads/${branch}'))`;
    case "tag":
      return `startsWith(${ref}, 'refs/tags/v')`;
    case "schedule":
      return jobs.some(isByHand) ? `eq(${reason}, 'Schedule')` : undefined;
    case "hand":
      return `eq(${reason}, 'Manual')`;
  }
}

function variableLines(job: Job): string[] {
  const { after } = job;
  const before = nameOf(after?.job ?? "");
  return [
    ...(hasGroup(job) ? [`- group: ${GROUP}`] : []),
    ...outputsTaken(job).flatMap((name) =>
      item([`name: ${name}`, `value: $[ stageDependencies.${before}.${before}.outputs['${OUTPUTS_STEP}.${name}'] ]`]),
    ),
  ];
}

const outputsTaken = ({ run }: Job): Output[] =>
  run.words.flatMap((word) => (typeof word !== "string" && "output" in word ? [word.output] : []));

function jobLines(job: Job, jobs: readonly Job[], request: CiRequest): string[] {
  const { id, environment, minutes } = job;
  const steps = below("steps", stepLines(job, jobs, request));
  const limit = `timeoutInMinutes: ${minutes}`;
  if (environment === undefined) return [`job: ${nameOf(id)}`, limit, ...steps];
  return [
    `deployment: ${nameOf(id)}`,
    limit,
    `environment: ${environment}`,
    ...below("strategy", below("runOnce", below("deploy", steps))),
  ];
}

function stepLines(job: Job, jobs: readonly Job[], request: CiRequest): string[] {
  const { id, report, verdict } = job;
  return [
    ...item(["checkout: self", "clean: true", "persistCredentials: false"]),
    ...bashStep("ml-pipeline", installLines(request)),
    ...callStep(job.run, job, request),
    ...(report === undefined ? [] : keptSteps(report, job)),
    ...(report !== undefined && jobs.some((later) => later.after?.job === id) ? outputsStep(report, job) : []),
    ...(verdict === undefined ? [] : callStep(verdict, job, request)),
  ];
}

function installLines({ engine, module }: CiRequest): string[] {
  const isIncluded = engine === CiEngine.INCLUDED;
  const lines = isIncluded ? [NAMESPACES_LINE, ...cloneLines(module)] : daggerLines();
  return [...lines.slice(0, -1), `echo "##vso[task.prependpath]$HOME/${isIncluded ? "ml-pipeline" : ".local"}/bin"`];
}

function callStep(call: Call, job: Job, request: CiRequest): string[] {
  const isRequest = job.on.kind === "request";
  const lines = shellLines(programOf(request), call, FACTS);
  const asked = new Set(call.words.flatMap((word) => (typeof word !== "string" && "fact" in word ? [word.fact] : [])));
  const env = [
    ...call.secrets.map((name) => `${name}: $(${name})`),
    ...(asked.has("force") ? [`FORCE_DEPLOY: \${{ lower(parameters.forceDeploy) }}`] : []),
  ];
  return bashStep(
    call.title,
    [
      ...(asked.has("branch") ? [BRANCH_LINE] : []),
      // A secret that is not there is told as it was asked for.
      ...(isRequest ? call.secrets.map((name) => `case $${name} in '$('*) unset ${name} ;; esac`) : []),
      ...filtered(isRequest ? whereThere(lines, call.secrets) : lines),
    ],
    below("env", env),
  );
}

const BRANCH_LINE = `BRANCH="\${SYSTEM_PULLREQUEST_SOURCEBRANCH:-$BUILD_SOURCEBRANCH}"`;

const filtered = (lines: readonly string[]): string[] => [...lines.slice(0, -1), `${lines.at(-1)} \\`, `  ${FILTER}`];

const keptSteps = (report: string, { id }: Job): string[] => [
  ...item([
    "task: PublishTestResults@2",
    "displayName: Tests",
    ...below("inputs", ["testResultsFormat: JUnit", `testResultsFiles: ${report}/junit.xml`, `testRunTitle: ${id}`]),
  ]),
  ...bashStep("Summary", [`echo "##vso[task.uploadsummary]$PWD/${report}/summary.md"`]),
  // A job that is repeated publishes another one.
  ...item([`publish: ${report}`, "displayName: Report", `artifact: ${id}-${report}-$(System.JobAttempt)`]),
];

/** Of the values nothing comes into the log that is not an image, a name or a word. */
function outputsStep(report: string, { outputs = [] }: Job): string[] {
  const value = "\\([A-Za-z0-9@:._\\/%,-]*\\)";
  const lines = outputs.map(
    (name) =>
      `sed -n 's/^${name}=${value}$/##vso[task.setvariable variable=${name};isOutput=true]\\1/p' ${report}/outputs.env`,
  );
  return bashStep("Outputs", lines, [`name: ${OUTPUTS_STEP}`]);
}

const bashStep = (title: string, lines: readonly string[], more: readonly string[] = []): string[] =>
  item([...scriptValue("bash", ["set -euo pipefail", ...lines]), `displayName: ${title}`, ...more]);
