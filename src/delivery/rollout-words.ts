import { UserError } from "../errors.ts";
import { counted } from "../text.ts";
import type { CanarySettings } from "./canary.ts";
import { canaryLines, moreText, unsureText, worseText } from "./canary-words.ts";
import { shortImage } from "./image-reference.ts";
import { changeIn, neededText } from "./noted-change.ts";
import type { ReasonCode } from "./reason-codes.ts";
import { type Place, reasonSentence, reasonText } from "./reason-words.ts";
import type { Back, Ran, Rollout } from "./rollout.ts";
import { KIND_WORDS, type Workload, workloadText } from "./workload.ts";

/* How a rollout is told. */

/** Names of annotations that a deploy leaves. */
export const RECORD = {
  image: "ml-pipeline/image",
  verdict: "ml-pipeline/verdict",
  report: "ml-pipeline/report",
  source: "ml-pipeline/source",
  data: "ml-pipeline/data",
  model: "ml-pipeline/model",
  change: "ml-pipeline/change",
  /** `none` or `required`, by what the run found; a person who approved it changes nothing of that. */
  approval: "ml-pipeline/approval",
  /** The hash of the accepted model that the change is counted from. */
  comparedWith: "ml-pipeline/compared-with",
  /** Which deploy it was; absent of what no deploy of ours has set. */
  deployment: "ml-pipeline/deployment",
  /** `rolling-out`, `ready`, `failed` or `going-back`. */
  state: "ml-pipeline/state",
  /** What ran before it went back to this, and when it did. */
  wentBackFrom: "ml-pipeline/went-back-from",
  wentBackAt: "ml-pipeline/went-back-at",
  failedImage: "ml-pipeline/failed-image",
  failedWhy: "ml-pipeline/failed-because",
} as const;

/** How the cause of a deploy begins, which `kubectl rollout history` shows. */
export const CAUSE = "ml-pipeline ";

/** What a call was about: `staging`, and the settings of it. */
export interface Told {
  readonly environment: string;
  readonly workload: Workload;
  /** What was done when it worked: it is `deployed` when absent. */
  readonly done?: string;
  /** What a canary is held to. */
  readonly canary?: CanarySettings;
  /** How many times as many requests it is asked as those say. */
  readonly times?: number | undefined;
}

const placeOf = (rollout: Rollout, { environment, workload }: Told): Place => ({
  table: `deploy.${environment}`,
  ...{ server: rollout.server, context: rollout.context, namespace: rollout.namespace, workload },
});

/**
 * How a deploy or a way back came out.
 *
 * @throws UserError when it did not work, with the reason and what runs now
 */
export function assertRollout(rollout: Rollout, told: Told): string {
  const { outcome, before, after, checks, changes } = rollout;
  const where = whereText(rollout, told);
  const was = before === null ? [] : [`  before  ${ranText(before)}`];
  const is = after === null ? [] : [`  now     ${ranText(after)}`];
  switch (outcome) {
    case "planned":
      return changes.length === 0
        ? `nothing would change: ${where}\n${was.join("\n")}`
        : [`would change ${where}:`, ...changes.map((one) => `  ${one}`), ...was].join("\n");
    case "unchanged":
      return [`unchanged, it runs already: ${where}`, ...is, ...checks.map(checkText)].join("\n");
    case "done":
      return [
        `${told.done ?? "deployed"} in ${rollout.seconds} s: ${where}`,
        ...was,
        ...is,
        ...tried(rollout, told),
        ...checks.map(checkText),
      ].join("\n");
    case "waiting":
      return [
        `${waitingHead(rollout, told)}, after ${rollout.seconds} s: ${where}`,
        ...was,
        ...is,
        ...checks.map(checkText),
        waitingEnd(rollout, told),
      ].join("\n");
    default: {
      const lines = [
        `${HEADS[outcome](rollout, told)} ${whyText(rollout, told)}`,
        ...backLines(rollout, told),
        ...tried(rollout, told),
        ...(outcome === "refused" ? [] : [...was, ...is]),
      ];
      throw new UserError(lines.join("\n"), "delivery");
    }
  }
}

const HEADS = {
  refused: (_rollout, { environment }) => `${environment}: nothing was changed.`,
  held: ({ seconds }, { environment }) =>
    `${environment}: not deployed; the canary was taken back after ${seconds} s, and what ran goes on.`,
  failed: ({ seconds }, { environment }) => `${environment}: the rollout failed after ${seconds} s.`,
  seen: (_rollout, { environment }) => `${environment}:`,
} as const satisfies Partial<Record<Rollout["outcome"], (rollout: Rollout, told: Told) => string>>;

const waitingHead = ({ waits }: Rollout, { environment }: Told): string => `${environment} waits for ${waits}`;

const waitingEnd = (rollout: Rollout, told: Told): string =>
  `Who lets it go on: \`${goOnCall(rollout, told)}\`. The same deploy then says how it came out, and \`rollback\` takes it back.`;

/** What a person types to let a rollout go on that waits for one. */
export const goOnCall = ({ namespace }: Pick<Rollout, "namespace">, { workload }: Pick<Told, "workload">): string =>
  KIND_WORDS[workload.kind].goOn(workload.name, namespace);

function whyText(rollout: Rollout, told: Told, words = reasonText): string {
  const { reason } = rollout;
  if (reason === null) return "for no known reason";
  const place = placeOf(rollout, told);
  return words({ ...reason, detail: canaryDetail(rollout, told, place.table) ?? reason.detail }, place);
}

/** What a canary was taken back for, with the check, its number and its limit. */
function canaryDetail({ canary, reason }: Rollout, told: Told, table: string): string | undefined {
  if (canary === null || told.canary === undefined) return undefined;
  if (canary.worse !== "") return worseText(canary, told.canary, table);
  return reason?.code === "canary-unsure" ? moreText(canary, told.canary, table, told.times ?? 1) : undefined;
}

/** The same for who reads no more than the beginning: why comes first, where a canary was taken back. */
export function newsLine(rollout: Rollout, told: Told): string {
  const { canary, outcome } = rollout;
  const line = rolloutLine(rollout, told).replace(`${told.environment}: `, "");
  if (outcome !== "held" || canary === null || told.canary === undefined) return line;
  const table = `deploy.${told.environment}`;
  const why =
    canary.worse === ""
      ? unsureText(canary, told.canary, table, told.times ?? 1)
      : worseText(canary, told.canary, table);
  return why === "" ? line : `${why}; ${HEADS.held(rollout, told).replace(`${told.environment}: `, "")}`;
}

const tried = ({ canary }: Rollout, told: Told): string[] =>
  canary === null || told.canary === undefined ? [] : canaryLines(canary, told.canary, told.times);

/** A canary that was taken back although nothing was shown against it: which checks were left open, and that in words. */
export function unsureOf(
  { outcome, reason, canary }: Rollout,
  told: Told,
): { readonly checks: readonly string[]; readonly text: string } | undefined {
  if (outcome !== "held" || reason?.code !== "canary-unsure" || canary === null || told.canary === undefined)
    return undefined;
  return {
    checks: reason.names ?? [],
    text: unsureText(canary, told.canary, `deploy.${told.environment}`, told.times ?? 1),
  };
}

/** The same in a line: a stage's message, which has the container's last lines elsewhere. */
export function rolloutLine(rollout: Rollout, told: Told): string {
  const { outcome, after, checks, changes, seconds } = rollout;
  const runs = after === null ? "" : `: ${ranText(after)}`;
  if (outcome === "planned")
    return changes.length === 0 ? "nothing would change" : `would change ${changes.join("; ")}`;
  if (outcome === "unchanged") return `${told.environment} runs it already${runs}`;
  if (outcome === "waiting") return `${waitingHead(rollout, told)}${runs}. ${waitingEnd(rollout, told)}`;
  if (outcome === "done") {
    const asked = checks.filter((check) => check.asked).map(({ name }) => name);
    return `${told.environment} runs it after ${seconds} s${runs}${asked.length === 0 ? "" : `; ${asked.join(", ")} as it should be`}`;
  }
  return [
    `${HEADS[outcome](rollout, told)} ${onOneLine(whyText(rollout, told, reasonSentence))}`,
    ...backLines(rollout, told),
  ].join(" ");
}

const onOneLine = (text: string): string => text.replace(/\s+/g, " ");

const checkText = ({ name, text, asked }: Rollout["checks"][number]): string =>
  `  ${asked ? "✓" : "–"} ${name}: ${text}`;

function wentBackText(records: Ran["records"]): string | undefined {
  const from = records[RECORD.wentBackFrom];
  return from === undefined || from === ""
    ? undefined
    : `from ${shortImage(from)}, at ${records[RECORD.wentBackAt] ?? ""}`;
}

const whereText = ({ context, server, namespace }: Rollout, { environment, workload }: Told): string =>
  workload.kind === "external"
    ? `${environment} (${workloadText(workload)})`
    : `${environment} (${workloadText(workload)}, namespace ${namespace}, ${context === "" ? server : `context ${context}`})`;

function ranText({ image, revision, ready, wanted }: Ran): string {
  const number = revision === 0 ? "no revision" : `revision ${revision}`;
  return `${shortImage(image)}, ${number}, ${ready} of ${counted(wanted, "pod")} ready`;
}

/** What is wrong with the way to the cluster, which the words of a reason do not say of something half done. */
const OF_THE_WAY: ReadonlySet<ReasonCode | undefined> = new Set([
  ...(["tls", "not-kubernetes", "unauthorized", "forbidden", "conflict", "unfit", "unexpected"] as const),
]);
const UNDECIDED =
  "What was changed stays, and nothing was undone: the same call again goes on where this one ended, and `status` says how it stands.";

function backLines(rollout: Rollout, told: Told): string[] {
  const { back, outcome, reason } = rollout;
  if (back === null) return outcome === "failed" && OF_THE_WAY.has(reason?.code) ? [UNDECIDED] : [];
  const to = `revision ${back.revision}, ${shortImage(back.image)}`;
  const words: Readonly<Record<Back["outcome"], string>> = {
    done: back.asked
      ? `It went back to ${to}, which serves again.`
      : `It went back to ${to}, whose pods are ready; none was asked for its health.`,
    nothing: `There is nothing to go back to: ${back.why}.`,
    failed: `${back.reason?.code === "health" ? `It went back to ${to}, and that is not healthy either.` : `It was to go back to ${to}, and that failed too.`} ${back.reason === null ? "" : reasonText(back.reason, placeOf(rollout, told))}`,
    left: back.why === "" ? "Nothing was undone." : `Nothing was undone: ${back.why}.`,
  };
  return [words[back.outcome].trim()];
}

/** What is wrong with what runs, each as a sentence. */
export function statusProblems(rollout: Rollout, told: Told): string[] {
  const { reason, drift } = rollout;
  return [
    ...(reason === null ? [] : [reasonText(reason, placeOf(rollout, told))]),
    ...drift.map((one) =>
      one.kind === "template"
        ? `Drift: ${one.recorded} was deployed, and the ${KIND_WORDS[told.workload.kind].title} is to run ${one.found}, which somebody else set.`
        : `Drift: ${one.recorded} was deployed, and pod ${one.pod} runs ${one.found}.`,
    ),
  ];
}

/**
 * What runs, since when, with which verdict.
 *
 * @throws UserError with the same, when that is not what was deployed, or does not serve
 */
export function assertStatus(rollout: Rollout, told: Told): string {
  const { after, waits } = rollout;
  const problems = [...statusProblems(rollout, told), ...unfitText(after), ...abandonedText(rollout)];
  if (after === null) throw new UserError(`${told.environment}: ${problems[0] ?? "nothing is known"}`, "delivery");
  const text = [whereText(rollout, told), ...statusLines(after, waits)].join("\n");
  if (problems.length > 0) throw new UserError([text, ...problems].join("\n"), "delivery");
  return text;
}

/** Pods that are ready may answer wrongly: what was asked of them then is not asked by a status. */
const unfitText = (after: Ran | null): string[] =>
  after === null || after.records[RECORD.image] !== after.image || after.records[RECORD.state] !== "failed"
    ? []
    : [
        `What runs did not pass its checks when it was deployed, or gone back to: the same deploy again asks it anew, and \`rollback\` takes what ran before.`,
      ];

/** It says nothing of what runs, but answers users beside it. */
const abandonedText = ({ abandoned, namespace }: Rollout): string[] =>
  abandoned.length === 0
    ? []
    : [
        `A call that was killed has left its canary, whose pods may answer users: the next canary or rollback removes it, and so does \`kubectl -n ${namespace} delete deployment ${abandoned.join(" ")}\`.`,
      ];

/** What kind of change it is, and who decides about it. */
function changeLine({
  [RECORD.approval]: approval,
  [RECORD.change]: note,
  [RECORD.comparedWith]: comparedWith,
}: Ran["records"]): string | undefined {
  return approval === undefined
    ? undefined
    : neededText({ change: changeIn(note), comparedWith, required: approval !== "none" });
}

/** Each deploy has a name: without one there is none whose verdict it could have. */
const unknownVerdict = (records: Ran["records"]): string =>
  records[RECORD.deployment] === undefined
    ? "not known: ml-pipeline went back to it, and did not deploy it"
    : "not known: it was deployed without --report";

/** How a deploy or a way back stands that has not ended well. */
const STATES: Readonly<Record<string, string>> = {
  "rolling-out": "began, and has not noted how it ended",
  "going-back": "it was to go back to this, and has not noted how that ended: the same call again goes on",
};

function statusLines(after: Ran, waits: string): string[] {
  const { records } = after;
  const isRecorded = records[RECORD.image] === after.image;
  const line = (name: string, value: string | undefined): string[] =>
    value === undefined || value === "" ? [] : [`  ${name.padEnd(10)} ${value}`];
  const recorded = isRecorded
    ? [
        ...line("verdict", records[RECORD.verdict] ?? unknownVerdict(records)),
        ...line("report", records[RECORD.report]),
        ...line("change", changeLine(records)),
        ...(["model", "data", "source"] as const).flatMap((name) => line(name, records[RECORD[name]])),
      ]
    : line("verdict", "not known: it was not deployed by ml-pipeline");
  const failed = records[RECORD.failedImage];
  // Who sets another image keeps the cause of the one before.
  const isInherited = !isRecorded && after.cause.startsWith(CAUSE);
  return [
    ...line("image", after.image),
    ...line("since", after.since),
    ...line("pods", `${after.ready} of ${after.wanted} ready, revision ${after.revision}`),
    ...line("waits for", waits),
    ...recorded,
    ...(isInherited ? [] : line("cause", after.cause)),
    ...line("deploy", STATES[records[RECORD.state] ?? ""]),
    ...(isRecorded ? line("went back", wentBackText(records)) : []),
    ...(failed === undefined ? [] : line("failed", `${shortImage(failed)}: ${records[RECORD.failedWhy] ?? ""}`)),
  ];
}
