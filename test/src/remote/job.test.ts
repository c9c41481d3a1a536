import { expect, test } from "vitest";
import { type JobParts, jobManifest, jobName, jobService } from "../../../src/remote/job.ts";
import { configOf } from "../support.ts";

const KEY = `sha256:${"0123456789abcdef".repeat(4)}`;

const parts = (table = "", more: Partial<JobParts> = {}): JobParts => {
  const settings = configOf(`[training.kubernetes]\nimage = "registry.example/team/training"\n${table}`).training
    .kubernetes;
  if (settings === undefined) throw new Error("no settings");
  return {
    ...{ settings, key: KEY, image: "registry.example/team/training@sha256:1", program: "/opt/train_pod.py" },
    mounts: [
      { path: "/app", part: "part-0" },
      { path: "/data", part: "part-1" },
      { path: "/app/data", part: "part-1" },
    ],
    ...{ model: "/models", results: "/tmp/ml-pipeline", folder: "/app", specification: "{}" },
    ...{ credentials: "/run/store/credentials", seconds: 3600 },
    ...more,
  };
};

/** The Job of a table, as the API would read it. */
// biome-ignore lint/suspicious/noExplicitAny: what a test looks at it names.
const job = (table?: string, more?: Partial<JobParts>): any =>
  JSON.parse(JSON.stringify(jobManifest(parts(table, more))));

test("the name is that of the key, so that a second call finds it", () => {
  expect(jobName(KEY)).toBe("ml-pipeline-train-0123456789abcdef0123");
  expect(job().metadata.name).toBe(jobName(KEY));
  expect(jobName(KEY).length).toBeLessThanOrEqual(63 - 10);
});

test("what the cluster ends is tried again, and what the code ends is not", () => {
  const { spec } = job("retries = 2\ntimeout = 60\nkeep-seconds = 5");
  expect(spec).toMatchObject({ backoffLimit: 2, activeDeadlineSeconds: 60, ttlSecondsAfterFinished: 5 });
  expect(spec.podFailurePolicy.rules).toEqual([
    { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
    { action: "FailJob", onExitCodes: { operator: "NotIn", values: [137, 143] } },
  ]);
  expect(spec.template.spec.restartPolicy).toBe("Never");
  expect(job().spec.activeDeadlineSeconds).toBe(3600);
});

test("only what moves files has the credentials of the store, and nothing has a token of the cluster", () => {
  const { spec } = job().spec.template;
  const [fetch, train] = spec.initContainers;
  const [store] = spec.containers;
  const named = (one: { volumeMounts: { name: string }[] }) => one.volumeMounts.map(({ name }) => name);
  expect(named(fetch)).toEqual(["work", "store"]);
  expect(named(store)).toEqual(["work", "store"]);
  expect(named(train)).not.toContain("store");
  expect(train.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).not.toContain("/work");
  expect(spec.automountServiceAccountToken).toBe(false);
});

test("each folder is where the command finds it here, and a part is fetched once", () => {
  const [, train] = job().spec.template.spec.initContainers;
  expect(train.volumeMounts).toEqual([
    { name: "work", mountPath: "/app", subPath: "inputs/part-0" },
    { name: "work", mountPath: "/data", subPath: "inputs/part-1" },
    { name: "work", mountPath: "/app/data", subPath: "inputs/part-1" },
    { name: "work", mountPath: "/models", subPath: "model" },
    { name: "work", mountPath: "/tmp/ml-pipeline", subPath: "results" },
    { name: "shared-memory", mountPath: "/dev/shm" },
  ]);
});

test("a store without credentials needs no Secret, and one that is there is taken by its name", () => {
  const open = job("", { credentials: undefined }).spec.template.spec;
  expect(open.volumes.map(({ name }: { name: string }) => name)).toEqual(["work", "shared-memory"]);
  const named = job('store-secret = "s3"').spec.template.spec.volumes.at(-1);
  expect(named).toEqual({ name: "store", secret: { secretName: "s3", defaultMode: 0o400 } });
});

test("what is asked for is asked of the training, and GPUs of it alone", () => {
  const { spec } = job(
    [
      'cpu = 4\nmemory = "16Gi"\ngpu = { count = 4 }\npriority-class = "low"\nservice-account = "trainer"',
      'image-pull-secret = "pull"\nnode-selector = { "gpu" = "a100" }\ntolerations = [{ key = "gpu", effect = "NoSchedule" }]',
    ].join("\n"),
  ).spec.template;
  const [fetch, train] = spec.initContainers;
  expect(train.resources).toEqual({
    requests: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "4" },
    limits: { memory: "16Gi", "nvidia.com/gpu": "4" },
  });
  expect(fetch.resources).toEqual({ requests: { cpu: "4", memory: "16Gi" }, limits: { memory: "16Gi" } });
  expect(spec).toMatchObject({
    ...{ priorityClassName: "low", serviceAccountName: "trainer", imagePullSecrets: [{ name: "pull" }] },
    ...{ nodeSelector: { gpu: "a100" }, tolerations: [{ key: "gpu", operator: "Exists", effect: "NoSchedule" }] },
  });
});

test("a queue of Kueue lets it begin", () => {
  const { metadata, spec } = job('queue = "research"');
  expect(metadata.labels["kueue.x-k8s.io/queue-name"]).toBe("research");
  expect(spec.suspend).toBe(true);
  expect(job().spec.suspend).toBeUndefined();
});

test("several workers get what distributed frameworks ask for, and the first of them stores the model", () => {
  const { spec } = job("workers = 4");
  expect(spec).toMatchObject({ completions: 4, parallelism: 4, completionMode: "Indexed" });
  const pod = spec.template.spec;
  const [, train] = pod.initContainers;
  const [store] = pod.containers;
  const rank = {
    name: "RANK",
    valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } },
  };
  expect(train.env).toEqual([
    rank,
    { name: "MASTER_ADDR", value: `${jobName(KEY)}-0.${jobName(KEY)}` },
    { name: "MASTER_PORT", value: "29500" },
    { name: "WORLD_SIZE", value: "4" },
  ]);
  expect(store.env).toEqual([rank]);
  expect(pod.subdomain).toBe(jobName(KEY));
  expect(jobService(parts("workers = 4"))).toMatchObject({
    metadata: { name: jobName(KEY) },
    spec: { clusterIP: "None", publishNotReadyAddresses: true, ports: [{ port: 29500 }] },
  });
});

test("one that trains alone has none of that", () => {
  const { spec } = job();
  expect(spec).toMatchObject({ completions: 1, parallelism: 1 });
  expect(spec.completionMode).toBeUndefined();
  expect(spec.template.spec.initContainers[1].env).toBeUndefined();
  expect(spec.template.spec.subdomain).toBeUndefined();
  expect(jobService(parts())).toBeUndefined();
});
