import type { Directory, Secret } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { type Target, targetOf } from "../forge/address.ts";
import { type Written, writeComment } from "../forge/comment.ts";
import { ForgeError } from "../forge/error.ts";
import type { Forge } from "../forge/forge.ts";
import { isJobToken } from "../forge/gitlab.ts";
import { keyOf, type Marker, markerLine } from "../forge/marker.ts";
import { openForge } from "../forge/open.ts";
import { parseJson } from "../json.ts";
import { withinBytes } from "../report/summary/within.ts";
import { withoutCommands } from "../text.ts";
import { reportText } from "./assert.ts";
import { checkLink } from "./link.ts";

export interface CommentOnRequest {
  readonly report: Directory;
  /** The address of the pull or merge request. */
  readonly on: string;
  /** Tells several comments of one project apart. */
  readonly name?: string | undefined;
  /** Where the run can be looked at. */
  readonly link?: string | undefined;
  /** Whether a comment that cannot be written fails. */
  readonly required: boolean;
}

const commented = z.object({
  id: z.string().exactOptional(),
  runId: z.string().exactOptional(),
  startedAt: z.string(),
  project: z.object({ name: z.string().exactOptional() }).exactOptional(),
});

const SUMMARY = "summary.md";

/**
 * Writes the summary of a report as the one comment of a pull or merge request, or brings that up to date. One that cannot be written is a
 * warning: the verdict stands without it.
 *
 * @throws UserError without a token, an address or a report, and for a comment that is required and cannot be written
 */
export async function commentOn(given: Secret | undefined, request: CommentOnRequest): Promise<string> {
  const target = targetOf(request.on);
  checkLink(request.link, "ci");
  if (given === undefined) {
    throw new UserError(
      "There is no token to write a comment with: give --forge-token before the function, as a secret.",
      "ci",
    );
  }
  const { id, runId, startedAt, project } = parseJson(await reportText(request.report), commented, "report.json");
  if (!(await request.report.exists(SUMMARY))) {
    throw new UserError(`There is no ${SUMMARY} in the folder of --report, which the comment is made of.`, "report");
  }
  const marker = { key: keyOf(project?.name, request.name), run: { startedAt, id: id ?? runId ?? "" } };
  const token = (await given.plaintext()).trim();
  try {
    checkToken(token, target);
    const forge = openForge(target, token);
    const summary = await request.report.file(SUMMARY).contents();
    const written = await writeComment(forge, { marker, body: bodyOf(forge, marker, summary, request.link) });
    return `${wordsOf(written)}: ${target.page}`;
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    const reason = `no comment was written on ${target.page}: ${error.message}${adviceOf(error, target)}`;
    if (request.required) throw new UserError(reason, "ci");
    return `warning: ${reason}`;
  }
}

/** What no request can be made with. The token itself is in no message. */
function checkToken(token: string, { forge }: Target): void {
  if (token === "") throw new ForgeError("the token is empty: a pull request of a fork gets no secrets");
  if (!/^[\x21-\x7e]+$/.test(token)) throw new ForgeError("the token has signs in it that no token has");
  if (forge === "GitLab" && isJobToken(token)) throw new ForgeError(NO_JOB_TOKEN);
}

const NO_JOB_TOKEN =
  "the token is that of a job (CI_JOB_TOKEN), which may write no comments: it takes an access token of the project with the scope api";

/** All of the comment, within what the server takes. */
export function bodyOf(
  forge: Pick<Forge, "hiding" | "mostBytes" | "shown">,
  marker: Marker,
  summary: string,
  link: string | undefined,
): string {
  const first = `${markerLine(marker, forge.hiding)}\n\n`;
  const last = link === undefined ? "" : `\n[The whole run](${escapedLink(link)})\n`;
  const room = forge.mostBytes - Buffer.byteLength(first + last);
  return `${first}${withinBytes(forge.shown(summary), room)}${last}`;
}

/** Without what would end a link of Markdown. */
const escapedLink = (link: string): string => new URL(link).href.replaceAll("(", "%28").replaceAll(")", "%29");

function wordsOf(written: Written): string {
  if (written.done !== "left")
    return { created: "commented", updated: "comment updated", unchanged: "comment unchanged" }[written.done];
  const { id, startedAt } = written.to;
  return withoutCommands(
    `comment left as it is, since a newer run wrote it (${[startedAt, id].filter(Boolean).join(" ")})`,
  );
}

/** What may be wrong with the token, in the words of its server. */
function adviceOf({ status }: ForgeError, { forge }: Target): string {
  if (status === 401) return `. The token of --forge-token is unknown to ${forge}, or has ended`;
  if (status === 403) return `. ${MAY_WRITE[forge]}`;
  return status === 404 ? ". There is no such request, or the token may not see it" : "";
}

const MAY_WRITE: Readonly<Record<Target["forge"], string>> = {
  GitHub: "The token needs pull-requests: write, which a job for a pull request of a fork does not get",
  GitLab: "The token needs the scope api, and its user to be at least a reporter",
  Bitbucket: "The token needs to write pull requests (pullrequest:write)",
};
