import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/* Servers with the comments of one pull request that answer as GitHub, GitLab and Bitbucket document it, as far as comments go. */

export type Kind = "GitHub" | "GitLab" | "Bitbucket";

/** A comment as the server keeps it. */
export interface KeptComment {
  readonly id: number;
  /** The number of who wrote it. */
  readonly author: number;
  body: string;
  /** Written by the server itself (GitLab), or removed and still listed (Bitbucket). */
  readonly isNone?: boolean;
}

/** Who a token belongs to, and what it may. */
export interface Holder {
  readonly id: number;
  /** An app, or a token of a repository: the server does not tell such a token who it is at `/user`. */
  readonly isApp?: boolean;
  readonly mayWrite?: boolean;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestForge {
  /** Of the server, without a slash at the end. */
  readonly origin: string;
  /** What the paths of its API begin with. */
  readonly api: string;
  /** The address of the pull or merge request. */
  readonly page: string;
  readonly comments: KeptComment[];
  readonly requests: Request[];
  /** Answers in place of the server where it gives an answer. */
  instead: (request: Request) => Answer | undefined | Promise<Answer | undefined>;
  close(): void;
}

/** The most comments of a page, whatever is asked for: real servers have a hundred. */
const PAGE = 2;

const PATHS: Readonly<
  Record<Kind, { readonly api: string; readonly list: string; readonly one: RegExp; readonly page: string }>
> = {
  GitHub: {
    api: "/api/v3",
    list: "/api/v3/repos/team/models/issues/12/comments",
    one: /^\/api\/v3\/repos\/team\/models\/issues\/comments\/(\d+)$/,
    page: "/team/models/pull/12",
  },
  GitLab: {
    api: "/api/v4",
    list: "/api/v4/projects/team%2Fsub%2Fmodels/merge_requests/12/notes",
    one: /^\/api\/v4\/projects\/team%2Fsub%2Fmodels\/merge_requests\/12\/notes\/(\d+)$/,
    page: "/team/sub/models/-/merge_requests/12",
  },
  Bitbucket: {
    api: "/2.0",
    list: "/2.0/repositories/team/models/pullrequests/12/comments",
    one: /^\/2\.0\/repositories\/team\/models\/pullrequests\/12\/comments\/(\d+)$/,
    page: "/team/models/pull-requests/12",
  },
};

/** @param holders by their tokens */
export async function startForge(kind: Kind, holders: Readonly<Record<string, Holder>>): Promise<TestForge> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { api, page } = PATHS[kind];
  const forge: TestForge = {
    ...{ origin, api: `${origin}${api}`, page: `${origin}${page}`, comments: [], requests: [] },
    instead: () => undefined,
    close: () => server.close(),
  };
  answer(server, async (request) => {
    forge.requests.push(request);
    return (await forge.instead(request)) ?? respond(kind, forge, holders, request);
  });
  return forge;
}

function answer(server: Server, respondTo: (request: Request) => Promise<Answer>): void {
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", async () => {
      const asked = { method: request.method ?? "", path: request.url ?? "", body, headers: request.headers };
      const { status, body: said, headers } = await respondTo(asked);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(said === undefined ? "" : JSON.stringify(said));
    });
  });
}

const tokenOf = (kind: Kind, headers: Request["headers"]): string => {
  if (kind === "GitLab") return String(headers["private-token"]);
  const [scheme, value = ""] = (headers.authorization ?? "").split(" ");
  return scheme === "Basic" ? Buffer.from(value, "base64").toString() : value;
};

const refused = (status: number, message: string): Answer => ({ status, body: { message } });

function respond(kind: Kind, forge: TestForge, holders: Readonly<Record<string, Holder>>, request: Request): Answer {
  const { method, body } = request;
  const url = new URL(request.path, forge.origin);
  const holder = holders[tokenOf(kind, request.headers)];
  if (holder === undefined) return refused(401, kind === "GitHub" ? "Bad credentials" : "401 Unauthorized");
  const { api, list, one } = PATHS[kind];
  if (url.pathname === `${api}/user`) {
    if (holder.isApp) return refused(403, "Resource not accessible by integration");
    return {
      status: 200,
      body: kind === "Bitbucket" ? { uuid: uuid(holder.id) } : { id: holder.id, login: "somebody" },
    };
  }
  if (kind === "GitHub" && url.pathname === "/api/graphql") {
    return { status: 200, body: { data: { viewer: { login: "somebody[bot]", databaseId: holder.id } } } };
  }
  if (method !== "GET" && holder.mayWrite === false) return refused(403, "Resource not accessible by integration");
  if (url.pathname === list && method === "GET") return listed(kind, forge, url);
  if (url.pathname === list && method === "POST") {
    const made = { id: 100 + forge.comments.length, author: holder.id, body: textOf(kind, body) };
    forge.comments.push(made);
    return { status: 201, body: shaped(kind, made) };
  }
  const id = one.exec(url.pathname)?.[1];
  const found = forge.comments.findIndex((comment) => String(comment.id) === id);
  const comment = forge.comments[found];
  if (comment === undefined) return refused(404, "Not Found");
  if (method === "DELETE") {
    forge.comments.splice(found, 1);
    return { status: 204 };
  }
  if (method === (kind === "GitHub" ? "PATCH" : "PUT")) comment.body = textOf(kind, body);
  else if (method !== "GET") return refused(405, "Method Not Allowed");
  return { status: 200, body: shaped(kind, comment) };
}

function listed(kind: Kind, { comments, api }: TestForge, url: URL): Answer {
  const at = Number(url.searchParams.get("page") ?? 1);
  const shown = comments.slice((at - 1) * PAGE, at * PAGE).map((one) => shaped(kind, one));
  const hasMore = at * PAGE < comments.length;
  const next = new URL(url);
  next.searchParams.set("page", String(at + 1));
  if (kind === "Bitbucket") {
    return { status: 200, body: { values: shown, pagelen: PAGE, page: at, ...(hasMore ? { next: next.href } : {}) } };
  }
  if (kind === "GitLab") return { status: 200, body: shown, headers: { "x-next-page": hasMore ? String(at + 1) : "" } };
  const links = [
    `<${api}/first?page=1>; rel="first"`,
    ...(hasMore ? [`<${next.href}>; rel="next"`, `<${api}/last?page=9>; rel="last"`] : []),
  ];
  return { status: 200, body: shown, headers: { link: links.join(", ") } };
}

const uuid = (id: number): string => `{00000000-0000-0000-0000-${String(id).padStart(12, "0")}}`;

const textOf = (kind: Kind, body: string): string => {
  const sent = JSON.parse(body);
  // As servers do that keep lines as browsers send them.
  return String(kind === "Bitbucket" ? sent.content.raw : sent.body)
    .replaceAll("\n", "\r\n")
    .trimEnd();
};

function shaped(kind: Kind, { id, author, body, isNone = false }: KeptComment): object {
  if (kind === "GitHub") {
    return { id, node_id: `N${id}`, body, user: author === 0 ? null : { id: author, login: "somebody", type: "User" } };
  }
  if (kind === "GitLab") {
    return { id, type: null, body, author: { id: author, username: "somebody" }, system: isNone, noteable_iid: 12 };
  }
  const content = { type: "rendered", raw: body, markup: "markdown", html: "" };
  return { type: "pullrequest_comment", id, content, user: { type: "user", uuid: uuid(author) }, deleted: isNone };
}
