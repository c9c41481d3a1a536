import { indented } from "./lines.ts";
import { type FactVariables, shellLines } from "./shell.ts";
import { CiEngine, type CiFiles, type CiRequest, cloneLines, DAGGER_VERSION, headOf, programOf } from "./system.ts";
import type { Call, Condition, Job, Trigger, Word, Workflow } from "./workflow.ts";

/* GitHub Actions: a file a workflow. Expressions stand in `env` alone, so that no text of a pull request comes into a shell. */

const CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const UPLOAD = "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0";
const DAGGER = "dagger/dagger-for-github@27b130bf0f79a7f6fbbbe0fbca6760dc9bb40a77 # v8.4.1";
const RUNNER = "ubuntu-24.04";

const FACTS: FactVariables = {
  run: "$GITHUB_RUN_ID",
  commit: "$COMMIT",
  branch: "$BRANCH",
  tag: "$GITHUB_REF_NAME",
  link: "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID",
  request: "$REQUEST",
  person: "$GITHUB_ACTOR",
  force: "$FORCE",
};

/** Facts that no variable of a runner has, by the variable and the expression. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  // Of a pull request GITHUB_SHA is a merge that no branch has.
  COMMIT: "github.event.pull_request.head.sha || github.sha",
  BRANCH: "github.head_ref || github.ref_name",
  REQUEST: "github.event.pull_request.html_url",
  FORCE: "inputs.force_deploy",
};

/** What GitHub gives by itself in place of secrets and variables of the site, by their names. */
const OWN: Readonly<Record<string, string>> = { FORGE_TOKEN: "github.token" };
const OWN_OF_PACKAGES = { ...OWN, REGISTRY_USER: "github.actor", REGISTRY_PASSWORD: "github.token" };
const PACKAGES = "ghcr.io";

const ownOf = ({ registry }: CiRequest): Readonly<Record<string, string>> =>
  registry === PACKAGES ? OWN_OF_PACKAGES : OWN;

export function githubFiles(request: CiRequest): CiFiles {
  return new Map(
    request.workflows.map((workflow) => [
      `.github/workflows/${nameOf(request)}-${workflow.id}.yml`,
      `${workflowLines(workflow, request).join("\n")}\n`,
    ]),
  );
}

/** What files and groups are named after: a repository may have several projects. */
const nameOf = ({ root = "" }: CiRequest): string =>
  root === "" ? "ml-pipeline" : `ml-pipeline-${root.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;

function workflowLines(workflow: Workflow, request: CiRequest): string[] {
  const triggers = new Map(workflow.jobs.map(({ on }) => [on.kind, on]));
  return [
    ...headOf("github", request),
    `name: "${workflow.title}${(request.root ?? "") === "" ? "" : ` (${request.root})`}"`,
    "on:",
    ...indented([...triggers.values()].flatMap((on) => triggerLines(on, request))),
    "permissions: {}",
    "jobs:",
    ...indented(workflow.jobs.flatMap((job) => jobLines(job, request, triggers.size > 1))),
  ];
}

function triggerLines(on: Trigger, { branch }: CiRequest): string[] {
  switch (on.kind) {
    case "request":
      return ["pull_request:"];
    case "merge":
      return ["push:", `  branches: ["${branch}"]`];
    case "tag":
      return ["push:", '  tags: ["v*"]'];
    case "schedule":
      return ["schedule:", `  - cron: "${on.cron}"`];
    case "hand":
      return [
        "workflow_dispatch:",
        "  inputs:",
        "    force_deploy:",
        "      description: Deploy a worse model too; never a broken one",
        "      type: boolean",
        "      default: false",
      ];
  }
}

/** @param isTold whether the workflow has several triggers, so that each job must say which one it is for */
function jobLines(job: Job, request: CiRequest, isTold: boolean): string[] {
  const condition = conditionOf(job, isTold, request);
  const outputs = job.outputs ?? [];
  return [
    `${job.id}:`,
    ...indented([
      `name: "${job.title}"`,
      ...(job.after === undefined ? [] : [`needs: ${neededBy(job.after)}`]),
      ...(condition === undefined ? [] : [`if: ${condition}`]),
      ...(job.environment === undefined ? [] : [`environment: ${job.environment}`]),
      `runs-on: ${RUNNER}`,
      `timeout-minutes: ${job.minutes}`,
      ...concurrencyLines(job, request),
      "permissions:",
      "  contents: read",
      ...(job.comment === undefined ? [] : ["  pull-requests: write"]),
      ...(ownOf(request).REGISTRY_PASSWORD !== undefined && job.run.secrets.includes("REGISTRY_PASSWORD")
        ? ["  packages: write"]
        : []),
      ...(outputs.length === 0
        ? []
        : ["outputs:", ...outputs.map((name) => `  ${name}: "\${{ steps.outputs.outputs.${name} }}"`)]),
      "steps:",
      ...indented(stepLines(job, request)),
    ]),
  ];
}

const neededBy = ({ job, through }: Condition): string => (through === undefined ? job : `[${job}, ${through}]`);

function conditionOf({ on, after }: Job, isTold: boolean, { branch }: CiRequest): string | undefined {
  if (after !== undefined) {
    const holds = `needs.${after.job}.outputs.${after.output} == '${after.is[0]}'`;
    if (after.through !== undefined) {
      // A job that was skipped would skip this one as well.
      const ready = `!cancelled() && needs.${after.job}.result == 'success'`;
      return `\${{ ${ready} && (${holds} || needs.${after.through}.result == 'success') }}`;
    }
    return after.evenIfFailed === true ? `\${{ !cancelled() && ${holds} }}` : holds;
  }
  if (!isTold) return undefined;
  // Whoever starts it by hand may choose any branch, and that one's model would go out.
  return on.kind === "hand"
    ? `github.event_name == 'workflow_dispatch' && github.ref == 'refs/heads/${branch}'`
    : `github.event_name == '${on.kind}'`;
}

/** A newer commit of a pull request takes the place of the run before it; others wait for each other, and none is dropped or ended. */
const concurrencyLines = ({ group }: Job, request: CiRequest): string[] =>
  group === "request"
    ? ["concurrency:", `  group: "${nameOf(request)}-\${{ github.ref }}"`, "  cancel-in-progress: true"]
    : ["concurrency:", `  group: ${nameOf(request)}-${group}`, "  queue: max"];

function stepLines(job: Job, request: CiRequest): string[] {
  const { report, outputs = [] } = job;
  const call = (one: Call): string[] => callLines(one, job, request);
  return [
    `- uses: ${CHECKOUT}`,
    "  with:",
    "    persist-credentials: false",
    ...installLines(request),
    ...call(job.run),
    ...(report === undefined ? [] : shownLines(report, job)),
    ...(outputs.length === 0
      ? []
      : [`- name: Outputs`, "  id: outputs", `  run: cat ${report}/outputs.env >> "$GITHUB_OUTPUT"`]),
    ...(job.comment === undefined ? [] : call(job.comment)),
    ...(job.verdict === undefined ? [] : call(job.verdict)),
  ];
}

/** On GitHub a module of GitHub is an action; another one is cloned. */
function installLines({ engine, module }: CiRequest): string[] {
  if (engine === CiEngine.DAGGER) return [`- uses: ${DAGGER}`, "  with:", `    version: "${DAGGER_VERSION}"`];
  const [, name] = /^https:\/\/github\.com\/(.+)$/.exec(module.repository) ?? [];
  if (name !== undefined) return [`- uses: ${name}@${module.ref}`];
  return [
    "- name: ml-pipeline",
    "  run: |",
    ...indented([...cloneLines(module).slice(0, -1), 'echo "$HOME/ml-pipeline/bin" >> "$GITHUB_PATH"'], 4),
  ];
}

/** Annotations at the lines, the summary of the job, the page as it is, and the whole folder. A page that is not zipped has its file's name. */
const shownLines = (report: string, { id }: Job): string[] => [
  "- name: Annotations and summary",
  "  run: |",
  `    cat ${report}/annotations.txt`,
  `    cat ${report}/summary.md >> "$GITHUB_STEP_SUMMARY"`,
  `    cp ${report}/index.html "$RUNNER_TEMP/${id}.html"`,
  "- name: Report page",
  `  uses: ${UPLOAD}`,
  "  with:",
  `    path: \${{ runner.temp }}/${id}.html`,
  "    archive: false",
  "- name: Report",
  `  uses: ${UPLOAD}`,
  "  with:",
  `    name: ${id}-report`,
  `    path: ${report}/`,
];

function callLines(call: Call, { after }: Job, request: CiRequest): string[] {
  const lines = shellLines(programOf(request), call, FACTS);
  const own = ownOf(request);
  const variables = [
    ...variablesOf(call.words, after?.job ?? "", own),
    ...call.secrets.map((name) => `${name}: \${{ ${own[name] ?? `secrets.${name}`} }}`),
  ];
  // A call may take one of them twice.
  const env = [...new Set(variables)];
  return [
    `- name: ${call.title}`,
    ...(lines.length === 1 ? [`  run: ${lines[0]}`] : ["  run: |", ...indented(lines, 4)]),
    ...(env.length === 0 ? [] : ["  env:", ...indented(env, 4)]),
  ];
}

/** @param before the job that outputs come from */
function variablesOf(words: readonly Word[], before: string, own: Readonly<Record<string, string>>): string[] {
  return words.flatMap((word) => {
    if (typeof word === "string") return [];
    if ("variable" in word) return [`${word.variable}: \${{ ${own[word.variable] ?? `vars.${word.variable}`} }}`];
    if ("output" in word) return [`${word.output}: \${{ needs.${before}.outputs.${word.output} }}`];
    const name = FACTS[word.fact].slice(1);
    const expression = EXPRESSIONS[name];
    return expression === undefined ? [] : [`${name}: \${{ ${expression} }}`];
  });
}
