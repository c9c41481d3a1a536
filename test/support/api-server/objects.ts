/* Objects as the API of Kubernetes has them, as far as the double has any use of them. */

export interface Metadata {
  name: string;
  namespace?: string;
  uid: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: readonly { kind: string; name: string; uid: string; controller: boolean }[];
  managedFields?: { manager: string; operation: string; time: string; subresource?: string }[];
}

export interface Template {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: { containers: { name: string; image: string; [key: string]: unknown }[]; [key: string]: unknown };
}

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  lastUpdateTime?: string;
  lastTransitionTime?: string;
}

/** What a Deployment and a Rollout say of their pods. */
interface PodsSpec {
  replicas: number;
  paused?: boolean;
  selector: { matchLabels: Record<string, string> };
  template: Template;
}

export interface Deployment {
  apiVersion: "apps/v1";
  kind: "Deployment";
  metadata: Metadata;
  spec: PodsSpec;
  status: {
    observedGeneration: number;
    replicas: number;
    updatedReplicas: number;
    readyReplicas: number;
    availableReplicas: number;
    conditions: Condition[];
  };
}

/** A Rollout of Argo. */
export interface Rollout {
  apiVersion: "argoproj.io/v1alpha1";
  kind: "Rollout";
  metadata: Metadata;
  spec: PodsSpec & { strategy: { canary: { steps: CanaryStep[] } }; workloadRef?: object };
  status: {
    observedGeneration?: string;
    phase?: "Healthy" | "Progressing" | "Paused" | "Degraded";
    message?: string;
    currentPodHash?: string;
    stableRS?: string;
    currentStepIndex?: number;
    controllerPause?: boolean;
    pauseConditions?: { reason: string; startTime: string }[];
    abort?: boolean;
    promoteFull?: boolean;
    replicas: number;
    updatedReplicas: number;
    readyReplicas: number;
    availableReplicas: number;
    conditions: Condition[];
  };
}

export interface CanaryStep {
  setWeight?: number;
  pause?: { duration?: string | number };
}

/** What KServe says of a container, as far as a predictor of one's own has it. */
interface Predictor {
  minReplicas?: number;
  canaryTrafficPercent?: number;
  containers?: Template["spec"]["containers"];
  model?: object;
}

/** An InferenceService of KServe. */
export interface InferenceService {
  apiVersion: "serving.kserve.io/v1beta1";
  kind: "InferenceService";
  metadata: Metadata;
  spec: { predictor: Predictor };
  status: {
    deploymentMode?: string;
    observedGeneration?: number;
    conditions: Condition[];
    components: {
      predictor?: {
        latestCreatedRevision?: string;
        latestReadyRevision?: string;
        latestRolledoutRevision?: string;
        traffic?: { revisionName: string; percent: number; latestRevision?: boolean; tag?: string }[];
      };
    };
    modelStatus: { transitionStatus: string; copies?: { totalCopies: number; failedCopies: number } };
  };
}

/** A Revision of Knative. */
export interface KnativeRevision {
  apiVersion: "serving.knative.dev/v1";
  kind: "Revision";
  metadata: Metadata;
  spec: { containers: Template["spec"]["containers"] };
  status: { conditions: Condition[] };
}

/** What keeps a state of something for later. */
export interface ControllerRevision {
  apiVersion: "apps/v1";
  kind: "ControllerRevision";
  metadata: Metadata;
  data: object;
  revision: number;
}

export interface ReplicaSet {
  apiVersion: "apps/v1";
  kind: "ReplicaSet";
  metadata: Metadata;
  spec: { replicas: number; template: Template };
  status: { replicas: number; availableReplicas: number };
}

export interface Pod {
  apiVersion: "v1";
  kind: "Pod";
  metadata: Metadata;
  spec: Template["spec"];
  status: {
    phase: string;
    reason?: string;
    conditions: Condition[];
    containerStatuses: object[];
    initContainerStatuses?: object[];
  };
}

export interface Event {
  kind: "Event";
  reason: string;
  message: string;
  type: "Normal" | "Warning";
  lastTimestamp: string;
  involvedObject: { kind: "Pod"; name: string };
}

export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");

/** Equal objects, whatever the order of their keys. */
export const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
