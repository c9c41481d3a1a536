import type { Cluster } from "./cluster.ts";
import type { JobsDouble } from "./jobs.ts";
import type { PatchOperation } from "./json-patch.ts";
import type { Metadata } from "./objects.ts";
import type { ServerOptions } from "./options.ts";

/* What is answered to each request. */

export interface Asked {
  readonly double: {
    readonly cluster: Cluster;
    readonly jobs: JobsDouble;
    /** Changes of what is deployed to that were taken. */
    readonly patches: (readonly PatchOperation[])[];
  };
  readonly options: ServerOptions;
  readonly found: RegExpExecArray;
  readonly text: string;
  readonly query: URLSearchParams;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** How long it takes. */
  readonly milliseconds?: number | undefined;
}

const happens = (share = 0): boolean => Math.random() < share;

const ok = (body: unknown): Answer => ({ status: 200, body });

export const refusal = (code: number, reason: string, message: string): Answer => ({
  status: code,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message },
});

const noDeployment = (name: string): Answer => refusal(404, "NotFound", `deployments.apps "${name}" not found`);

const list = (items: readonly { readonly metadata: Metadata }[], query: URLSearchParams): Answer => {
  const selected = items.filter(({ metadata }) => matches(metadata.labels ?? {}, query.get("labelSelector") ?? ""));
  return ok({ kind: "List", apiVersion: "v1", items: selected });
};

/** Whether labels are those of a selector, of which each is a key, or a key and its value. */
const matches = (labels: Readonly<Record<string, string>>, selector: string): boolean =>
  selector
    .split(",")
    .filter((one) => one !== "")
    .every((one) => {
      const [key = "", value] = one.split("=");
      return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
    });

/** What a change gives that was taken. */
const changed = (found: unknown): Answer =>
  found === undefined
    ? refusal(422, "Invalid", "the server rejected our request due to an error in our request")
    : ok(found);

/** What a server has of a group, where it has anything. */
const resources = (...names: readonly string[]): Answer =>
  ok({ kind: "APIResourceList", resources: names.map((name) => ({ name })) });

const APPS = "/apis/apps/v1/namespaces/default";
const CORE = "/api/v1/namespaces/default";

type Route = readonly [RegExp, (asked: Asked) => Answer];

const ROLLOUTS = "/apis/argoproj.io/v1alpha1/namespaces/default/rollouts";
const noRollout = (name: string): Answer => refusal(404, "NotFound", `rollouts.argoproj.io "${name}" not found`);

const ROLLOUT_ROUTES: readonly Route[] = [
  [
    /^GET \/apis\/argoproj\.io\/v1alpha1$/,
    // Argo CD has the group as well.
    ({ double }) =>
      double.cluster.rollout === undefined ? resources("applications") : resources("rollouts", "rollouts/status"),
  ],
  [
    new RegExp(`^GET ${ROLLOUTS}$`),
    ({ double, query }) => list(double.cluster.rollout === undefined ? [] : [double.cluster.rollout.rollout], query),
  ],
  [
    new RegExp(`^GET ${ROLLOUTS}/([^/]+)$`),
    ({ double: { cluster }, found: [, name = ""] }) =>
      cluster.rollout === undefined || name !== "model" ? noRollout(name) : ok(cluster.rollout.rollout),
  ],
  [
    new RegExp(`^PATCH ${ROLLOUTS}/model(/status)?$`),
    ({ double: { cluster, patches }, found: [, part], text }) => {
      const operations = JSON.parse(text) as PatchOperation[];
      const found = cluster.rollout?.patch(operations, "python", part === undefined ? undefined : "status");
      if (found !== undefined) patches.push(operations);
      return changed(found);
    },
  ],
];

const SERVICES = "/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices";

const SERVICE_ROUTES: readonly Route[] = [
  [
    /^GET \/apis\/serving\.kserve\.io\/v1beta1$/,
    ({ double }) =>
      double.cluster.service === undefined
        ? refusal(404, "NotFound", "the server could not find the requested resource")
        : resources("inferenceservices"),
  ],
  [
    new RegExp(`^GET ${SERVICES}/model$`),
    ({ double: { cluster } }) =>
      cluster.service === undefined
        ? refusal(404, "NotFound", 'inferenceservices.serving.kserve.io "model" not found')
        : ok(cluster.service.service),
  ],
  [
    new RegExp(`^PATCH ${SERVICES}/model$`),
    ({ double: { cluster, patches }, text, query }) => {
      const operations = JSON.parse(text) as PatchOperation[];
      const isDryRun = query.get("dryRun") === "All";
      const found = cluster.service?.patch(operations, "python", isDryRun);
      if (found !== undefined && !isDryRun) patches.push(operations);
      return changed(found);
    },
  ],
  [
    /^GET \/apis\/serving\.knative\.dev\/v1\/namespaces\/default\/revisions$/,
    ({ double, query }) => list(double.cluster.service?.revisions() ?? [], query),
  ],
];

const HISTORY_ROUTES: readonly Route[] = [
  [
    new RegExp(`^GET ${APPS}/controllerrevisions$`),
    ({ double, query }) => list([...double.cluster.history.values()], query),
  ],
  [
    new RegExp(`^POST ${APPS}/controllerrevisions$`),
    ({ double, text }) => {
      const made = double.cluster.keep(JSON.parse(text));
      return made === undefined
        ? refusal(409, "AlreadyExists", "controllerrevisions.apps already exists")
        : { status: 201, body: made };
    },
  ],
  [
    new RegExp(`^PUT ${APPS}/controllerrevisions/([^/]+)$`),
    ({ double, found: [, name = ""], text }) => changed(double.cluster.keepInstead(name, JSON.parse(text))),
  ],
  [
    new RegExp(`^DELETE ${APPS}/controllerrevisions/([^/]+)$`),
    ({ double, found: [, name = ""] }) =>
      double.cluster.history.delete(name) ? ok({ kind: "Status" }) : refusal(404, "NotFound", `"${name}" not found`),
  ],
];

const JOBS = "/apis/batch/v1/namespaces/default/jobs";
const noJob = (name: string): Answer => refusal(404, "NotFound", `jobs.batch "${name}" not found`);
const there = (resource: string, name: string): Answer =>
  refusal(409, "AlreadyExists", `${resource} "${name}" already exists`);

const JOB_ROUTES: readonly Route[] = [
  [
    new RegExp(`^POST ${JOBS}$`),
    ({ double, text }) => {
      const made = double.jobs.create(JSON.parse(text));
      return made === undefined
        ? there("jobs.batch", JSON.parse(text).metadata.name)
        : { status: 201, body: structuredClone(made) };
    },
  ],
  [
    new RegExp(`^GET ${JOBS}/([^/]+)$`),
    ({ double, found: [, name = ""] }) => {
      const job = double.jobs.get(name);
      return job === undefined ? noJob(name) : ok(job);
    },
  ],
  [
    new RegExp(`^PATCH ${JOBS}/([^/]+)$`),
    ({ double, found: [, name = ""], text }) =>
      double.jobs.get(name) === undefined ? noJob(name) : changed(double.jobs.patch(name, JSON.parse(text))),
  ],
  [
    new RegExp(`^DELETE ${JOBS}/([^/]+)$`),
    ({ double, found: [, name = ""] }) =>
      double.jobs.remove(name) ? ok({ kind: "Status", status: "Success" }) : noJob(name),
  ],
  [
    new RegExp(`^POST ${CORE}/(secrets|services)$`),
    ({ double, found: [, kind = ""], text }) => {
      const given = JSON.parse(text);
      const kept = double.jobs.keep(kind === "secrets" ? "secrets" : "services", given);
      return kept ? { status: 201, body: given } : there(kind, given.metadata.name);
    },
  ],
];

export const ROUTES: readonly Route[] = [
  [
    new RegExp(`^GET ${APPS}/deployments/([^/]+)$`),
    ({ double, found: [, name = ""] }) => {
      const deployment = double.cluster.named(name);
      return deployment === undefined ? noDeployment(name) : ok(deployment);
    },
  ],
  [new RegExp(`^GET ${APPS}/deployments$`), ({ double, query }) => list(double.cluster.deployments(), query)],
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
      const found = double.cluster.patch(operations, undefined, name);
      if (found !== undefined && name === "model") double.patches.push(operations);
      return changed(found);
    },
  ],
  [new RegExp(`^GET ${APPS}/replicasets$`), ({ double, query }) => list(double.cluster.sets, query)],
  [
    new RegExp(`^GET ${CORE}/pods$`),
    ({ double, query }) => list([...double.cluster.pods(), ...double.jobs.pods()], query),
  ],
  [
    new RegExp(`^GET ${CORE}/events$`),
    ({ double, query }) => {
      const name = query.get("fieldSelector")?.split("=")[1] ?? "";
      return ok({ kind: "List", items: [...double.cluster.eventsOf(name), ...double.jobs.eventsOf(name)] });
    },
  ],
  [
    new RegExp(`^GET ${CORE}/pods/([^/]+)/log$`),
    ({ double, found, query }) => {
      const lines = double.jobs.logOf(found[1] ?? "", query.get("sinceTime"));
      if (lines !== undefined) return ok(lines);
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
      const { answer, answerOf, fails, otherwise, milliseconds } = double.cluster.behaviourOf(pod);
      if (happens(fails)) return { status: 500, body: "out of memory", milliseconds };
      const usual = answerOf?.(pod) ?? answer ?? options.answer ?? { predictions: ["yes"] };
      return { ...ok(happens(otherwise) ? { predictions: ["no"] } : usual), milliseconds };
    },
  ],
  ...ROLLOUT_ROUTES,
  ...SERVICE_ROUTES,
  ...HISTORY_ROUTES,
  ...JOB_ROUTES,
];
