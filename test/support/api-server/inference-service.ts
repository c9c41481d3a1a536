import { change } from "./changed.ts";
import { DeploymentDouble, LAG } from "./deployment.ts";
import { applyPatch, type PatchOperation } from "./json-patch.ts";
import {
  type InferenceService,
  type KnativeRevision,
  type Pod,
  type ReplicaSet,
  same,
  type Template,
  timeText,
} from "./objects.ts";
import { type Behaviours, ReplicaSets } from "./replica-sets.ts";

const NAME = "model-predictor";
const condition = (type: string, is: boolean | undefined, reason = "") => ({
  ...{ type, status: is === undefined ? ("Unknown" as const) : is ? ("True" as const) : ("False" as const), reason },
  ...{ message: "", lastTransitionTime: timeText(Date.now()) },
});

export interface GivenService {
  readonly mode: "Standard" | "Knative";
  readonly image: string;
  readonly replicas: number;
  /** Whether neither its status nor an annotation says how it is served. */
  readonly isSilent?: boolean;
  readonly canaryTrafficPercent?: number;
}

/** What serves it. */
interface Serving {
  work(template: Template, replicas: number, percent: number | undefined, born: number): void;
  /** Whether what was wanted last serves. */
  isReady(): boolean;
  readonly sets: ReplicaSet[];
  pods(): Pod[];
}

class StandardDouble implements Serving {
  readonly #behaviours: Behaviours;
  /** Undefined before it is seen first. */
  inner: DeploymentDouble | undefined;

  constructor(behaviours: Behaviours) {
    this.#behaviours = behaviours;
  }

  work(template: Template, replicas: number, _percent: number | undefined, born: number): void {
    const metadata = { name: NAME, annotations: {} };
    this.inner ??= new DeploymentDouble(
      { metadata, spec: { replicas, selector: { matchLabels: { app: `isvc.${NAME}` } }, template } },
      ...[this.#behaviours, born],
    );
    if (!same(this.inner.deployment.spec.template, template)) {
      this.inner.patch([{ op: "replace", path: "/spec/template", value: template }], "kserve");
    }
    this.inner.work(born);
  }

  isReady(): boolean {
    const { replicas, updatedReplicas, availableReplicas } = this.inner?.deployment.status ?? {};
    return updatedReplicas === replicas && availableReplicas === replicas && replicas !== 0;
  }

  get sets(): ReplicaSet[] {
    return this.inner?.sets ?? [];
  }

  pods = (): Pod[] => this.inner?.pods() ?? [];
}

class KnativeDouble implements Serving {
  readonly #sets: ReplicaSets;
  readonly revisions: { readonly revision: KnativeRevision; readonly set: ReplicaSet; readonly template: Template }[] =
    [];
  status: InferenceService["status"]["components"]["predictor"] = {};

  constructor(behaviours: Behaviours) {
    const metadata = { name: NAME, uid: "k-model", creationTimestamp: timeText(Date.now()) };
    this.#sets = new ReplicaSets(
      { kind: "PodAutoscaler", metadata, label: "pod-template-hash", revision: "r" },
      behaviours,
    );
  }

  work(template: Template, replicas: number, percent: number | undefined, born: number): void {
    if (!same(this.revisions.at(-1)?.template, template)) this.#make(template, born);
    const newest = this.revisions.at(-1);
    if (newest === undefined) return;
    this.#sets.scale(newest.set, Math.max(1, replicas), born);
    const { all, ready } = this.#sets.counts(newest.set);
    const { name } = newest.revision.metadata;
    newest.revision.status = { conditions: [condition("Ready", ready === all ? true : undefined)] };
    const rolledOut = this.status?.latestRolledoutRevision;
    const isReady = ready === all;
    const share = rolledOut === undefined || percent === undefined ? 100 : percent;
    this.status = {
      ...{ latestCreatedRevision: name, latestReadyRevision: isReady ? name : this.status?.latestReadyRevision },
      latestRolledoutRevision: isReady && share === 100 ? name : rolledOut,
      traffic: isReady
        ? [
            { revisionName: name, percent: share, latestRevision: true },
            ...(share < 100 ? [{ revisionName: rolledOut ?? "", percent: 100 - share, tag: "prev" }] : []),
          ]
        : this.status?.traffic,
    };
    if (isReady && share === 100) this.#sets.clear(newest.set, "all");
  }

  #make(template: Template, born: number): void {
    const name = `${NAME}-${String(this.revisions.length + 1).padStart(5, "0")}`;
    const labels = { "serving.knative.dev/service": NAME, "serving.knative.dev/revision": name };
    const own = { ...template, metadata: { ...template.metadata, labels: { ...template.metadata.labels, ...labels } } };
    const revision: KnativeRevision = {
      ...{ apiVersion: "serving.knative.dev/v1", kind: "Revision" },
      metadata: { name, uid: `v-${name}`, creationTimestamp: timeText(born), labels },
      spec: { containers: template.spec.containers },
      status: { conditions: [condition("Ready", undefined)] },
    };
    this.revisions.push({ revision, template, set: this.#sets.current(own, 1, born) });
  }

  isReady = (): boolean => this.status?.latestReadyRevision === this.status?.latestCreatedRevision;

  get sets(): ReplicaSet[] {
    return [];
  }

  pods = (): Pod[] => this.#sets.pods();
}

/** The InferenceService `model`, and the controllers of KServe and Knative as far as they serve a container. */
export class ServiceDouble {
  readonly service: InferenceService;
  readonly serving: StandardDouble | KnativeDouble;
  readonly #isSilent: boolean;
  #changedAt = 0;

  constructor(given: GivenService, behaviours: Behaviours, born: number) {
    const { mode, image, replicas, canaryTrafficPercent, isSilent = false } = given;
    this.#isSilent = isSilent;
    this.serving = mode === "Standard" ? new StandardDouble(behaviours) : new KnativeDouble(behaviours);
    const share = canaryTrafficPercent === undefined ? {} : { canaryTrafficPercent };
    this.service = {
      ...{ apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService" },
      metadata: {
        ...{ name: "model", namespace: "default", uid: "i-model", generation: 1, creationTimestamp: timeText(born) },
        ...{ annotations: {}, managedFields: [] },
      },
      spec: { predictor: { minReplicas: replicas, ...share, containers: [{ name: "kserve-container", image }] } },
      status: {
        ...(isSilent ? {} : { deploymentMode: mode }),
        ...{ conditions: [], components: {}, modelStatus: { transitionStatus: "InProgress" } },
      },
    };
  }

  /** What pods are made from: annotations of the service go into them, so that each change of one makes other pods. */
  #template(): Template {
    const { metadata, spec } = this.service;
    const labels = { app: `isvc.${NAME}`, "serving.kserve.io/inferenceservice": "model", component: "predictor" };
    return {
      metadata: { labels, annotations: { ...metadata.annotations } },
      spec: { containers: spec.predictor.containers ?? [] },
    };
  }

  work(born = Date.now()): void {
    if (Date.now() - this.#changedAt < LAG) return;
    const { spec, status } = this.service;
    const { predictor } = spec;
    this.serving.work(this.#template(), predictor.minReplicas ?? 1, predictor.canaryTrafficPercent, born);
    const isReady = this.serving.isReady();
    const ready = this.serving
      .pods()
      .filter(({ status: { conditions } }) => conditions.some((one) => one.type === "Ready" && one.status === "True"));
    status.conditions = [condition("PredictorReady", isReady || undefined), condition("Ready", isReady || undefined)];
    status.modelStatus = {
      transitionStatus: isReady ? "UpToDate" : "InProgress",
      copies: { totalCopies: ready.length, failedCopies: 0 },
    };
    if (this.serving instanceof KnativeDouble) status.components = { predictor: this.serving.status ?? {} };
    // Its own generation is nowhere: it is that of what it made.
    else status.observedGeneration = this.serving.inner?.deployment.status.observedGeneration ?? 0;
    if (this.#isSilent) delete status.deploymentMode;
  }

  revisions = (): KnativeRevision[] =>
    this.serving instanceof KnativeDouble ? this.serving.revisions.map(({ revision }) => revision) : [];

  get deployment(): DeploymentDouble | undefined {
    return this.serving instanceof StandardDouble ? this.serving.inner : undefined;
  }

  /** Changes it as the API server does, or says what would come of it; undefined where a test of the patch does not hold. */
  patch(operations: readonly PatchOperation[], manager: string, isDryRun: boolean): InferenceService | undefined {
    if (isDryRun) return applyPatch(this.service, operations);
    const isChanged = change(this.service, operations, manager);
    if (isChanged === undefined) return undefined;
    this.#changedAt = Date.now();
    return structuredClone(this.service);
  }

  image = (): string => this.service.spec.predictor.containers?.[0]?.image ?? "";
}
