import { posix } from "node:path";
import type { KubernetesTraining } from "./settings.ts";

/*
 * The Job of a training. Its pod has three containers, one after the other: the first reads source and data from the model store, the
 * second trains, the third writes the model to the store. So the project's code never has the credentials of the store.
 */

/** A folder of the training, where its command finds it. */
export interface MountedPart {
  readonly path: string;
  /** The part of what is sent to the store. */
  readonly part: string;
}

export interface JobParts {
  readonly settings: KubernetesTraining;
  /** The key of the training: the same key is the same Job. */
  readonly key: string;
  /** By digest. */
  readonly image: string;
  readonly mounts: readonly MountedPart[];
  /** The program of the pod, its folder of work, and where the model and the results of the command are written. */
  readonly program: string;
  readonly model: string;
  readonly results: string;
  /** The folder of the command. */
  readonly folder: string;
  /** The specification of `train_pod.py`. */
  readonly specification: string;
  /** The folder of the credentials of the store; undefined for a store that asks for none. */
  readonly credentials: string | undefined;
  /** How long the training may take, where the settings say nothing, in seconds. */
  readonly seconds: number;
}

/** The folder that the containers of a pod share. */
export const WORK = "/work";

/** Where a container leaves its last message, which the API has afterwards. */
export const MESSAGE = "/dev/termination-log";

/** The part of a mount, as a folder of what the containers share. */
const folderOf = (part: string): string => `inputs/${part}`;

/** The name that a training has in a cluster: a second call with the same key finds it. */
export const jobName = (key: string): string => `ml-pipeline-train-${key.replace(/^sha256:/, "").slice(0, 20)}`;

/** Exit codes of what something else has ended, by SIGKILL or SIGTERM. */
const ENDED_BY_OTHERS = [137, 143];

/** The name of the annotation with the version of the store that is fetched. */
const INPUTS = "ml-pipeline/inputs";

/** The annotation of a pod with its place among the workers of its Job. */
const INDEX = "batch.kubernetes.io/job-completion-index";

/** Where the first worker waits for the others: what PyTorch takes, and others have taken over. */
const MASTER_PORT = 29_500;

/** The Service by which workers find the first of them; undefined where one trains alone. */
export function jobService({
  settings: { workers },
  key,
}: Pick<JobParts, "settings" | "key">): Readonly<Record<string, unknown>> | undefined {
  if (workers === 1) return undefined;
  const name = jobName(key);
  return {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name, labels: labelsOf(key) } },
    spec: {
      clusterIP: "None",
      // They look for each other before they are ready.
      publishNotReadyAddresses: true,
      selector: { "batch.kubernetes.io/job-name": name },
      ports: [{ name: "master", port: MASTER_PORT }],
    },
  };
}

const labelsOf = (key: string): Readonly<Record<string, string>> => ({
  ...{ "app.kubernetes.io/managed-by": "ml-pipeline", "ml-pipeline/training": jobName(key).slice(-20) },
});

export function jobManifest(parts: JobParts): Readonly<Record<string, unknown>> {
  const { settings, key } = parts;
  const labels = labelsOf(key);
  const { queue, workers } = settings;
  return {
    ...{ apiVersion: "batch/v1", kind: "Job" },
    metadata: {
      name: jobName(key),
      labels: { ...labels, ...(queue === undefined ? {} : { "kueue.x-k8s.io/queue-name": queue }) },
    },
    spec: {
      ...{ completions: workers, parallelism: workers, backoffLimit: settings.retries },
      ...(workers === 1 ? {} : { completionMode: "Indexed" }),
      // Kueue lets it begin.
      ...(queue === undefined ? {} : { suspend: true }),
      activeDeadlineSeconds: Math.ceil(settings.timeout ?? parts.seconds),
      ttlSecondsAfterFinished: settings["keep-seconds"],
      // Two pods of one training would write to one place.
      podReplacementPolicy: "Failed",
      podFailurePolicy: {
        rules: [
          { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
          { action: "FailJob", onExitCodes: { operator: "NotIn", values: ENDED_BY_OTHERS } },
        ],
      },
      template: {
        metadata: { labels, annotations: { "kubectl.kubernetes.io/default-container": "train" } },
        spec: podSpec(parts),
      },
    },
  };
}

function podSpec(parts: JobParts): Readonly<Record<string, unknown>> {
  const { settings, mounts, credentials, folder } = parts;
  const { cpu, memory, gpu } = settings;
  const limits = memory === undefined ? {} : { memory: String(memory) };
  const asked = { ...(cpu === undefined ? {} : { cpu: String(cpu) }), ...limits };
  const devices = gpu === undefined ? {} : { [gpu.type]: String(gpu.count) };
  // What they need is less than what the training needs, and a namespace with a quota wants it said of each.
  const small = { resources: { requests: asked, limits } };
  const work = { name: "work", mountPath: WORK };
  const store =
    credentials === undefined ? [] : [{ name: "store", mountPath: posix.dirname(credentials), readOnly: true }];
  const own = {
    image: parts.image,
    imagePullPolicy: "IfNotPresent",
    terminationMessagePath: MESSAGE,
    securityContext: { allowPrivilegeEscalation: false },
  };
  const isAlone = settings.workers === 1;
  const rank = isAlone ? [] : [ofPod("RANK", INDEX)];
  const command = (step: string): string[] => ["python3", parts.program, step, parts.specification];
  const secret = settings["store-secret"];
  return {
    restartPolicy: "Never",
    // The code that trains has no business with the API server.
    ...{ automountServiceAccountToken: false, enableServiceLinks: false },
    ...(settings["service-account"] === undefined ? {} : { serviceAccountName: settings["service-account"] }),
    ...(settings["image-pull-secret"] === undefined
      ? {}
      : { imagePullSecrets: [{ name: settings["image-pull-secret"] }] }),
    ...(settings["priority-class"] === undefined ? {} : { priorityClassName: settings["priority-class"] }),
    ...(Object.keys(settings["node-selector"]).length === 0 ? {} : { nodeSelector: settings["node-selector"] }),
    ...(settings.tolerations.length === 0 ? {} : { tolerations: settings.tolerations }),
    volumes: [
      { name: "work", emptyDir: {} },
      // What a container has without it is too little for the processes that load data.
      { name: "shared-memory", emptyDir: { medium: "Memory" } },
      ...(credentials === undefined
        ? []
        : [{ name: "store", secret: { secretName: secret ?? "", defaultMode: 0o400 } }]),
    ],
    initContainers: [
      {
        ...{ name: "fetch", ...own, command: command("fetch"), ...small, volumeMounts: [work, ...store] },
        env: [ofPod("ML_PIPELINE_INPUTS", INPUTS)],
      },
      {
        ...{ name: "train", ...own, command: command("train"), workingDir: folder },
        ...(isAlone ? {} : { env: [...rank, ...worldOf(parts)] }),
        resources: { requests: { ...asked, ...devices }, limits: { ...limits, ...devices } },
        volumeMounts: [
          ...mounts.map(({ path, part }) => ({ name: "work", mountPath: path, subPath: folderOf(part) })),
          { name: "work", mountPath: parts.model, subPath: "model" },
          { name: "work", mountPath: parts.results, subPath: "results" },
          { name: "shared-memory", mountPath: "/dev/shm" },
        ],
      },
    ],
    containers: [
      {
        ...{ name: "store", ...own, command: command("store"), ...small, volumeMounts: [work, ...store] },
        ...(isAlone ? {} : { env: rank }),
      },
    ],
    // The name of the first worker, which the others ask for.
    ...(isAlone ? {} : { subdomain: jobName(parts.key) }),
  };
}

/** A variable with what an annotation of the pod says. */
const ofPod = (name: string, annotation: string): object => ({
  name,
  valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${annotation}']` } },
});

/** What a worker knows of the others. */
const worldOf = ({ settings: { workers }, key }: JobParts): object[] =>
  Object.entries({
    MASTER_ADDR: `${jobName(key)}-0.${jobName(key)}`,
    MASTER_PORT: String(MASTER_PORT),
    WORLD_SIZE: String(workers),
  }).map(([name, value]) => ({ name, value }));
