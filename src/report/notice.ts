import { z } from "zod";
import { ACTION_WORDS } from "../drift/words.ts";
import { blocks } from "../gates/result.ts";
import { counted } from "../text.ts";
import { projectWords } from "./project.ts";

/* A report as a message in a chat: the first line says all that a push notification can. */

/** What of `report.json` is told. */
export const noticedReport = z.object({
  verdict: z.enum(["passed", "failed"]),
  failure: z.object({ stage: z.string(), message: z.string(), gate: z.string().optional() }).optional(),
  project: z
    .object({
      name: z.string().exactOptional(),
      commit: z.string().exactOptional(),
      branch: z.string().exactOptional(),
    })
    .exactOptional(),
  image: z.object({ id: z.string(), published: z.string().optional() }).optional(),
  gates: z.array(
    z.object({
      id: z.string(),
      status: z.enum(["passed", "failed", "skipped", "inconclusive"]),
      required: z.boolean(),
      message: z.string(),
      approved: z.boolean().exactOptional(),
      forced: z.boolean().exactOptional(),
    }),
  ),
  heldBack: z.string().exactOptional(),
  drift: z.object({ action: z.enum(["nothing", "look", "retrain"]), message: z.string() }).optional(),
  retraining: z
    .object({
      decision: z
        .object({ deploy: z.boolean(), reason: z.string(), forcedBy: z.string().exactOptional() })
        .exactOptional(),
    })
    .exactOptional(),
});
export type NoticedReport = z.output<typeof noticedReport>;

/** What the caller adds. */
export interface NoticeWords {
  /** Where it is about: staging, production. */
  readonly environment?: string | undefined;
  /** Where the report is to be read. */
  readonly link?: string | undefined;
}

/** A message of Slack's incoming webhooks; Mattermost and Rocket.Chat show its text. */
export interface Notice {
  readonly text: string;
  readonly blocks: readonly Block[];
}

type Block =
  | { readonly type: "section"; readonly text: { readonly type: "mrkdwn"; readonly text: string } }
  | { readonly type: "context"; readonly elements: readonly [{ readonly type: "mrkdwn"; readonly text: string }] };

/** Slack takes 3,000 in one block; a line that is read at a glance is shorter. */
const MAX_LINE = 700;
const MAX_MORE = 5;

export function noticeOf(report: NoticedReport, { environment, link }: NoticeWords): Notice {
  const { name, checkout } = projectWords(report);
  const { mark, title, reason } = said(report);
  const who = [name ?? "the pipeline", ...(environment === undefined ? [] : [`(${environment})`])].join(" ");
  const place = [checkout, report.image?.published].filter((one) => one !== undefined);
  return messageOf(`${mark} ${who} ${title}${reason === "" ? "" : `: ${reason}`}`, {
    ...{ others: furtherFailures(report), place, link },
  });
}

/** What is told of a deploy, a way back, or an approval that is needed. */
export interface DeliveryNews {
  readonly mark: "✅" | "❌" | "⏸️" | "↩️";
  readonly project: string | undefined;
  readonly environment: string;
  /** What came out: `deployed`, `failed`, `needs approval`. */
  readonly title: string;
  /** Why, with the number and its limit where there is one. */
  readonly reason: string;
  readonly image: string;
  readonly link?: string | undefined;
}

export const noticeOfDelivery = ({ mark, project, environment, title, reason, image, link }: DeliveryNews): Notice =>
  messageOf(`${mark} ${project ?? "the pipeline"} (${environment}) ${title}${reason === "" ? "" : `: ${reason}`}`, {
    ...{ others: [], place: image === "" ? [] : [image], link },
  });

/** A budget that is nearly or all spent. */
export const noticeOfBudget = (mark: string, project: string | undefined, text: string): Notice =>
  messageOf(`${mark} ${project ?? "the pipeline"}: ${text}`, { others: [], place: [], link: undefined });

/** A message of which the first line says all, with what stands below that line. */
function messageOf(
  text: string,
  {
    others,
    place,
    link,
  }: {
    readonly others: readonly string[];
    readonly place: readonly string[];
    readonly link: string | undefined;
  },
): Notice {
  const where = link === undefined ? "" : ` <${escapedLink(link)}|report>`;
  const first = `${shown(cut(text))}${where}`;
  return {
    text: first,
    blocks: [
      section(first),
      ...(others.length === 0 ? [] : [section(others.map((one) => `• ${shown(cut(one))}`).join("\n"))]),
      ...(place.length === 0 ? [] : [context(shown(cut(place.join(" · "))))]),
    ],
  };
}

interface Said {
  readonly mark: string;
  readonly title: string;
  readonly reason: string;
}

function said({ verdict, failure, gates, drift, retraining, heldBack }: NoticedReport): Said {
  const { decision } = retraining ?? {};
  if (decision !== undefined && (verdict === "passed" || !decision.deploy)) {
    const { deploy, forcedBy, reason } = decision;
    if (forcedBy !== undefined) return { mark: "⚠️", title: `retrained: forced by ${forcedBy}`, reason };
    return deploy
      ? { mark: "✅", title: "retrained: the new model goes out", reason }
      : { mark: "✅", title: "retrained: the accepted model stays", reason };
  }
  if (drift !== undefined && retraining === undefined) {
    const mark = drift.action === "nothing" ? "✅" : "⚠️";
    return { mark, title: `drift: ${ACTION_WORDS[drift.action]}`, reason: drift.message.replace(/^[^:]*: /, "") };
  }
  if (verdict === "passed" && heldBack !== undefined) return { mark: "❌", title: "held back", reason: heldBack };
  if (verdict === "passed") {
    const passed = gates.filter(({ status }) => status === "passed").length;
    return {
      mark: "✅",
      title: "passed",
      reason:
        gates.length === 0
          ? ""
          : passed === gates.length
            ? `all ${counted(passed, "gate")}`
            : `${passed} of ${gates.length} gates, the others skipped`,
    };
  }
  const gate = gates.find((one) => one.id === failure?.gate);
  if (gate?.status === "inconclusive")
    return { mark: "⏸️", title: "needs approval", reason: `gate ${gate.id}: ${gate.message}` };
  if (gate !== undefined) return { mark: "❌", title: "failed", reason: `gate ${gate.id}: ${gate.message}` };
  return { mark: "❌", title: "failed", reason: failure === undefined ? "" : `${failure.stage}: ${failure.message}` };
}

/** Gates that block as well as the one that is told first. */
function furtherFailures({ gates, failure }: NoticedReport): string[] {
  const others = gates.filter((gate) => blocks(gate) && gate.id !== failure?.gate);
  const told = others.slice(0, MAX_MORE).map(({ id, message }) => `gate ${id}: ${message}`);
  return others.length > MAX_MORE ? [...told, `and ${others.length - MAX_MORE} more`] : told;
}

const section = (text: string): Block => ({ type: "section", text: { type: "mrkdwn", text } });
const context = (text: string): Block => ({ type: "context", elements: [{ type: "mrkdwn", text }] });

const cut = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE - 1)}…`;
};

/**
 * Text of a project as text: Slack reads commands and links between `<` and `>`, and Mattermost calls a whole channel at `@here`, which a
 * letter without a width keeps from it. The digest of an image calls nobody, and is to be copied.
 */
const shown = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/@(?!sha256:[0-9a-f])(?=\w)/g, "@\u200b");

/** An address within `<…|report>`. */
const escapedLink = (link: string): string =>
  link.replaceAll("&", "&amp;").replaceAll("<", "%3C").replaceAll(">", "%3E").replaceAll("|", "%7C");
