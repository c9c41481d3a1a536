import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
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
  /** Asks for a token, which the same server gives to this user with this password. */
  readonly user?: { readonly username: string; readonly password: string };
}

const TOKEN = "token-of-the-test";

export async function startOciRegistry({ referrers = true, pageSize = 100, user }: Options = {}): Promise<OciRegistry> {
  const requests: string[] = [];
  const content = new Map<string, Stored>();
  const tags = new Map<string, string>();

  /** Entries of the API by their subjects. */
  const referring = new Map<string, object[]>();

  const answer = (request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const end = (status: number, headers: Record<string, string> = {}, text: string | Buffer = ""): void => {
      response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : text);
    };
    const missing = (): void => end(404, {}, JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN" }] }));
    if (url.pathname === "/token") {
      const given = Buffer.from(request.headers.authorization?.slice("Basic ".length) ?? "", "base64").toString();
      return given === `${user?.username}:${user?.password}` ? end(200, {}, JSON.stringify({ token: TOKEN })) : end(401);
    }
    if (user !== undefined && request.headers.authorization !== `Bearer ${TOKEN}`) {
      return end(401, { "www-authenticate": `Bearer realm="http://${request.headers.host}/token",service="test"` });
    }
    if (url.pathname === "/v2/") return end(200);
    const [, kind = "", name = ""] = /\/(manifests|blobs\/uploads|blobs|referrers)\/([^/]*)$/.exec(url.pathname) ?? [];
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    if (kind === "referrers" && !referrers) return missing();
    if (kind === "referrers") {
      const from = Number(url.searchParams.get("from") ?? 0);
      const all = referring.get(name) ?? [];
      const more = all.length > from + pageSize;
      const next: Record<string, string> = more ? { link: `<${url.pathname}?from=${from + pageSize}>; rel="next"` } : {};
      return end(200, next, JSON.stringify({ schemaVersion: 2, manifests: all.slice(from, from + pageSize) }));
    }
    if (kind === "blobs/uploads" && request.method === "POST") return end(202, { location: `${url.pathname}1?state=x` });
    if (request.method === "PUT") {
      content.set(digest, { type: request.headers["content-type"] ?? "", bytes: body });
      if (kind === "manifests" && !name.startsWith("sha256:")) tags.set(name, digest);
      const { mediaType, artifactType, annotations, subject } = kind === "manifests" ? JSON.parse(body.toString()) : {};
      if (!referrers || subject === undefined) return end(201);
      const entry = { mediaType, digest, size: body.length, artifactType, annotations };
      const others = (referring.get(subject.digest) ?? []).filter((one) => !isDeepStrictEqual(one, entry));
      referring.set(subject.digest, [...others, entry]);
      return end(201, { "oci-subject": subject.digest });
    }
    const found = content.get(tags.get(name) ?? name);
    return found === undefined ? missing() : end(200, { "content-type": found.type }, found.bytes);
  };

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => answer(request, Buffer.concat(parts), response));
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
