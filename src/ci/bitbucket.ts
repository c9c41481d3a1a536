import { UserError } from "../errors.ts";
import { below, grepFor, indented, item, onlyWith, whereThere } from "./lines.ts";
import { type FactVariables, shellLines } from "./shell.ts";
import { CiEngine, type CiFiles, type CiRequest, cloneLines, headOf, programOf } from "./system.ts";
import type { Call, Job, Trigger, Workflow } from "./workflow.ts";

/*
 * Bitbucket Pipelines: one file. The containers of its own runners may make no namespaces, so steps run on runners of the site, in their shell.
 * A step is ended with its pipeline where it fails: what a later one goes on by fails at the end.
 */

const RUNNER = "runs-on: [self.hosted, linux.shell]";

/** Beside the checkout, of which they would be a part otherwise, and a runner's own. */
const MODULE_FOLDER = "$BITBUCKET_CLONE_DIR-ml-pipeline";
const EARLIER = "$BITBUCKET_CLONE_DIR-earlier";

const ADDRESS = "https://bitbucket.org/$BITBUCKET_REPO_FULL_NAME";
const FACTS: FactVariables = {
  run: "$BITBUCKET_BUILD_NUMBER",
  commit: "$BITBUCKET_COMMIT",
  branch: "$BITBUCKET_BRANCH",
  tag: "$BITBUCKET_TAG",
  link: `${ADDRESS}/pipelines/results/$BITBUCKET_BUILD_NUMBER`,
  request: `${ADDRESS}/pull-requests/$BITBUCKET_PR_ID`,
  person: "$BITBUCKET_STEP_TRIGGERER_UUID",
  force: "$FORCE_DEPLOY",
};

/** @throws UserError for Dagger's engine, which cannot run there */
export function bitbucketFiles(request: CiRequest): CiFiles {
  if (request.engine === CiEngine.DAGGER) {
    throw new UserError(
      "--engine=dagger: Dagger's engine is a container with privileges, which Docker in Bitbucket Pipelines does not start. Leave out --engine: the included engine runs on runners of your own.",
      "ci",
    );
  }
  return new Map([["bitbucket-pipelines.yml", `${fileLines(request).join("\n")}\n`]]);
}

/** Where Bitbucket looks for what an event starts, and under which name. */
type Place = readonly [section: "pull-requests" | "branches" | "tags" | "custom", name: string];

function fileLines(request: CiRequest): string[] {
  const pipelines = request.workflows.flatMap((workflow) => pipelinesOf(workflow, request));
  const sections = [...new Set(pipelines.map(({ place: [section] }) => section))];
  return [
    ...headOf("bitbucket", request),
    ...guideLines(request).map((line) => `# ${line}`),
    ...below(
      "pipelines",
      sections.flatMap((section) =>
        below(
          section,
          pipelines.flatMap(({ place, lines }) => (place[0] === section ? below(`"${place[1]}"`, lines) : [])),
        ),
      ),
    ),
  ];
}

/** What is set on the pages of the repository and not in a file. */
function guideLines({ workflows, branch }: CiRequest): string[] {
  const schedules = workflows.flatMap(({ id, jobs: [first] }) =>
    first?.on.kind === "schedule" ? [`${id} at "${first.on.cron}"`] : [],
  );
  const environments = workflows.flatMap(({ jobs }) => jobs.flatMap(({ environment }) => environment ?? []));
  return [
    "Steps run on runners of your own (Linux Shell), with git and Node 20 or later.",
    "Secrets are secured variables of the repository, by the names in the calls.",
    ...(environments.length === 0 ? [] : [`Deployments, with who may deploy to them: ${environments.join(", ")}.`]),
    ...(schedules.length === 0 ? [] : [`Schedules of custom pipelines on ${branch}, in UTC: ${schedules.join(", ")}.`]),
  ];
}

/** Jobs of a workflow that start in different ways are pipelines of their own. */
function pipelinesOf(
  { id, jobs }: Workflow,
  request: CiRequest,
): { readonly place: Place; readonly lines: string[] }[] {
  const kinds = [...new Set(jobs.map(({ on }) => on.kind))];
  return kinds.flatMap((kind) => {
    const own = jobs.filter(({ on }) => on.kind === kind);
    const [first] = own;
    if (first === undefined) return [];
    const last = own.flatMap((job) => (failsLast(job, own) ? lateVerdict(job, request) : []));
    const steps = own.flatMap((job) => stepOf(job, own, request));
    return [
      {
        place: placeOf(first.on, kind === "hand" ? first.id : id, request),
        lines: [...choices(first), ...steps, ...last],
      },
    ];
  });
}

function placeOf({ kind }: Trigger, name: string, { branch }: CiRequest): Place {
  if (kind === "request") return ["pull-requests", "**"];
  if (kind === "merge") return ["branches", branch];
  return kind === "tag" ? ["tags", "v*"] : ["custom", name];
}

const choices = ({ on }: Job): string[] =>
  on.kind === "hand"
    ? item(
        below(
          "variables",
          item([
            "name: FORCE_DEPLOY",
            'default: "false"',
            'allowed-values: ["false", "true"]',
            "description: Deploy a worse model too; never a broken one",
          ]),
        ),
      )
    : [];

const failsLast = ({ id }: Job, jobs: readonly Job[]): boolean =>
  jobs.some(({ after }) => after?.job === id && after.evenIfFailed === true);

function stepOf(job: Job, jobs: readonly Job[], request: CiRequest): string[] {
  const { title, report, environment, minutes, comment, verdict } = job;
  const calls = [
    ...callItem(job.run, job, request),
    ...(comment === undefined ? [] : commentItem(comment, request)),
    ...(verdict === undefined || failsLast(job, jobs) ? [] : callItem(verdict, job, request)),
  ];
  return step(title, minutes, [
    ...(job.group === "request" ? [] : [`concurrency-group: ml-pipeline-${job.group}`]),
    ...(environment === undefined ? [] : [`deployment: ${environment}`, "trigger: manual"]),
    ...below("script", [
      ...scriptItem(earlierLines(job, jobs)),
      ...scriptItem(cloneLines(request.module, MODULE_FOLDER)),
      ...calls,
    ]),
    ...(report === undefined ? [] : artifactLines(job.id, report)),
  ]);
}

/** Later steps get the report, and the list of tests is Bitbucket's own. */
const artifactLines = (id: string, report: string): string[] =>
  below(
    "artifacts",
    below("upload", [
      ...item([`name: ${id}-${report}`, "type: shared", `paths: ["${report}/**"]`, "capture-on: always"]),
      ...item([`name: ${id}-tests`, "type: test-reports", `paths: [${report}/junit.xml]`, "capture-on: always"]),
    ]),
  );

const lateVerdict = (job: Job, request: CiRequest): string[] =>
  step(`${job.title}: verdict`, job.minutes, [
    ...below("script", [
      ...scriptItem(cloneLines(request.module, MODULE_FOLDER)),
      ...(job.verdict === undefined ? [] : callItem(job.verdict, job, request)),
    ]),
  ]);

const step = (title: string, minutes: number, lines: readonly string[]): string[] =>
  item(below("step", [`name: "${title}"`, RUNNER, `max-time: ${minutes}`, ...lines]));

/**
 * A pipeline's steps are fixed before any of them runs, so each asks what the earlier one has left. Whoever promotes what nothing waits for is
 * told so: an end without a failure would be a deployment in Bitbucket's list.
 */
function earlierLines(job: Job, jobs: readonly Job[]): string[] {
  const { after, environment, run } = job;
  if (after === undefined) return [];
  const report = jobs.find(({ id }) => id === after.job)?.report;
  const takes = run.words.some((word) => typeof word !== "string" && "output" in word);
  const [text, code] =
    environment === undefined ? ["There is nothing to do", 0] : [`Nothing waits for ${environment}`, 1];
  return [
    `rm -rf "${EARLIER}"`,
    `mv ${report} "${EARLIER}"`,
    ...beyondLines(job, jobs),
    `${grepFor(after)} "${EARLIER}/outputs.env" || { echo '${text}'; exit ${code}; }`,
    ...(takes ? [`. "${EARLIER}/outputs.env"`] : []),
  ];
}

/** Steps that wait for a person come one after the other: one that the release is beyond ends well, so that the next one can begin. */
function beyondLines({ id, after }: Job, jobs: readonly Job[]): string[] {
  const later = jobs.filter((one) => one.after?.through !== undefined && one.after.job === after?.job);
  const beyond = later
    .slice(later.findIndex((one) => one.id === id) + 1)
    .flatMap(({ environment }) => environment ?? []);
  const [first, ...others] = beyond;
  if (first === undefined || after === undefined) return [];
  const text = "The release is beyond it already";
  return [`! ${grepFor({ ...after, is: [first, ...others] })} "${EARLIER}/outputs.env" || { echo '${text}'; exit 0; }`];
}

function callItem(call: Call, { on }: Job, request: CiRequest): string[] {
  const lines = shellLines(programOf(request), call, FACTS);
  return scriptItem(on.kind === "request" ? whereThere(lines, call.secrets) : lines);
}

/** Whatever becomes of the comment, there is a verdict. */
function commentItem(comment: Call, request: CiRequest): string[] {
  const lines = shellLines(programOf(request), comment, FACTS);
  const forgiven = [...lines.slice(0, -1), `${lines.at(-1)} || echo 'The comment could not be written'`];
  return scriptItem(onlyWith(comment.secrets, forgiven, "No token: no comment"));
}

const scriptItem = (lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["- |", ...indented(["set -eu", ...lines])];
