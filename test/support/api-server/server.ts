import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import type { PatchOperation } from "./json-patch.ts";

/*
 * A double of the API server of Kubernetes: it speaks the answers that the API's documentation has, for one Deployment, as far as a
 * deploy asks. A rollout takes a fraction of a second.
 */

export const TOKEN = "double-t0ken-s3cret";

export interface ServerOptions extends ClusterOptions {
  /** `verb resource` that the caller may not do. */
  readonly denied?: readonly string[];
  /** Whether the API forbids those, without saying it when it is asked before. */
  readonly deniedUnasked?: readonly string[];
  /** What is answered to a prediction. */
  readonly answer?: unknown;
  readonly healthStatus?: number;
}

export class KubernetesDouble {
  readonly cluster: Cluster;
  /** `METHOD /path?query` of every request so far. */
  readonly requests: string[] = [];
  /** Changes that were taken. */
  readonly patches: (readonly PatchOperation[])[] = [];
  /** Called before each request is answered. It may close the connection by giving "silent". */
  before: (request: string) => "silent" | "lost" | undefined = () => undefined;
  readonly #options: ServerOptions;
  readonly #server: Server;
  port = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.cluster = new Cluster(options);
    this.#server = createServer((request, response) => this.#read(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
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
      clusters: [{ name: "double", cluster: { server: `http://127.0.0.1:${this.port}` } }],
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

interface Asked {
  readonly double: KubernetesDouble;
  readonly options: ServerOptions;
  readonly found: RegExpExecArray;
  readonly text: string;
  readonly query: URLSearchParams;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** How long it takes. */
  readonly milliseconds?: number | undefined;
}

const happens = (share = 0): boolean => Math.random() < share;

const VERBS: Readonly<Record<string, string>> = { GET: "list", PATCH: "patch", POST: "create", DELETE: "delete" };

const resourceOf = (path: string): string =>
  /\/namespaces\/[^/]+\/(\w+)(?:\/[^/]+(\/\w+)?)?/.exec(path)?.slice(1).join("") ?? "";

const ok = (body: unknown): Answer => ({ status: 200, body });

const refusal = (code: number, reason: string, message: string): Answer => ({
  status: code,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message },
});

const noDeployment = (name: string): Answer => refusal(404, "NotFound", `deployments.apps "${name}" not found`);

const list = (items: readonly unknown[]): Answer => ok({ kind: "List", apiVersion: "v1", items });

const APPS = "/apis/apps/v1/namespaces/default";
const CORE = "/api/v1/namespaces/default";

const ROUTES: readonly (readonly [RegExp, (asked: Asked) => Answer])[] = [
  [
    new RegExp(`^GET ${APPS}/deployments/([^/]+)$`),
    ({ double, found: [, name = ""] }) => {
      const deployment = double.cluster.named(name);
      return deployment === undefined ? noDeployment(name) : ok(deployment);
    },
  ],
  [new RegExp(`^GET ${APPS}/deployments$`), ({ double }) => list(double.cluster.deployments())],
  [
    new RegExp(`^POST ${APPS}/deployments$`),
    ({ double, text }) => {
      const made = double.cluster.create(JSON.parse(text));
      return made === undefined
        ? refusal(409, "AlreadyExists", `deployments.apps "${JSON.parse(text).metadata.name}" already exists`)
        : { status: 201, body: made };
    },
  ],
  [
    new RegExp(`^DELETE ${APPS}/deployments/([^/]+)$`),
    ({ double, found: [, name = ""] }) =>
      double.cluster.remove(name) ? ok({ kind: "Status", status: "Success" }) : noDeployment(name),
  ],
  [
    new RegExp(`^PATCH ${APPS}/deployments/([^/]+)$`),
    ({ double, found: [, name = ""], text }) => {
      const operations = JSON.parse(text) as PatchOperation[];
      const changed = double.cluster.patch(operations, undefined, name);
      if (changed === undefined)
        return refusal(422, "Invalid", "the server rejected our request due to an error in our request");
      if (name === double.cluster.deployment.metadata.name) double.patches.push(operations);
      return ok(changed);
    },
  ],
  [new RegExp(`^GET ${APPS}/replicasets$`), ({ double }) => list(double.cluster.sets)],
  [new RegExp(`^GET ${CORE}/pods$`), ({ double }) => list(double.cluster.pods())],
  [
    new RegExp(`^GET ${CORE}/events$`),
    ({ double, query }) => list(double.cluster.eventsOf(query.get("fieldSelector")?.split("=")[1] ?? "")),
  ],
  [
    new RegExp(`^GET ${CORE}/pods/([^/]+)/log$`),
    ({ double, found }) => {
      const pod = double.cluster.pods().find(({ metadata }) => metadata.name === found[1]);
      return ok(pod === undefined ? "" : (double.cluster.behaviourOf(pod).log ?? ""));
    },
  ],
  [
    /^POST \/apis\/authorization\.k8s\.io\/v1\/selfsubjectaccessreviews$/,
    ({ options, text }) => {
      const { verb, resource, subresource } = JSON.parse(text).spec.resourceAttributes;
      const asked = `${verb} ${resource}${subresource ? `/${subresource}` : ""}`;
      return {
        status: 201,
        body: { kind: "SelfSubjectAccessReview", status: { allowed: !options.denied?.includes(asked) } },
      };
    },
  ],
  [
    new RegExp(`^\\w+ ${CORE}/(pods|services)/([^/]+)/proxy(/.*)$`),
    ({ double, options, found }) => {
      const [, kind, name = "", path] = found;
      const pods = double.cluster.pods();
      const pod = kind === "pods" ? pods.find(({ metadata }) => metadata.name === name.split(":")[0]) : pods.at(-1);
      if (pod === undefined || (kind === "services" && !name.startsWith("model"))) {
        return refusal(404, "NotFound", `${kind} "${name}" not found`);
      }
      if (path === "/health") return { status: options.healthStatus ?? 200, body: { status: "ok" } };
      if (path !== "/predict") return { status: 404, body: "no such path" };
      const { answer, fails, otherwise, milliseconds } = double.cluster.behaviourOf(pod);
      if (happens(fails)) return { status: 500, body: "out of memory", milliseconds };
      const usual = answer ?? options.answer ?? { predictions: ["yes"] };
      return { ...ok(happens(otherwise) ? { predictions: ["no"] } : usual), milliseconds };
    },
  ],
];
