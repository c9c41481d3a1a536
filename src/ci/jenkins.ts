import { type FactVariables, shellLines } from "./shell.ts";
import { CiEngine, type CiFiles, type CiRequest, cloneLines, daggerLines, headOf, programOf } from "./system.ts";
import type { Call, Job, Trigger, Workflow } from "./workflow.ts";

/*
 * Jenkins: what commits start is one Jenkinsfile, for a multibranch project. What the clock starts has a file and a job of its own, since a
 * build by the clock cannot tell which of several cron lines started it. Groovy reads every text in single quotation marks, in which it puts
 * no variable: a shell alone reads those.
 */

/** Agents that can run the module have this label. */
const LABEL = "linux";

/** How long a promotion waits for a person. */
const WAITING_DAYS = 7;

/** One executor's own, beside its workspace: two builds on one machine do not meet in it. */
const MODULE_FOLDER = "$WORKSPACE_TMP/ml-pipeline";

const FACTS: FactVariables = {
  // Also a part of image tags, in which a BUILD_TAG of a branch with a slash could not stand.
  run: "$JOB_BASE_NAME-$BUILD_NUMBER",
  commit: "$GIT_COMMIT",
  branch: `\${CHANGE_BRANCH:-$BRANCH_NAME}`,
  tag: "$TAG_NAME",
  link: "$BUILD_URL",
  request: "$CHANGE_URL",
  person: "$PERSON",
  // The first build of a job does not know its parameters yet.
  force: `\${FORCE_DEPLOY:-false}`,
};

export function jenkinsFiles(request: CiRequest): CiFiles {
  const byCommits = request.workflows.filter((workflow) => !isTimed(workflow));
  const timed = request.workflows.filter(isTimed);
  const files = [
    ["Jenkinsfile", byCommits.flatMap(({ jobs }) => jobs), multibranchHead(byCommits)] as const,
    ...timed.map(({ id, jobs }) => [`Jenkinsfile.${id}`, jobs, timedHead(id, request)] as const),
  ];
  return new Map(files.map(([path, jobs, head]) => [path, `${fileLines(jobs, head, request).join("\n")}\n`]));
}

/** Whether a job of its own starts it, and not a commit. */
const isTimed = ({ jobs }: Workflow): boolean => jobs.some(({ on }) => on.kind === "schedule");

const multibranchHead = (workflows: readonly Workflow[]): string[] => [
  "For a multibranch project that discovers branches and pull requests.",
  ...(workflows.some(({ jobs }) => jobs.some(({ on }) => on.kind === "tag"))
    ? [
        "A release is the build of a tag: discover tags as well, and build them by hand or by a build strategy for tags.",
      ]
    : []),
];

const timedHead = (id: string, { branch }: CiRequest): string[] => [
  `For a Pipeline project of its own ("Pipeline script from SCM"): branch ${branch}, script path Jenkinsfile.${id}.`,
];

const PLUGINS =
  "Plugins: Pipeline, Git, JUnit, Credentials Binding, Lockable Resources; HTML Publisher where it is there.";

function fileLines(jobs: readonly Job[], head: readonly string[], request: CiRequest): string[] {
  const comments = [...headOf("jenkins", request).map((line) => line.replace(/^# /, "")), ...head, PLUGINS];
  return [
    ...comments.map((line) => `// ${line}`),
    ...block("pipeline", [
      "agent none",
      ...block("options", [concurrencyLine(jobs)]),
      ...triggerLines(jobs),
      ...parameterLines(jobs),
      ...block(
        "stages",
        jobs.flatMap((job) => stagesOf(job, jobs, request)),
      ),
    ]),
  ];
}

/** A newer commit of a pull request takes the place of the run before it. No delivery is ended in its middle. */
const concurrencyLine = (jobs: readonly Job[]): string =>
  jobs.some(({ group }) => group === "request")
    ? "disableConcurrentBuilds(abortPrevious: env.CHANGE_ID != null)"
    : "disableConcurrentBuilds()";

function triggerLines(jobs: readonly Job[]): string[] {
  const crons = new Set(jobs.flatMap(({ on }) => (on.kind === "schedule" ? [on.cron] : [])));
  // Jenkins would take a line for the time zone of its controller.
  return crons.size === 0
    ? []
    : block(
        "triggers",
        [...crons].map((cron) => `cron('TZ=UTC\\n${cron}')`),
      );
}

function parameterLines(jobs: readonly Job[]): string[] {
  if (!jobs.some(({ on }) => on.kind === "hand")) return [];
  return block("parameters", [
    "booleanParam(name: 'FORCE_DEPLOY', defaultValue: false, description: 'Deploy a worse model too; never a broken one')",
  ]);
}

/** A job is a stage; one that waits for a person has a stage before it, in which no agent waits with it. */
function stagesOf(job: Job, jobs: readonly Job[], request: CiRequest): string[] {
  const when = whenLines(job, jobs, request);
  const approval = job.environment === undefined ? [] : approvalLines(job.environment, when);
  return [
    ...approval,
    ...stage(job.title, [
      ...when,
      ...(job.group === "request" ? [] : block("options", [`lock(${quoted(lockOf(job, request))})`])),
      `agent { label ${quoted(LABEL)} }`,
      ...block("steps", [...block(`timeout(time: ${job.minutes}, unit: 'MINUTES')`, stepLines(job, jobs, request))]),
      ...(job.report === undefined ? [] : block("post", block("always", keptLines(job.report)))),
    ]),
  ];
}

/** The builds of a tag and those by the clock are of different jobs. All projects of a Jenkins have their locks in one list. */
const lockOf = ({ group }: Job, { project }: CiRequest): string =>
  ["ml-pipeline", ...(project === undefined ? [] : [project]), group].join("-");

/** Members of the group NAME-approvers may let it go on; where Jenkins knows none, its administrators may. */
const approvalLines = (environment: string, when: readonly string[]): string[] =>
  stage(`Approve ${environment}`, [
    ...when,
    ...block(
      "steps",
      block(`timeout(time: ${WAITING_DAYS}, unit: 'DAYS')`, [
        `input(message: ${quoted(`Promote to ${environment}?`)}, ok: 'Promote', submitter: ${quoted(`${environment}-approvers`)})`,
      ]),
    ),
  ]);

/** Before an agent and a lock are taken. */
function whenLines(job: Job, jobs: readonly Job[], request: CiRequest): string[] {
  const conditions = [...startLines(job.on, jobs, request), ...afterLines(job)];
  return conditions.length === 0 ? [] : block("when", ["beforeAgent true", "beforeOptions true", ...conditions]);
}

function startLines(on: Trigger, jobs: readonly Job[], { branch }: CiRequest): string[] {
  switch (on.kind) {
    case "request":
      return ["changeRequest()"];
    case "merge":
      return [`branch ${quoted(branch)}`];
    case "tag":
      return ["buildingTag()", "tag pattern: 'v*', comparator: 'GLOB'"];
    case "schedule":
      return jobs.some((job) => job.on.kind === "hand") ? ["triggeredBy 'TimerTrigger'"] : [];
    // A build that was asked for while the clock's waited is one build with both causes.
    case "hand":
      return ["triggeredBy cause: 'UserIdCause'", "not { triggeredBy 'TimerTrigger' }"];
  }
}

const afterLines = ({ after }: Job): string[] =>
  after === undefined
    ? []
    : [`expression { ${after.is.map((one) => `env.${after.output} == ${quoted(one)}`).join(" || ")} }`];

function stepLines(job: Job, jobs: readonly Job[], request: CiRequest): string[] {
  const { report = "", comment, verdict } = job;
  const outputs = jobs.some(({ after }) => after?.job === job.id) ? (job.outputs ?? []) : [];
  return [
    // A workspace is used again, and an old report would be a part of the project.
    ...shellStep("Clean", ["git clean -ffdxq"]),
    ...shellStep("ml-pipeline", installLines(request)),
    ...(job.on.kind === "hand" ? personLines() : []),
    ...callLines(job.run, request),
    ...(outputs.length === 0 ? [] : outputLines(outputs, report)),
    ...(comment === undefined ? [] : commentLines(comment, request)),
    ...(verdict === undefined ? [] : verdictLines(verdict, job, jobs, request)),
  ];
}

const isIncluded = ({ engine }: CiRequest): boolean => engine === CiEngine.INCLUDED;

const setUpLines = (request: CiRequest): string[] =>
  isIncluded(request) ? cloneLines(request.module, MODULE_FOLDER) : daggerLines();

/** Each step is a shell of its own: what is installed once is put on the PATH of each. */
const installLines = (request: CiRequest): string[] => setUpLines(request).slice(0, -1);
const pathLines = (request: CiRequest): string[] => setUpLines(request).slice(-1);

const personLines = (): string[] =>
  block("script", ["env.PERSON = currentBuild.getBuildCauses('hudson.model.Cause$UserIdCause')[0].userId"]);

const outputLines = (outputs: readonly string[], report: string): string[] =>
  block(
    "script",
    outputs.map((name) => {
      const script = `. ${report}/outputs.env; printf %s "$${name}"`;
      return `env.${name} = sh(label: ${quoted(name)}, returnStdout: true, script: ${quoted(script)})`;
    }),
  );

/** Whatever becomes of the comment, there is a verdict. */
const commentLines = (comment: Call, request: CiRequest): string[] =>
  block(
    "catchError(buildResult: 'SUCCESS', stageResult: 'UNSTABLE', message: 'The comment could not be written')",
    callLines(comment, request),
  );

/** Where a later stage goes on by what failed, the build has failed and still comes to it. */
function verdictLines(verdict: Call, job: Job, jobs: readonly Job[], request: CiRequest): string[] {
  const lines = callLines(verdict, request);
  const goesOn = jobs.some(({ after }) => after?.job === job.id && after.evenIfFailed === true);
  return goesOn ? block("catchError(buildResult: 'FAILURE', stageResult: 'FAILURE')", lines) : lines;
}

/** A call, with the credentials that it takes around it alone. */
function callLines(call: Call, request: CiRequest): string[] {
  const step = shellStep(call.title, [...pathLines(request), ...shellLines(programOf(request), call, FACTS)]);
  if (call.secrets.length === 0) return step;
  const bindings = call.secrets.map(
    (name) => `string(credentialsId: ${quoted(credentialOf(name))}, variable: ${quoted(name)})`,
  );
  return [
    "withCredentials([",
    ...indented(bindings.map((binding, index) => (index + 1 < bindings.length ? `${binding},` : binding))),
    "]) {",
    ...indented(step),
    "}",
  ];
}

/** The ID of the credentials for REGISTRY_PASSWORD is registry-password. */
const credentialOf = (name: string): string => name.toLowerCase().replaceAll("_", "-");

const keptLines = (report: string): string[] => [
  `junit testResults: '${report}/junit.xml', allowEmptyResults: true`,
  `archiveArtifacts artifacts: '${report}/**', allowEmptyArchive: true`,
  ...block("script", [
    ...[
      "try {",
      `    publishHTML(target: [reportDir: '${report}', reportFiles: 'index.html', reportName: 'ml-pipeline',`,
    ],
    "        keepAll: true, alwaysLinkToLastBuild: false, allowMissing: true])",
    "} catch (NoSuchMethodError missing) {",
    "    echo 'The plugin HTML Publisher is not there: the page is among the artifacts'",
    "}",
  ]),
];

const shellStep = (label: string, lines: readonly string[]): string[] =>
  lines.length === 1
    ? [`sh(label: ${quoted(label)}, script: ${quoted(lines[0] ?? "")})`]
    : [`sh(label: ${quoted(label)}, script: '''`, ...indented(lines.map(escaped)), "''')"];

const stage = (title: string, lines: readonly string[]): string[] => block(`stage(${quoted(title)})`, lines);

const block = (head: string, lines: readonly string[]): string[] => [`${head} {`, ...indented(lines), "}"];

const quoted = (text: string): string => `'${escaped(text)}'`;

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);
