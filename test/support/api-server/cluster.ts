import { BEHAVIOURS, type Behaviour, type BehaviourName } from "./behaviours.ts";
import { applyPatch, type PatchOperation } from "./json-patch.ts";
import { type Deployment, type Event, type Pod, type ReplicaSet, same, type Template, timeText } from "./objects.ts";

/* One namespace with a Deployment, and those that are made beside it. Their controllers work whenever somebody looks. */

const HASH = "pod-template-hash";
/** In milliseconds. */
const LAG = 100;
const REVISION = "deployment.kubernetes.io/revision";

export interface ClusterOptions {
  /** The image that serves when the test begins. */
  readonly image: string;
  /** What pods of an image do, by a part of its name; those of others are good. */
  readonly behaviours?: Readonly<Record<string, BehaviourName>>;
  readonly replicas?: number;
  /** Whether a revision has served already. */
  readonly served?: boolean;
}

/** What is given of a Deployment that is made. */
interface Given {
  readonly metadata: Pick<Deployment["metadata"], "name" | "labels" | "annotations">;
  readonly spec: Deployment["spec"];
}

/** One Deployment with its ReplicaSets and pods, and the controller that makes them. */
class Workload {
  readonly deployment: Deployment;
  readonly sets: ReplicaSet[] = [];
  #pods: { readonly pod: Pod; readonly born: number }[] = [];
  readonly #behaviours: Readonly<Record<string, BehaviourName>>;
  #count = 0;
  #changedAt = 0;

  constructor(given: Given, behaviours: Readonly<Record<string, BehaviourName>>, born: number) {
    this.#behaviours = behaviours;
    const { metadata, spec } = given;
    this.deployment = {
      ...{ apiVersion: "apps/v1", kind: "Deployment" },
      metadata: {
        ...{ namespace: "default", uid: `d-${metadata.name}`, generation: 1, creationTimestamp: timeText(born) },
        ...metadata,
        managedFields: [{ manager: "kubectl-client-side-apply", operation: "Update", time: timeText(born) }],
      },
      spec,
      status: {
        ...{ observedGeneration: 0, replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 },
        // What a rollout of yesterday left: it is not about today's.
        conditions: [
          {
            ...{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
            ...{ message: 'ReplicaSet "model-0" has timed out progressing.', lastUpdateTime: timeText(born) },
          },
        ],
      },
    };
  }

  /** What the controller does: ReplicaSets for templates, pods for ReplicaSets, and the status. */
  work(born = Date.now()): void {
    // A controller sees a change a moment later: until then the status is that of before.
    if (Date.now() - this.#changedAt < LAG) return;
    const { metadata, spec, status } = this.deployment;
    if (!spec.paused) this.#rollOut(born);
    status.observedGeneration = metadata.generation ?? 0;
    const current = this.#currentSet();
    const own = current === undefined ? [] : this.#podsOf(current);
    if (own.length >= spec.replicas && own.every(({ pod, born }) => this.#isReady(pod, born))) this.#pods = own;
    for (const one of this.sets) {
      const pods = this.#podsOf(one);
      one.status = {
        replicas: pods.length,
        availableReplicas: pods.filter(({ pod, born }) => this.#isReady(pod, born)).length,
      };
    }
    const ready = this.#pods.filter(({ pod, born }) => this.#isReady(pod, born)).length;
    Object.assign(status, {
      ...{ replicas: this.#pods.length, updatedReplicas: own.length },
      ...{ readyReplicas: ready, availableReplicas: ready },
    });
  }

  #rollOut(born: number): void {
    const { metadata, spec, status } = this.deployment;
    const bare = (template: Template): Template => {
      const { [HASH]: _, ...labels } = template.metadata.labels;
      return { ...template, metadata: { ...template.metadata, labels } };
    };
    let current = this.sets.find((one) => same(bare(one.spec.template), spec.template));
    if (current === undefined) {
      const hash = (++this.#count).toString(36).padStart(6, "c");
      const template = structuredClone(spec.template);
      template.metadata.labels = { ...template.metadata.labels, [HASH]: hash };
      current = {
        ...{ apiVersion: "apps/v1", kind: "ReplicaSet" },
        metadata: {
          ...{
            name: `${metadata.name}-${hash}`,
            uid: `s-${metadata.name}-${hash}`,
            creationTimestamp: timeText(born),
            annotations: {},
          },
          labels: template.metadata.labels,
          ownerReferences: [{ kind: "Deployment", name: metadata.name, uid: metadata.uid, controller: true }],
        },
        spec: { replicas: spec.replicas, template },
        status: { replicas: 0, availableReplicas: 0 },
      };
      this.sets.push(current);
    }
    const revisionOf = (set: ReplicaSet): number => Number(set.metadata.annotations?.[REVISION] ?? 0);
    const newest = Math.max(...this.sets.map(revisionOf));
    const revision = revisionOf(current) === newest && newest > 0 ? newest : newest + 1;
    metadata.annotations = { ...metadata.annotations, [REVISION]: String(revision) };
    current.metadata.annotations = { ...metadata.annotations };
    const own = this.#podsOf(current);
    const replaced = this.#pods.filter(
      ({ pod, born }) => !own.some((one) => one.pod === pod) && !this.#isReady(pod, born),
    );
    // Pods of another revision that never served make room first, as the controller has it.
    this.#pods = this.#pods.filter((one) => !replaced.includes(one));
    for (let index = own.length; index < spec.replicas; index++)
      this.#pods.push({ pod: this.#makePod(current, born), born });
    if (own.length >= spec.replicas || this.#changedAt === 0) return;
    const progress = { type: "Progressing", status: "True" as const, reason: "ReplicaSetUpdated", message: "" };
    status.conditions = [{ ...progress, lastUpdateTime: timeText(born) }];
  }

  #makePod(set: ReplicaSet, born: number): Pod {
    const name = `${set.metadata.name}-${(++this.#count).toString(36).padStart(5, "x")}`;
    return {
      ...{ apiVersion: "v1", kind: "Pod" },
      metadata: {
        ...{ name, uid: `p-${name}`, creationTimestamp: timeText(born), labels: set.spec.template.metadata.labels },
        ownerReferences: [{ kind: "ReplicaSet", name: set.metadata.name, uid: set.metadata.uid, controller: true }],
      },
      spec: set.spec.template.spec,
      status: { phase: "Pending", conditions: [], containerStatuses: [] },
    };
  }

  #currentSet = (): ReplicaSet | undefined =>
    this.sets.find(
      ({ metadata }) => metadata.annotations?.[REVISION] === this.deployment.metadata.annotations?.[REVISION],
    );

  #podsOf = (set: ReplicaSet) =>
    this.#pods.filter(({ pod }) => pod.metadata.ownerReferences?.[0]?.uid === set.metadata.uid);

  behaviourOf(pod: Pod): Behaviour {
    const image = pod.spec.containers[0]?.image ?? "";
    const name = Object.entries(this.#behaviours).find(([part]) => image.includes(part))?.[1] ?? "good";
    return BEHAVIOURS[name];
  }

  #isReady = (pod: Pod, born: number): boolean => this.behaviourOf(pod).ready(Date.now() - born);

  pods(): Pod[] {
    return this.#pods.map(({ pod, born }) => ({
      ...pod,
      status: this.behaviourOf(pod).status(pod, Date.now() - born),
    }));
  }

  /** Changes the Deployment as the API server does; undefined where a test of the patch does not hold. */
  patch(operations: readonly PatchOperation[], manager: string): Deployment | undefined {
    const before = structuredClone(this.deployment.spec);
    const changed = applyPatch(this.deployment, operations);
    if (changed === undefined) return undefined;
    Object.assign(this.deployment, changed);
    const { metadata, spec } = this.deployment;
    if (!same(before, spec)) {
      this.#changedAt = Date.now();
      metadata.generation = (metadata.generation ?? 0) + 1;
      metadata.managedFields = [
        ...(metadata.managedFields ?? []),
        { manager, operation: "Update", time: timeText(Date.now()) },
      ];
    }
    return structuredClone(this.deployment);
  }
}

const HOUR = 3_600_000;

export class Cluster {
  readonly #behaviours: Readonly<Record<string, BehaviourName>>;
  readonly #model: Workload;
  readonly #workloads = new Map<string, Workload>();

  constructor({ image, behaviours = {}, replicas = 2, served = true }: ClusterOptions) {
    this.#behaviours = behaviours;
    const labels = { app: "model" };
    const spec = {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "serve", image }] } },
    };
    const born = Date.now() - HOUR;
    this.#model = new Workload({ metadata: { name: "model", annotations: {} }, spec }, behaviours, born);
    this.#workloads.set("model", this.#model);
    this.#model.work(served ? born : Date.now());
  }

  /** The one that there is from the beginning. */
  get deployment(): Deployment {
    return this.#model.deployment;
  }

  work(): void {
    for (const one of this.#workloads.values()) one.work();
  }

  deployments(): Deployment[] {
    return [...this.#workloads.values()].map(({ deployment }) => deployment);
  }

  named(name: string): Deployment | undefined {
    return this.#workloads.get(name)?.deployment;
  }

  /** Makes a Deployment; undefined where there is one of that name. */
  create(given: Given): Deployment | undefined {
    const { name } = given.metadata;
    if (this.#workloads.has(name)) return undefined;
    const made = new Workload(given, this.#behaviours, Date.now());
    this.#workloads.set(name, made);
    return made.deployment;
  }

  remove(name: string): boolean {
    return this.#workloads.delete(name);
  }

  get sets(): ReplicaSet[] {
    return [...this.#workloads.values()].flatMap(({ sets }) => sets);
  }

  pods(): Pod[] {
    return [...this.#workloads.values()].flatMap((one) => one.pods());
  }

  behaviourOf = (pod: Pod): Behaviour => this.#model.behaviourOf(pod);

  eventsOf(name: string): readonly Event[] {
    const pod = this.pods().find(({ metadata }) => metadata.name === name);
    return pod === undefined ? [] : (this.behaviourOf(pod).events?.(pod) ?? []);
  }

  /** Changes a Deployment as the API server does; undefined where a test of the patch does not hold, or there is none. */
  patch(operations: readonly PatchOperation[], manager = "python", name = "model"): Deployment | undefined {
    return this.#workloads.get(name)?.patch(operations, manager);
  }

  /** As `kubectl set image` of somebody else. */
  setImage(image: string): void {
    this.patch([{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image }], "kubectl-set");
  }

  image(): string {
    return this.deployment.spec.template.spec.containers[0]?.image ?? "";
  }
}
