import type { Call, Job, Word, Workflow } from "./workflow.ts";

/** A repository of a registry that runners share results in, and the key that tells which may be believed. */
export interface SharedCache {
  readonly place: string;
  readonly trust: string;
}

/** What of a project decides which jobs there are, and what they are told. */
export interface CiProject {
  /** Where images are pushed to, `REGISTRY/NAME` without a tag; nothing is pushed without one. */
  readonly address?: string | undefined;
  /** Whether there is a model store, which keeps the accepted model. */
  readonly hasStore: boolean;
  /** Its address, where it is not that of the configuration. */
  readonly store?: string | undefined;
  /** The project's folder in its repository; empty where it is all of it. */
  readonly root: string;
  /** Where models are deployed to, in the order of a release. */
  readonly environments: readonly string[];
  /** The pointer of the model store that follows what the last of them runs. */
  readonly pointer?: string | undefined;
  /** Whether a window of fresh data can be fetched. */
  readonly hasWindow: boolean;
  /** The folder of the checkout that has the current data, which production is watched by. */
  readonly live?: string | undefined;
  /** What the current data are compared with. */
  readonly reference: string;
  /** The cache that runners share, and whose results are believed. */
  readonly cache?: SharedCache | undefined;
  /** Flags of the module that take a secret, beside those that follow from the project: `dvc-config`, `webhook` … */
  readonly access: readonly string[];
  /** When it is trained anew, and when production is watched: cron lines in UTC. */
  readonly retrainAt: string;
  readonly watchAt: string;
}

/** The pointer of the model store at the accepted model of the main branch. */
const ACCEPTED = "accepted";
const REPORT = "report";
const DRIFT = "drift";
const HOUR = 60;

/** Secrets that data and packages are had by: whoever tests needs them as well. */
const READING: readonly string[] = ["dvc-config", "aws-credentials", "ssh-key", "package-credentials"];

/** Flags of the module that take a secret which does not follow from the project. */
export const SITE_SECRETS: readonly string[] = [
  ...READING,
  ...["signing-key", "cluster-token", "tracking-token", "webhook", "webhook-key"],
];

/** The one list of what a CI system does for a project. A workflow that the project has no use for is left out. */
export function workflowsOf(project: CiProject): Workflow[] {
  const delivers = lastOf(project) !== undefined;
  const retrains = project.hasWindow && (delivers || project.hasStore);
  return [
    { id: "pull-request", title: "Model: pull request", jobs: [onRequest(project)] },
    { id: "main", title: "Model: main", jobs: [onMerge(project)] },
    ...(delivers ? [{ id: "release", title: "Model: release", jobs: onTag(project) }] : []),
    ...(retrains ? [{ id: "retrain", title: "Model: retraining", jobs: onWindow(project) }] : []),
    ...(project.live === undefined
      ? []
      : [{ id: "monitor", title: "Model: monitoring", jobs: onLook(project, project.live, retrains) }]),
  ];
}

/** What can be told in minutes. A fork gets no secrets, so only those are asked for that data and packages are had by. */
function onRequest(project: CiProject): Job {
  return {
    ...{ id: "pull-request", title: "Quick run", on: { kind: "request" }, group: "request", minutes: HOUR },
    ...reported(project, "data", ["run", "--source=.", "--profile=quick", ...LABELS, BRANCH]),
    comment: {
      title: "Comment",
      words: [
        ...["--forge-token=env:FORGE_TOKEN", "comment", `--report=${REPORT}/`],
        ...[{ before: "--on=", fact: "request" } as const, LINK],
      ],
      secrets: ["FORGE_TOKEN"],
    },
  };
}

/** The whole pipeline, whose model is the accepted one from then on. */
function onMerge(project: CiProject): Job {
  const { address, hasStore } = project;
  return {
    ...{ id: "main", title: "Full run", on: { kind: "merge" }, group: "main", minutes: 6 * HOUR },
    ...reported(project, "registry", [
      ...["run", "--source=.", ...LABELS, BRANCH],
      ...(address === undefined ? [] : [{ before: `--address=${address}:`, fact: "commit" } as const]),
      ...(hasStore ? [`--baseline-from=store:${ACCEPTED}`, `--store-as=${ACCEPTED}`] : []),
    ]),
  };
}

/** A release goes through the environments, and waits for a person where its change is for one to decide. */
function onTag(project: CiProject): Job[] {
  const { address, environments, pointer } = project;
  const [first = "", ...others] = environments;
  const release: Job = {
    ...{ id: "release", title: `Release to ${first}`, on: { kind: "tag" }, group: "delivery", minutes: 6 * HOUR },
    ...reported(project, "cluster", [
      ...["run", "--source=.", { before: "--tag=", fact: "tag" } as const, ...LABELS],
      // Without a pointer there may be no model of ours yet: then what changed is not known, and a person decides.
      ...[`--address=${address}`, ...(pointer === undefined ? [] : [`--baseline-from=store:${pointer}`])],
    ]),
    outputs: ["IMAGE", "WAITING"],
  };
  const promotions = others.map((environment, index): Job => {
    const from = environments[index] ?? first;
    return {
      ...{ id: `promote-${environment}`, title: `Promote to ${environment}`, on: { kind: "tag" }, environment },
      // While it waits for a person, others go on.
      ...{ group: `promote-${environment}`, minutes: 2 * HOUR },
      // Where it waited earlier it goes on from there, an environment at a time.
      after: {
        ...{ job: release.id, output: "WAITING", is: [environment, ...others.slice(0, index)] },
        ...(index === 0 ? {} : { through: `promote-${from}` }),
      },
      run: callOf(project, "cluster", "Promote", [
        ...["promote", "--source=.", `--from=${from}`, `--to=${environment}`],
        { before: "--approve-image=", output: "IMAGE" },
      ]),
    };
  });
  return [release, ...promotions];
}

/** By the clock and by hand; drift starts the same after it was seen. */
function onWindow(project: CiProject): Job[] {
  const byClock: Job = {
    ...{ id: "retrain", title: "Retraining", on: { kind: "schedule", cron: project.retrainAt } },
    ...retraining(project, ["--trigger=schedule"]),
  };
  const byHand: Job = {
    ...{ id: "retrain-by-hand", title: "Retraining by hand", on: { kind: "hand" } },
    ...retraining(project, [
      "--trigger=manual",
      { before: "--force-deploy=", fact: "force" },
      { before: "--forced-by=", fact: "person" },
    ]),
  };
  return [byClock, byHand];
}

/** Whether production still is what it was. What asks for a retraining fails, and starts one where the project can. */
function onLook(project: CiProject, live: string, retrains: boolean): Job[] {
  const on = { kind: "schedule", cron: project.watchAt } as const;
  const monitor: Job = {
    ...{ id: "monitor", title: "Drift", on, group: "look", minutes: HOUR },
    ...reported(project, "data", ["drift", "--source=.", `--data=${live}`, `--reference=${project.reference}`], DRIFT),
    outputs: ["RETRAIN", "WATCH"],
  };
  if (!retrains) return [monitor];
  return [
    monitor,
    {
      ...{ id: "retrain-for-drift", title: "Retraining for drift", on },
      ...retraining(project, ["--trigger=drift", { before: "--watch=", output: "WATCH" }]),
      // What asks for a retraining fails.
      after: { job: monitor.id, output: "RETRAIN", is: ["true"], evenIfFailed: true },
    },
  ];
}

/** What all retrainings have: the new model goes out by itself where its change needs nobody. */
function retraining(
  project: CiProject,
  why: readonly Word[],
): Pick<Job, "run" | "report" | "verdict" | "group" | "minutes"> {
  const { address } = project;
  const last = lastOf(project);
  return {
    ...{ group: "delivery", minutes: 6 * HOUR },
    ...reported(project, last === undefined ? "registry" : "cluster", [
      ...["retraining", "--source=.", ...why, ...LABELS],
      `--baseline-from=${acceptedPlace(project)}`,
      ...(address === undefined ? [] : [{ before: `--address=${address}:retrained-`, fact: "run" } as const]),
      last === undefined ? `--store-as=${ACCEPTED}` : `--environment=${last}`,
    ]),
  };
}

const RUN: Word = { before: "--run-id=", fact: "run" };
const COMMIT: Word = { before: "--commit=", fact: "commit" };
const BRANCH: Word = { before: "--branch=", fact: "branch" };
const LINK: Word = { before: "--link=", fact: "link" };
const LABELS = [RUN, COMMIT, LINK];

/** The environment that models are for; undefined where none is pushed or deployed. */
const lastOf = ({ address, environments }: CiProject): string | undefined =>
  address === undefined ? undefined : environments.at(-1);

/** Where the model is that a new one must be better than: what runs, or what the main branch has accepted. */
function acceptedPlace(project: CiProject): string {
  const last = lastOf(project);
  if (last === undefined) return `store:${ACCEPTED}`;
  return project.pointer === undefined ? `environment:${last}` : `store:${project.pointer}`;
}

/** How far a call reaches: what goes out needs the secrets of those before it. */
type Reach = "data" | "registry" | "cluster";

/** A record of the module, with its report in a folder, and the call that fails by it. */
function reported(
  project: CiProject,
  reach: Reach,
  words: readonly Word[],
  report = REPORT,
): Pick<Job, "run" | "report" | "verdict"> {
  return {
    report,
    run: callOf(project, reach, "Run", [...words, "report", "export", `--path=${report}/`]),
    verdict: { title: "Verdict", words: ["assert", `--report=${report}/`], secrets: [] },
  };
}

/** A call with the flags of the module that it needs before its function. */
function callOf(project: CiProject, reach: Reach, title: string, words: readonly Word[]): Call {
  const flags = secretFlags(project, reach);
  const user = flags.includes("registry-password")
    ? [{ before: "--registry-user=", variable: "REGISTRY_USER" } as const]
    : [];
  return {
    title,
    words: [
      ...(project.cache === undefined
        ? []
        : [`--cache=${project.cache.place}`, `--cache-trust=${project.cache.trust}`]),
      ...(project.root === "" ? [] : [`--root=${project.root}`]),
      ...(flags.includes("store-credentials") && project.store !== undefined ? [`--store=${project.store}`] : []),
      ...user,
      ...flags.map((flag) => `--${flag}=env:${variableOf(flag)}`),
      ...words,
    ],
    secrets: [...flags.map(variableOf), ...(project.cache === undefined ? [] : cacheSecrets(reach))],
  };
}

/** What a pull request changes must not become what others are answered with, so its jobs only take results. */
const cacheSecrets = (reach: Reach): string[] =>
  reach === "data" ? ["ML_PIPELINE_CACHE_LOGIN"] : ["ML_PIPELINE_CACHE_LOGIN", "ML_PIPELINE_CACHE_KEY"];

function secretFlags({ address, hasStore, access }: CiProject, reach: Reach): string[] {
  if (reach === "data") return access.filter((flag) => READING.includes(flag));
  return [
    ...(address === undefined ? [] : ["registry-password"]),
    ...(hasStore ? ["store-credentials"] : []),
    ...(reach === "cluster" && !access.includes("cluster-token") ? ["kubeconfig"] : []),
    ...access,
  ];
}

/** Variables whose plain name means something else to other programs, or nothing to a person. */
const NAMED: Readonly<Record<string, string>> = { kubeconfig: "KUBECONFIG_TEXT", webhook: "CHAT_WEBHOOK" };

/** The variable that a secret is expected in: that of `--registry-password` is REGISTRY_PASSWORD. */
const variableOf = (flag: string): string => NAMED[flag] ?? flag.replaceAll("-", "_").toUpperCase();
