import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Cluster } from "./cluster.ts";
import { JobsDouble } from "./jobs.ts";
import type { PatchOperation } from "./json-patch.ts";
import type { ServerOptions } from "./options.ts";
import { type Answer, ROUTES, refusal } from "./routes.ts";

/*
 * A double of the API server of Kubernetes: it speaks the answers that the API's documentation has, for one thing that is deployed to,
 * as far as a deploy asks. A rollout takes a fraction of a second.
 */

export const TOKEN = "double-t0ken-s3cret";

/** An answer that no API server gives, or none that is well. */
export interface Odd {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** It is sent a byte at a time, with so many milliseconds between them, and never ends. */
  readonly drip?: number;
}

export class KubernetesDouble {
  readonly cluster: Cluster;
  readonly jobs = new JobsDouble();
  /** `METHOD /path?query` of every request so far. */
  readonly requests: string[] = [];
  /** Changes that were taken. */
  readonly patches: (readonly PatchOperation[])[] = [];
  /** Called before each request is answered. It may close the connection by giving "silent", or give an answer of its own. */
  before: (request: string) => "silent" | "lost" | Odd | undefined = () => undefined;
  readonly #options: ServerOptions;
  readonly #server: Server;
  port = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.cluster = new Cluster(options);
    this.#server = createServer((request, response) => this.#read(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, this.#host, resolve));
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  get #host(): string {
    return this.#options.host ?? "127.0.0.1";
  }

  get url(): string {
    return `http://${this.#host}:${this.port}`;
  }

  /** A kubeconfig for it. */
  kubeconfig({
    token = TOKEN,
    context = "staging",
    user = {},
  }: {
    token?: string;
    context?: string;
    user?: object;
  } = {}): string {
    // YAML has JSON in it.
    return JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": context },
      clusters: [{ name: "double", cluster: { server: this.url } }],
      users: [{ name: "deployer", user: { token, ...user } }],
      contexts: [{ name: "staging", context: { cluster: "double", user: "deployer" } }],
    });
  }

  #read(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const asked = `${request.method} ${request.url}`;
      this.requests.push(asked);
      const does = this.before(asked);
      if (does === "silent") {
        request.socket.destroy();
        return;
      }
      if (typeof does === "object") {
        sendOdd(does, response);
        return;
      }
      this.cluster.work();
      const { status, body, milliseconds } = this.#answer(request, Buffer.concat(parts).toString());
      if (does === "lost") {
        request.socket.destroy();
        return;
      }
      const send = (): void => {
        response.writeHead(status, { "content-type": typeof body === "string" ? "text/plain" : "application/json" });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      };
      if (milliseconds === undefined) send();
      else setTimeout(send, milliseconds);
    });
  }

  #answer(request: IncomingMessage, text: string): Answer {
    const { method = "", url = "" } = request;
    const { pathname, searchParams } = new URL(url, "http://x");
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refusal(401, "Unauthorized", "Unauthorized");
    const denied = this.#options.deniedUnasked?.find((one) => one === `${VERBS[method]} ${resourceOf(pathname)}`);
    if (denied !== undefined) {
      return refusal(403, "Forbidden", `${resourceOf(pathname)} is forbidden: User "deployer" cannot ${denied}`);
    }
    for (const [pattern, answer] of ROUTES) {
      const found = pattern.exec(`${method} ${pathname}`);
      if (found !== null) return answer({ double: this, options: this.#options, found, text, query: searchParams });
    }
    return refusal(404, "NotFound", `${pathname} not found`);
  }
}

function sendOdd({ status = 200, headers = {}, body, drip }: Odd, response: ServerResponse): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  if (drip === undefined) {
    response.end(body);
    return;
  }
  const timer = setInterval(() => response.write(" "), drip);
  response.on("close", () => clearInterval(timer));
}

const VERBS: Readonly<Record<string, string>> = {
  GET: "list",
  PATCH: "patch",
  POST: "create",
  PUT: "update",
  DELETE: "delete",
};

const resourceOf = (path: string): string =>
  /\/namespaces\/[^/]+\/(\w+)(?:\/[^/]+(\/\w+)?)?/.exec(path)?.slice(1).join("") ?? "";
