import { z } from "zod";
import { ACTION_WORDS } from "../drift/words.ts";
import { blocks } from "../gates/result.ts";
import { counted } from "../text.ts";
import { projectWords } from "./project.ts";

/* What is told of a report, a deploy or a budget: the first line says all that a push notification can. */

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

/** What a message says, in no form yet. */
export interface News {
  readonly kind: "run" | "delivery" | "budget";
  readonly mark: Mark;
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  /** What came out: `failed`, `needs approval`; empty where the reason says all. */
  readonly title: string;
  /** Why, with the number and its limit where there is one. */
  readonly reason: string;
  /** What is wrong as well. */
  readonly others: readonly string[];
  /** Branch, commit and image. */
  readonly place: readonly string[];
  /** The image that was published or deployed. */
  readonly image?: string | undefined;
  /** Where the report is to be read. */
  readonly link?: string | undefined;
  /** The record of a run. */
  readonly run?: NoticedReport;
}

/** How a message begins. */
export type Mark = "✅" | "❌" | "⏸️" | "↩️" | "⚠️";

const MAX_MORE = 5;

export function newsOf(report: NoticedReport, { environment, link }: NoticeWords): News {
  const { name, checkout } = projectWords(report);
  const image = report.image?.published;
  return {
    ...{ kind: "run", ...said(report), project: name, environment, others: furtherFailures(report) },
    ...{ place: [checkout, image].filter((one) => one !== undefined), image, link, run: report },
  };
}

/** All of it in one line: what a push notification shows. */
export function lineOf({ mark, project, environment, title, reason }: News): string {
  const who = [project ?? "the pipeline", ...(environment === undefined ? [] : [`(${environment})`])];
  const what = [mark, ...who, ...(title === "" ? [] : [title])].join(" ");
  return `${what}${reason === "" ? "" : `: ${reason}`}`;
}

/** What is told of a deploy, a way back, or an approval that is needed. */
export interface DeliveryNews {
  readonly mark: Mark;
  readonly project: string | undefined;
  readonly environment: string;
  /** What came out: `deployed`, `failed`, `needs approval`. */
  readonly title: string;
  /** Why, with the number and its limit where there is one. */
  readonly reason: string;
  readonly image: string;
  readonly link?: string | undefined;
}

export const newsOfDelivery = ({ image, ...news }: DeliveryNews): News => ({
  ...{ kind: "delivery", ...news, others: [], place: image === "" ? [] : [image] },
  ...(image === "" ? {} : { image }),
});

/** A budget that is nearly or all spent. */
export const newsOfBudget = (mark: Mark, project: string | undefined, text: string): News => ({
  ...{ kind: "budget", mark, project, title: "", reason: text, others: [], place: [] },
});

interface Said {
  readonly mark: Mark;
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
