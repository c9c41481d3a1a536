import http, { type IncomingHttpHeaders } from "node:http";
import https from "node:https";
import type { Trust } from "./trust.ts";

export interface RegistryRequest {
  readonly url: URL;
  readonly method?: "GET" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly trust: Trust;
  readonly proxied: boolean;
  readonly signal: AbortSignal;
  /** How many bytes an answer may have; by default as many as a manifest or a token. */
  readonly limit?: number;
  /** How long the connection may be silent, in milliseconds. */
  readonly silence?: number;
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
  const { url, method = "GET", headers, body, trust, proxied, signal, limit = bodyLimit, silence } = sent;
  const proxy = proxied ? { proxyEnv: process.env } : {};
  return new Promise((resolve, reject) => {
    const options = { method, headers: { ...headers }, signal };
    const request =
      url.protocol === "https:"
        ? https.request(url, { ...options, agent: new https.Agent({ ...proxy, ...trust }) })
        : http.request(url, { ...options, agent: new http.Agent(proxy) });
    request.once("error", reject);
    if (silence !== undefined) request.setTimeout(silence, () => request.destroy(new Error("i/o timeout")));
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.once("error", reject);
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit) response.destroy(new Error(`the answer has more than ${limit} bytes`));
        else chunks.push(chunk);
      });
      response.once("end", () => {
        const { statusCode = 0, statusMessage = "", headers } = response;
        resolve({ status: statusCode, statusText: statusMessage, headers, body: Buffer.concat(chunks) });
      });
    });
    request.end(body);
  });
}
