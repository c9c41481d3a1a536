import { loopbackHint } from "../loopback.ts";
import { printable } from "../text.ts";
import type { ReasonCode } from "./reason-codes.ts";
import type { Reason } from "./rollout.ts";
import { KIND_WORDS, type Workload, workloadText } from "./workload.ts";

/** What messages name beside the reason itself. */
export interface Place {
  /** The table of the configuration: `deploy.staging`. */
  readonly table: string;
  readonly server: string;
  readonly context: string;
  readonly namespace: string;
  readonly workload: Workload;
}

/** A reason as a sentence that says what is wrong, where, and what to do. */
export const reasonSentence = (reason: Reason, place: Place): string => printable(WORDS[reason.code](reason, place));

/** The same with what helps whoever looks for the cause: the row that was asked about, and the container's last lines. */
export function reasonText(reason: Reason, place: Place): string {
  const below = (title: string, shown = ""): string =>
    shown === "" ? "" : `\n${title}:\n${indented(printable(shown))}`;
  return `${reasonSentence(reason, place)}${below("It was asked", reason.asked)}${below("Its last lines", reason.log)}`;
}

const indented = (text: string): string =>
  text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");

type Words = (reason: Reason, place: Place) => string;

const said = ({ detail }: Reason): string => (detail === undefined || detail === "" ? "" : `: ${sentence(detail)}`);
const sentence = (text: string): string => text.trim().replace(/[.]+$/, "");
const list = ({ names = [] }: Reason, none = "none"): string => (names.length === 0 ? none : names.join(", "));
const inPod = ({ pod, container }: Reason): string =>
  container === undefined || container === "" ? `pod ${pod}` : `container ${container} of pod ${pod}`;
const at = ({ server, context }: Place): string => `${server}${context === "" ? "" : ` (context ${context})`}`;
const server = (place: Place): string => `The API server at ${at(place)}`;
const which = ({ workload, namespace }: Place): string => `${workloadText(workload)} in namespace ${namespace}`;
const titleOf = ({ workload }: Place): string => KIND_WORDS[workload.kind].title;

/** @param why why it cannot be used, after a colon */
export const badKubeconfig = (why: string): string =>
  `--kubeconfig cannot be used${why}. Give what \`kubectl config view --raw --minify --flatten\` prints.`;

const WORDS: Readonly<Record<ReasonCode, Words>> = {
  "bad-kubeconfig": (reason) => badKubeconfig(said(reason)),
  "no-current-context": (reason, { table }) =>
    `The kubeconfig has no current context: name one in ${table}.context. It has ${list(reason)}.`,
  "no-context": (reason, { table }) =>
    `The kubeconfig has no context ${reason.detail} (${table}.context). It has ${list(reason)}.`,
  "exec-plugin": (reason) =>
    `The kubeconfig gets its credentials from a program${reason.detail ? ` (${reason.detail})` : ""}, which there is none of here: give the kubeconfig of a ServiceAccount with a token, or a token with --cluster-token.`,
  "file-reference": (reason) =>
    `The kubeconfig names a file of the machine where it was written (${reason.detail}): give what \`kubectl config view --raw --minify --flatten\` prints.`,
  "bad-token": () =>
    "The token is empty, or has letters that no header can have, such as a line break in the middle: give the token alone, as `kubectl create token` prints it, by --cluster-token or as `token` of the kubeconfig's user.",
  impersonation: (reason) =>
    `The user of the kubeconfig is to act as another one (${reason.detail}), which is not done here: give the kubeconfig of a ServiceAccount that has the rights itself.`,
  unreachable: (reason, place) =>
    `${server(place)} does not answer${said(reason)}. Is the address right, and can the engine reach it?${loopbackHint(place.server, reason.detail)}`,
  tls: (reason, place) =>
    `There is no safe connection to ${at(place)}${said(reason)}. Is its authority in the kubeconfig, or in ${place.table}.certificate-authority?`,
  "not-kubernetes": (reason, place) => `What answers at ${at(place)} is no API server of Kubernetes${said(reason)}.`,
  unauthorized: (reason, place) =>
    `${server(place)} refuses the credentials: ${reason.detail ? `the token expired at ${reason.detail}` : "they are wrong, or have expired"}. Give new ones.`,
  forbidden: (reason, place) =>
    `${server(place)} forbids it${said(reason)}. docs/delivery.md has a Role with what is needed.`,
  "no-rights": (reason, { namespace }) =>
    `The credentials may not do all that is needed in namespace ${namespace}. They lack: ${list(reason)}. Nothing was changed.`,
  "no-kind": (reason, place) =>
    `${server(place)} knows no ${titleOf(place)} (${reason.detail}), which ${place.table}.${place.workload.kind} names. ${KIND_WORDS[place.workload.kind].needs}.`,
  "no-workload": (reason, place) =>
    `There is no ${titleOf(place)} ${reason.detail} in namespace ${place.namespace} (${place.table}). ${(reason.names ?? []).length === 0 ? "No other is there, or the credentials may not list them" : `There is ${list(reason)}`}. A first one is made by \`kubectl apply\`; deploy sets its image.`,
  unfit: (reason, place) => `${which(place)} cannot be deployed to as it is${said(reason)}.`,
  "no-container": (reason, place) =>
    `${which(place)} has no container ${reason.container} (${place.table}.container). It has ${list(reason)}.`,
  "several-containers": (reason, place) =>
    `${which(place)} has several containers (${list(reason)}): say in ${place.table}.container whose image is meant.`,
  "paused-before": (_reason, place) =>
    `${which(place)} is paused, so no change would be rolled out. ${KIND_WORDS[place.workload.kind].resume(place.workload.name)}`,
  "no-revision": (reason, place) =>
    `${which(place)} has no revision ${reason.detail}. It has:\n${indented(list(reason).replaceAll(", ", "\n"))}`,
  "nothing-noted": (reason, place) =>
    `Nothing says what ran before in ${which(place)}: ${reason.detail ? `its ReplicaSet ${reason.detail} is gone` : "no deploy of ml-pipeline noted it"}. Name a revision with --revision. It has:\n${indented(list(reason).replaceAll(", ", "\n"))}`,
  "gone-back": (reason, place) =>
    `${which(place)} went back to what it runs (${reason.detail}), and nothing says what ran before that. Name a revision with --revision: that of what it went back from undoes the way back. It has:\n${indented(list(reason).replaceAll(", ", "\n"))}`,
  "nothing-before": (reason, place) =>
    `Nothing served in ${which(place)} before what it runs was deployed, so there is nothing to go back to. Name a revision with --revision. It has:\n${indented(list(reason).replaceAll(", ", "\n"))}`,
  unasked: (reason, place) =>
    `${which(place)} has the image already, by a deploy that asked for more (${list(reason)}) and did not come to a good end. Give the same --report, and leave it in ${place.table}.checks: nothing less makes it ready.`,
  missing: (reason, place) => `${which(place)} cannot be read${said(reason)}.`,
  conflict: (_reason, place) => `${which(place)} was changed by others again and again while it was to be changed.`,
  rejected: (reason, place) => `The API server does not take the change of ${which(place)}${said(reason)}.`,
  image: (reason) => `The image of ${inPod(reason)} does not come${said(reason)}.`,
  crash: (reason) =>
    `${capital(inPod(reason))} ends again and again${reason.exitCode === undefined ? "" : `, with exit code ${reason.exitCode}`}${said(reason)}.`,
  config: (reason) => `${capital(inPod(reason))} cannot be made${said(reason)}.`,
  unschedulable: (reason) => `No node takes ${inPod(reason)}${said(reason)}.`,
  "not-ready": (reason, { table }) =>
    `${capital(inPod(reason))} runs and does not become ready (${table}.ready-seconds)${said(reason)}.`,
  "not-created": (reason) => `The pods cannot be made${said(reason)}.`,
  deadline: (reason) => `The controller does not wait any longer (progressDeadlineSeconds)${said(reason)}.`,
  stopped: (reason, place) => `The controller of ${which(place)} gave up${said(reason)}.`,
  timeout: (reason, { table }) =>
    `The rollout did not end in its time (${table}.timeout); it still waits for ${reason.detail}.`,
  overtaken: (reason, place) =>
    `Somebody else changed ${which(place)} meanwhile${reason.detail ? ` (${reason.detail})` : ""}: it now is to run ${list(reason, "something else")}.`,
  paused: (reason, place) => `Somebody paused ${which(place)} meanwhile${reason.detail ? ` (${reason.detail})` : ""}.`,
  deleted: (_reason, place) => `${which(place)} was deleted meanwhile.`,
  lost: (reason, place) =>
    `${server(place)} gives no answer any more that counts${said(reason)}. What runs is not known, and nothing was undone. The same call again goes on where this one ended; \`status\` says how it stands.`,
  unexpected: (reason) =>
    `Something came that this pipeline does not know${said(reason)}. \`status\` says how it stands. Please report it with the output above.`,
  health: (reason) => `The pods are ready, and the server is not healthy${said(reason)}.`,
  answer: (reason) => `The pods are ready, and do not answer as the judged image did${said(reason)}.`,
  "canary-worse": (reason) => `Beside production the candidate is worse${said(reason)}.`,
  "canary-unsure": (reason) =>
    `Beside production it was not shown that the candidate is no worse (${list(reason)}): ${reason.detail || "more requests may show it"}. Or a person decides, and lets it through with ${(reason.names ?? ["CHECK"]).map((one) => `--approve=${one}`).join(" ")}.`,
  "canary-busy": (reason, place) =>
    `Another call tries a canary of ${which(place)}${said(reason)}. Wait until it has ended; one that was killed counts for 90 seconds.`,
  "canary-name": (reason, { namespace }) =>
    `A canary would be called ${reason.detail}, and namespace ${namespace} has a Deployment of that name which is none.`,
  external: (reason, { table }) => `The command of ${table}.external ${sentence(reason.detail ?? "gave no reason")}.`,
  "canary-gone": (reason) => `Deployment ${reason.detail} of the canary was removed meanwhile.`,
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
