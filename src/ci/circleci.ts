import { below, grepFor, indented, item, NAMESPACES_LINE, onlyWith, scriptValue, whereThere } from "./lines.ts";
import { type FactVariables, shellLines } from "./shell.ts";
import { CiEngine, type CiFiles, type CiRequest, cloneLines, daggerLines, headOf, programOf } from "./system.ts";
import type { Call, Condition, Job, Trigger, Workflow } from "./workflow.ts";

/*
 * CircleCI: one file, with a workflow for each way in which jobs start. Schedules are settings of the project there, known by their names. Its
 * own templates (`<< … >>`) stand nowhere in a script, so that no text of a pull request comes into a shell.
 */

const MACHINE = "ubuntu-2404:current";

/** Its variables are those of all jobs but pull requests', which have the project's own. */
const CONTEXT = "ml-pipeline";

/** Where what earlier jobs have left is put: beside the project, of which it would be a part otherwise. */
const EARLIER = "/tmp/ml-pipeline-outputs";

const FACTS: FactVariables = {
  run: "$CIRCLE_BUILD_NUM",
  commit: "$CIRCLE_SHA1",
  branch: "$CIRCLE_BRANCH",
  tag: "$CIRCLE_TAG",
  link: "$CIRCLE_BUILD_URL",
  request: "$CIRCLE_PULL_REQUEST",
  person: "$CIRCLE_USERNAME",
  force: "$FORCE_DEPLOY",
};

export function circleciFiles(request: CiRequest): CiFiles {
  return new Map([[".circleci/config.yml", `${fileLines(request).join("\n")}\n`]]);
}

function fileLines(request: CiRequest): string[] {
  const { workflows } = request;
  const jobs = workflows.flatMap((workflow) => workflow.jobs);
  return [
    ...headOf("circleci", request),
    ...guideLines(request).map((line) => `# ${line}`),
    "version: 2.1",
    ...parameterLines(jobs),
    ...below(
      "commands",
      below("ml-pipeline", [`description: Puts the program on the PATH`, ...below("steps", installStep(request))]),
    ),
    ...below(
      "jobs",
      jobs.flatMap((job) => jobLines(job, jobs, request)),
    ),
    ...below(
      "workflows",
      workflows.flatMap((workflow) => workflowLines(workflow, request)),
    ),
  ];
}

/** What is set in the project and not in a file. */
function guideLines({ workflows, branch }: CiRequest): string[] {
  const environments = workflows.flatMap(({ jobs }) => jobs.flatMap(({ environment }) => environment ?? []));
  const schedules = workflows.flatMap(({ id, jobs: [first] }) =>
    first?.on.kind === "schedule" ? [`${id} at "${first.on.cron}"`] : [],
  );
  return [
    `Contexts: ${[CONTEXT, ...environments.map(contextOf)].join(", ")}. Whoever may use that of an environment lets releases go on to it.`,
    "Pull requests have the variables of the project instead: FORGE_TOKEN, for comments.",
    ...(schedules.length === 0
      ? []
      : [`Schedules of the branch ${branch} (Project Settings, Triggers; UTC): ${schedules.join(", ")}.`]),
  ];
}

const contextOf = (environment: string): string => `${CONTEXT}-${environment}`;

function parameterLines(jobs: readonly Job[]): string[] {
  if (!jobs.some(isByHand)) return [];
  const parameter = (name: string, description: string): string[] =>
    below(name, ["type: boolean", "default: false", `description: ${description}`]);
  return below("parameters", [
    ...parameter("retrain", "Train anew, by hand"),
    ...parameter("force-deploy", "Deploy a worse model too; never a broken one"),
  ]);
}

const isByHand = ({ on }: Job): boolean => on.kind === "hand";

/** Each step is a shell of its own, which reads `$BASH_ENV` first. */
function installStep(request: CiRequest): string[] {
  const isIncluded = request.engine === CiEngine.INCLUDED;
  const lines = isIncluded ? [NAMESPACES_LINE, ...cloneLines(request.module)] : daggerLines();
  return runStep("Install", [...lines.slice(0, -1), `echo '${lines.at(-1)}' >> "$BASH_ENV"`]);
}

const runStep = (name: string, lines: readonly string[], more: readonly string[] = []): string[] =>
  item(["run:", ...indented([`name: ${name}`, ...more, ...scriptValue("command", lines)])]);

function jobLines(job: Job, jobs: readonly Job[], request: CiRequest): string[] {
  const { id, after, report } = job;
  return below(id, [
    ...below("machine", [`image: ${MACHINE}`]),
    ...(isByHand(job) ? below("environment", [`FORCE_DEPLOY: "<< pipeline.parameters.force-deploy >>"`]) : []),
    ...below("steps", [
      "- checkout",
      ...(after === undefined ? [] : haltSteps(after, jobs)),
      "- ml-pipeline",
      // A training says nothing for long, which would end it otherwise.
      ...callStep(job.run, job, jobs, request, [`no_output_timeout: ${job.minutes}m`]),
      ...(report === undefined ? [] : keptSteps(report)),
      ...(report !== undefined && jobs.some((later) => later.after?.job === id)
        ? item(["persist_to_workspace:", ...indented(["root: .", `paths: [${report}/outputs.env]`])])
        : []),
      ...(job.comment === undefined ? [] : commentStep(job.comment, request)),
      // Whatever becomes of the comment, there is a verdict.
      ...(job.verdict === undefined
        ? []
        : callStep(job.verdict, job, jobs, request, job.comment === undefined ? [] : ["when: always"])),
    ]),
  ]);
}

/** Workflows are decided before any job runs, so a job ends itself, and well, where there is nothing for it to do. */
const haltSteps = (after: Condition, jobs: readonly Job[]): string[] => [
  ...item(["attach_workspace:", `  at: ${EARLIER}`]),
  ...runStep("Is there anything to do?", [`${grepFor(after)} ${outputsOf(after, jobs)} || circleci-agent step halt`]),
];

const outputsOf = (after: Condition, jobs: readonly Job[]): string =>
  `${EARLIER}/${jobs.find(({ id }) => id === after.job)?.report}/outputs.env`;

/** @param more settings of the step */
function callStep(
  call: Call,
  { on, after }: Job,
  jobs: readonly Job[],
  request: CiRequest,
  more: readonly string[],
): string[] {
  const lines = shellLines(programOf(request), call, FACTS);
  const read = call.words.some((word) => typeof word !== "string" && "output" in word);
  return runStep(
    call.title,
    [
      ...(read && after !== undefined ? [`. ${outputsOf(after, jobs)}`] : []),
      ...(on.kind === "request" ? whereThere(lines, call.secrets) : lines),
    ],
    more,
  );
}

/** A branch without a pull request has nothing to comment on, and a fork has no secrets. */
const commentStep = (comment: Call, request: CiRequest): string[] =>
  runStep(
    comment.title,
    onlyWith(
      [...comment.secrets, FACTS.request.slice(1)],
      shellLines(programOf(request), comment, FACTS),
      "No pull request or no token: no comment",
    ),
  );

const keptSteps = (report: string): string[] => [
  ...item(["store_test_results:", `  path: ${report}/junit.xml`]),
  ...item(["store_artifacts:", ...indented([`path: ${report}`, `destination: ${report}`])]),
];

/** A workflow has one condition, so jobs that start in different ways are several. */
function workflowLines(workflow: Workflow, request: CiRequest): string[] {
  const kinds = [...new Set(workflow.jobs.map(({ on }) => on.kind))];
  return kinds.flatMap((kind) => {
    const jobs = workflow.jobs.filter(({ on }) => on.kind === kind);
    const [first] = jobs;
    if (first === undefined) return [];
    const byHand = request.workflows.some((one) => one.jobs.some(isByHand));
    return below(first.id, [
      ...below("when", whenLines(first.on, workflow, byHand)),
      ...below(
        "jobs",
        jobs.flatMap((job) => invocationLines(job, request)),
      ),
    ]);
  });
}

/** A schedule or a person would start the workflows of commits as well. */
function whenLines({ kind }: Trigger, { id }: Workflow, byHand: boolean): string[] {
  const scheduled = "equal: [scheduled_pipeline, << pipeline.trigger_source >>]";
  if (kind === "hand") return below("and", ["- << pipeline.parameters.retrain >>"]);
  if (kind === "schedule") return below("and", [`- ${scheduled}`, `- equal: [${id}, << pipeline.schedule.name >>]`]);
  return below("and", [
    ...["- not:", `    ${scheduled}`],
    ...(byHand ? ["- not: << pipeline.parameters.retrain >>"] : []),
  ]);
}

function invocationLines(job: Job, request: CiRequest): string[] {
  const { id, on, after, environment, group } = job;
  const filters = filterLines(on, request);
  const approval = environment === undefined ? undefined : `approve-${environment}`;
  const contexts = [
    ...(on.kind === "request" || job.run.secrets.length === 0 ? [] : [CONTEXT]),
    ...(environment === undefined ? [] : [contextOf(environment)]),
  ];
  const requires = (name: string, evenIfFailed = false): string[] =>
    below("requires", [evenIfFailed ? `- ${name}: [success, failed]` : `- ${name}`]);
  return [
    ...(approval === undefined || after === undefined
      ? []
      : item([`${approval}:`, ...indented(["type: approval", ...requires(after.job), ...filters])])),
    ...item([
      `${id}:`,
      ...indented([
        ...(after === undefined ? [] : requires(approval ?? after.job, after.evenIfFailed)),
        ...(contexts.length === 0 ? [] : [`context: [${contexts.join(", ")}]`]),
        ...(group === "request" ? [] : [`serial-group: << pipeline.project.slug >>/${group}`]),
        ...filters,
      ]),
    ]),
  ];
}

function filterLines({ kind }: Trigger, { branch }: CiRequest): string[] {
  if (kind === "request") return below("filters", below("branches", [`ignore: "${branch}"`]));
  if (kind === "merge") return below("filters", below("branches", [`only: "${branch}"`]));
  if (kind !== "tag") return [];
  return below("filters", [...below("branches", ["ignore: /.*/"]), ...below("tags", ["only: /^v.*/"])]);
}
