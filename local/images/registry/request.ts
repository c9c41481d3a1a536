import { createReadStream, createWriteStream } from "node:fs";
import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import https from "node:https";
import { pipeline } from "node:stream/promises";
import type { Trust } from "./trust.ts";

export interface RegistryRequest {
  readonly url: URL;
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent: a text, or the content of a file. */
  readonly body?: string | { readonly file: string; readonly size: number };
  readonly trust: Trust;
  readonly proxied: boolean;
  readonly signal: AbortSignal;
  /** How many bytes an answer may have; by default as many as a manifest or a token. */
  readonly limit?: number;
  /** A file that the body of a successful answer is written to, in place of `body`. `limit` holds for it too. */
  readonly into?: string;
  /** How long the connection may be silent, in milliseconds. */
  readonly silence?: number;
  /** Keeps connections for the requests that follow; by default each request has one of its own. */
  readonly agents?: Agents;
}

/** Agents by the protocol of the address. */
export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** Agents for many requests to one registry. */
export function agentsFor({ trust, proxied }: Pick<RegistryRequest, "trust" | "proxied">, keepAlive = true): Agents {
  const shared = { keepAlive, ...(proxied ? { proxyEnv: process.env } : {}) };
  return { http: new http.Agent(shared), https: new https.Agent({ ...shared, ...trust }) };
}

export interface Reply {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** No manifest and no token is as long. */
const bodyLimit = 8 * 1024 * 1024;
const redirectLimit = 5;

/**
 * Sends one request through the proxy of the environment and follows redirects of a GET. Rejects when no answer comes.
 * Node's `fetch` can neither use these proxies nor choose certificates.
 */
export async function send(request: RegistryRequest): Promise<Reply> {
  let { url, headers = {} } = request;
  for (let redirects = 0; ; redirects++) {
    const reply = await sendOnce({ ...request, url, headers });
    const { location } = reply.headers;
    const moved = reply.status >= 300 && reply.status < 400 && location !== undefined && redirects < redirectLimit;
    if (!moved || (request.method ?? "GET") !== "GET") return reply;
    const next = new URL(location, url);
    // The storage of a registry must not see the registry's credentials.
    if (next.host !== url.host) headers = omitAuthorization(headers);
    url = next;
  }
}

function omitAuthorization({ authorization: _, ...others }: Readonly<Record<string, string>>): Record<string, string> {
  return others;
}

function sendOnce(sent: RegistryRequest): Promise<Reply> {
  const { url, method = "GET", headers, body, trust, proxied, signal, silence } = sent;
  const agents = sent.agents ?? agentsFor({ trust, proxied }, false);
  return new Promise((resolve, reject) => {
    const length = typeof body === "object" ? { "content-length": String(body.size) } : {};
    const options = { method, headers: { ...headers, ...length }, signal };
    const request =
      url.protocol === "https:"
        ? https.request(url, { ...options, agent: agents.https })
        : http.request(url, { ...options, agent: agents.http });
    request.once("error", reject);
    if (silence !== undefined) request.setTimeout(silence, () => request.destroy(new Error("i/o timeout")));
    request.once("response", (response) => {
      received(response, sent).then((body) => {
        const { statusCode = 0, statusMessage = "", headers } = response;
        resolve({ status: statusCode, statusText: statusMessage, headers, body });
      }, reject);
    });
    // An answer may come, and the connection end, before all is sent.
    if (typeof body === "object") pipeline(createReadStream(body.file), request).catch(reject);
    else request.end(body);
  });
}

async function received(response: IncomingMessage, { limit = bodyLimit, into }: RegistryRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const counted = async function* () {
    for await (const chunk of response) {
      size += chunk.length;
      if (size > limit) throw new Error(`the answer has more than ${limit} bytes`);
      yield chunk;
    }
  };
  if (into !== undefined && response.statusCode === 200) await pipeline(counted, createWriteStream(into));
  else for await (const chunk of counted()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
