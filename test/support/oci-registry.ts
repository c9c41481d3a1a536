import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";

/** A registry in memory, which also has what Debian's lacks: the referrers' API of OCI 1.1, and tokens. */
export interface OciRegistry {
  /** `localhost:PORT`. */
  readonly address: string;
  /** `METHOD /path?query` of every request so far. */
  readonly requests: string[];
  /** Content by its digest, and the digests of manifests by their tags. */
  readonly content: Map<string, Stored>;
  readonly tags: Map<string, string>;
  close(): Promise<void>;
}

interface Stored {
  type: string;
  bytes: Buffer;
}

interface Options {
  readonly referrers?: boolean;
  /** How many referrers an answer has at most. */
  readonly pageSize?: number;
  /** Gives what another one has, by whichever way it lists what is attached. */
  readonly of?: Pick<OciRegistry, "content" | "tags">;
  /** Asks for a token, which the same server gives to this user with this password. */
  readonly user?: { readonly username: string; readonly password: string };
}

const TOKEN = "token-of-the-test";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

const MISSING: Answer = { status: 404, body: JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN" }] }) };

export async function startOciRegistry({
  referrers = true,
  pageSize = 100,
  of,
  user,
}: Options = {}): Promise<OciRegistry> {
  const requests: string[] = [];
  const content = of?.content ?? new Map<string, Stored>();
  const tags = of?.tags ?? new Map<string, string>();

  /** Entries of the API by their subjects. */
  const referring = new Map<string, object[]>();

  const answerTo = (request: IncomingMessage, body: Buffer): Answer => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    if (url.pathname === "/token") {
      const given = Buffer.from(request.headers.authorization?.slice("Basic ".length) ?? "", "base64").toString();
      const isUser = given === `${user?.username}:${user?.password}`;
      return isUser ? { status: 200, body: JSON.stringify({ token: TOKEN }) } : { status: 401 };
    }
    if (user !== undefined && request.headers.authorization !== `Bearer ${TOKEN}`) {
      const realm = `http://${request.headers.host}/token`;
      return { status: 401, headers: { "www-authenticate": `Bearer realm="${realm}",service="test"` } };
    }
    if (url.pathname === "/v2/") return { status: 200 };
    if (url.pathname.endsWith("/tags/list")) {
      const last = url.searchParams.get("last") ?? "";
      return { status: 200, body: JSON.stringify({ tags: [...tags.keys()].sort().filter((tag) => tag > last) }) };
    }
    const [, kind = "", name = ""] = /\/(manifests|blobs\/uploads|blobs|referrers)\/([^/]*)$/.exec(url.pathname) ?? [];
    if (kind === "referrers") return referrers ? page(url, referring.get(name) ?? []) : MISSING;
    if (request.method === "POST") return { status: 202, headers: { location: `${url.pathname}1?state=x` } };
    if (request.method === "PUT") return put(kind, name, { type: request.headers["content-type"] ?? "", bytes: body });
    const found = content.get(tags.get(name) ?? name);
    return found === undefined
      ? MISSING
      : { status: 200, headers: { "content-type": found.type }, body: request.method === "HEAD" ? "" : found.bytes };
  };

  const page = (url: URL, all: readonly object[]): Answer => {
    const from = Number(url.searchParams.get("from") ?? 0);
    const next = `<${url.pathname}?from=${from + pageSize}>; rel="next"`;
    return {
      status: 200,
      headers: all.length > from + pageSize ? { link: next } : {},
      body: JSON.stringify({ schemaVersion: 2, manifests: all.slice(from, from + pageSize) }),
    };
  };

  const put = (kind: string, name: string, stored: Stored): Answer => {
    const digest = `sha256:${createHash("sha256").update(stored.bytes).digest("hex")}`;
    content.set(digest, stored);
    if (kind !== "manifests") return { status: 201 };
    if (!name.startsWith("sha256:")) tags.set(name, digest);
    const { mediaType, artifactType, annotations, subject } = JSON.parse(stored.bytes.toString());
    if (!referrers || subject === undefined) return { status: 201 };
    const entry = { mediaType, digest, size: stored.bytes.length, artifactType, annotations };
    const others = (referring.get(subject.digest) ?? []).filter((one) => !isDeepStrictEqual(one, entry));
    referring.set(subject.digest, [...others, entry]);
    return { status: 201, headers: { "oci-subject": subject.digest } };
  };

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { status, headers = {}, body = "" } = answerTo(request, Buffer.concat(parts));
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `localhost:${(server.address() as AddressInfo).port}`,
    ...{ requests, content, tags },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
