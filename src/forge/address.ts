import { UserError } from "../errors.ts";

/* The address of a pull or merge request, as a browser shows it. */

/** A pull or merge request, and where its server takes requests of programs. */
export interface Target {
  readonly forge: "GitHub" | "GitLab" | "Bitbucket";
  /** What the paths of its API begin with. */
  readonly api: string;
  /** What it belongs to: OWNER/REPO, GROUP/…/PROJECT, WORKSPACE/REPO. */
  readonly repository: string;
  readonly number: string;
  /** The address itself, without what a browser adds to it. */
  readonly page: string;
}

const FORMS =
  "https://github.com/OWNER/REPO/pull/12 (or of a GitHub Enterprise server), https://gitlab.com/GROUP/PROJECT/-/merge_requests/12 (or of any GitLab), or https://bitbucket.org/WORKSPACE/REPO/pull-requests/12";

const PULL = /^\/([^/]+\/[^/]+)\/pull\/(\d+)(?:\/|$)/;
const MERGE_REQUEST = /^\/(.+?)\/-\/merge_requests\/(\d+)(?:\/|$)/;
const PULL_REQUEST = /^\/(.+)\/pull-requests\/(\d+)(?:\/|$)/;

/** @throws UserError for what is none, also where it has a password in it, which is not shown then */
export function targetOf(text: string): Target {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url !== undefined && (url.username !== "" || url.password !== "")) {
    throw refused(
      "the address has a user or a password in it, which is not shown; the token is given as --forge-token",
    );
  }
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw refused(`${shown(text)} is none`);
  const { origin, pathname } = url;
  const [pull, merge, pullRequest] = [PULL, MERGE_REQUEST, PULL_REQUEST].map((form) => form.exec(pathname));
  // A project of GitLab may be called pull, so its own form comes first.
  if (merge) {
    const [repository = "", number = ""] = merge.slice(1);
    const page = `${origin}/${repository}/-/merge_requests/${number}`;
    return { forge: "GitLab", api: `${origin}/api/v4`, repository: decoded(repository), number, page };
  }
  if (pull) {
    const [repository = "", number = ""] = pull.slice(1);
    const page = `${origin}/${repository}/pull/${number}`;
    return { forge: "GitHub", api: githubApi(url), repository: decoded(repository), number, page };
  }
  if (pullRequest && url.hostname !== "bitbucket.org") {
    throw refused(`${shown(text)} is of a Bitbucket server of one's own, which is not known`);
  }
  if (pullRequest && /^[^/]+\/[^/]+$/.test(pullRequest[1] ?? "")) {
    const [repository = "", number = ""] = pullRequest.slice(1);
    const page = `${origin}/${repository}/pull-requests/${number}`;
    return { forge: "Bitbucket", api: "https://api.bitbucket.org/2.0", repository: decoded(repository), number, page };
  }
  throw refused(`${shown(text)} is none`);
}

const refused = (why: string): UserError =>
  new UserError(`--on: expected the address of a pull or merge request, and ${why}. Its form is ${FORMS}.`, "ci");

const shown = (text: string): string => JSON.stringify(text.slice(0, 200));

/** Parts of a path as they are called; one that decodes to nothing stays as it is. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** GitHub has programs ask another host than people; a server of one's own has both. */
function githubApi({ origin, hostname, host, protocol }: URL): string {
  if (/^(?:www\.)?github\.com$/.test(hostname)) return "https://api.github.com";
  return hostname.endsWith(".ghe.com") ? `${protocol}//api.${host}` : `${origin}/api/v3`;
}
