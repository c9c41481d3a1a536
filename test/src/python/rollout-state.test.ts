import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { pathOf } from "./python.ts";

/* What is concluded from objects of the API, without any. Times are seconds of the API's clock. */

const PROGRAM = `
import json, sys
import rollout_records, rollout_state, same_answer

def found(module, function, args):
    return getattr({"state": rollout_state, "records": rollout_records, "answers": same_answer}[module], function)(*args)

json.dump([found(*call) for call in json.load(sys.stdin)], sys.stdout)
`;

type Call = readonly [module: "state" | "records" | "answers", name: string, args: readonly unknown[]];

/** Calls functions of the modules, all in one process. */
function called(...calls: readonly Call[]): Promise<readonly unknown[]> {
  const env = { ...process.env, PYTHONPATH: dirname(pathOf("rollout_state.py")), PYTHONDONTWRITEBYTECODE: "1" };
  return new Promise((resolve, reject) => {
    const child = execFile("python3", ["-c", PROGRAM], { env, encoding: "utf8" }, (error, stdout) =>
      error === null ? resolve(JSON.parse(stdout)) : reject(error),
    );
    child.stdin?.end(JSON.stringify(calls));
  });
}

const NOW = Date.parse("2026-11-29T12:00:00Z") / 1000;
const at = (secondsAgo: number): string => new Date((NOW - secondsAgo) * 1000).toISOString().replace(".000", "");
const LIMITS = { ready: 60, patience: 30 };

interface PodParts {
  readonly age?: number;
  readonly waiting?: readonly [reason: string, message?: string];
  readonly running?: number;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly last?: object;
  readonly unschedulable?: number;
  readonly phase?: string;
  readonly spec?: object;
  readonly init?: boolean;
  /** Seconds since it was ready. */
  readonly unready?: number;
}

const pod = ({
  age = 5,
  waiting,
  running,
  ready = false,
  restarts = 0,
  last,
  unschedulable,
  phase,
  spec,
  init,
  unready,
}: PodParts) => ({
  metadata: { name: "p", creationTimestamp: at(age) },
  spec: { containers: [{ name: "serve", ...spec }] },
  status: {
    phase: phase ?? "Pending",
    conditions: [
      ...(unschedulable === undefined
        ? []
        : [
            {
              ...{ type: "PodScheduled", status: "False", reason: "Unschedulable" },
              ...{ message: "0/2 nodes are available", lastTransitionTime: at(unschedulable) },
            },
          ]),
      {
        ...{ type: "Ready", status: ready ? "True" : "False", message: "containers with unready status: [serve]" },
        ...(unready === undefined ? {} : { lastTransitionTime: at(unready) }),
      },
    ],
    [init ? "initContainerStatuses" : "containerStatuses"]: [
      {
        ...{ name: "serve", ready, restartCount: restarts },
        state: {
          ...(waiting === undefined ? {} : { waiting: { reason: waiting[0], message: waiting[1] ?? "" } }),
          ...(running === undefined ? {} : { running: { startedAt: at(running) } }),
        },
        ...(last === undefined ? {} : { lastState: { terminated: last } }),
      },
    ],
  },
});

const event = (reason: string, message: string) => ({
  reason,
  message,
  involvedObject: { name: "p" },
  lastTimestamp: at(1),
});

const PODS: readonly (readonly [string, PodParts, readonly object[], object | null])[] = [
  ["a container that is being made", { waiting: ["ContainerCreating"] }, [], null],
  ["one that is ready", { running: 500, ready: true }, [], null],
  [
    "an image that is not there",
    { waiting: ["ErrImagePull", "rpc error: code = NotFound desc = not found"] },
    [],
    { code: "image" },
  ],
  [
    "the same, of which only the event speaks",
    { waiting: ["ImagePullBackOff", 'Back-off pulling image "x"'] },
    [event("Failed", "manifest unknown")],
    { code: "image", detail: "manifest unknown" },
  ],
  ["a registry that refuses", { waiting: ["ErrImagePull", "401 Unauthorized"] }, [], { code: "image" }],
  ["a registry that does not answer for a moment", { waiting: ["ErrImagePull", "i/o timeout"] }, [], null],
  ["a registry that does not answer", { age: 31, waiting: ["ImagePullBackOff", "i/o timeout"] }, [], { code: "image" }],
  ["a name that is none", { waiting: ["InvalidImageName", "couldn't parse"] }, [], { code: "image" }],
  [
    "a secret that is missing",
    { waiting: ["CreateContainerConfigError", 'secret "x" not found'] },
    [],
    { code: "config" },
  ],
  [
    "a secret that the node has not got yet",
    { waiting: ["CreateContainerConfigError", "failed to sync secret cache: timed out"] },
    [],
    null,
  ],
  [
    "a crash that may be the only one",
    { waiting: ["ContainerCreating"], restarts: 1, last: { exitCode: 1 } },
    [],
    null,
  ],
  [
    "crashes",
    { waiting: ["CrashLoopBackOff"], restarts: 1, last: { exitCode: 137, reason: "OOMKilled" } },
    [],
    { code: "crash", exitCode: 137, detail: "OOMKilled" },
  ],
  [
    "crashes that take long",
    { running: 3, restarts: 3, last: { exitCode: 1, reason: "Error" } },
    [],
    { code: "crash", exitCode: 1, detail: "" },
  ],
  [
    "a container that its probe kills",
    { waiting: ["CrashLoopBackOff"], restarts: 2, last: { exitCode: 143 } },
    [event("Unhealthy", "Liveness probe failed: timeout")],
    { code: "crash", detail: "Liveness probe failed: timeout" },
  ],
  [
    "one of an init container",
    { init: true, waiting: ["CrashLoopBackOff"], last: { exitCode: 2 } },
    [],
    { code: "crash", exitCode: 2 },
  ],
  ["a container that may yet be ready", { running: 59 }, [], null],
  [
    "a container that is not ready in time",
    { running: 61 },
    [event("Unhealthy", "Readiness probe failed: 503")],
    { code: "not-ready", detail: "Readiness probe failed: 503" },
  ],
  [
    "the same without events",
    { running: 61 },
    [],
    { code: "not-ready", detail: "containers with unready status: [serve]" },
  ],
  [
    "one whose probes allow more",
    { running: 300, spec: { startupProbe: { periodSeconds: 10, failureThreshold: 60 } } },
    [],
    null,
  ],
  [
    "one whose probes allowed more",
    { running: 700, spec: { startupProbe: { periodSeconds: 10, failureThreshold: 60 } } },
    [],
    { code: "not-ready" },
  ],
  ["a container that was ready until now", { running: 9000, unready: 20 }, [], null],
  ["one that has not been ready for long", { running: 9000, unready: 70 }, [], { code: "not-ready" }],
  ["an init container that takes long", { init: true, running: 600 }, [], null],
  ["no node for a moment", { unschedulable: 10 }, [], null],
  ["no node", { unschedulable: 31 }, [], { code: "unschedulable", detail: "0/2 nodes are available" }],
  ["no node until one is added", { unschedulable: 300 }, [event("TriggeredScaleUp", "pod triggered scale-up")], null],
  ["a pod that a node had no more room for", { phase: "Failed", waiting: ["CrashLoopBackOff"] }, [], null],
];

// What becomes of each is asked in one process, since a process takes longer than all of them.
let reasons: readonly unknown[] = [];
beforeAll(async () => {
  reasons = await called(
    ...PODS.map(([, parts, events]): Call => ["state", "pod_reason", [pod(parts), events, NOW, LIMITS]]),
  );
});

test.each(PODS.map(([what, , , expected], index) => [what, expected, index] as const))(
  "%s",
  (_what, expected, index) => {
    if (expected === null) expect(reasons[index]).toBeNull();
    else expect(reasons[index]).toMatchObject(expected);
  },
);

const template = (image: string, hash?: string) => ({
  metadata: { labels: { app: "model", ...(hash === undefined ? {} : { "pod-template-hash": hash }) } },
  spec: { containers: [{ name: "serve", image }] },
});

interface DeploymentParts {
  readonly status?: object;
  readonly generation?: number;
  readonly image?: string;
  readonly annotations?: object;
  readonly spec?: object;
}

const deployment = ({
  status = {},
  generation = 5,
  image = "new",
  annotations = {},
  spec = {},
}: DeploymentParts = {}) => ({
  metadata: { name: "model", uid: "d", generation, annotations },
  spec: { replicas: 3, template: template(image), ...spec },
  status: { observedGeneration: 5, ...status },
});

test("a rollout has ended when kubectl says so", async () => {
  const rows: readonly (readonly [object, string])[] = [
    [
      { observedGeneration: 4, updatedReplicas: 3, replicas: 3, availableReplicas: 3 },
      "the controller to see the change",
    ],
    [{ updatedReplicas: 2, replicas: 4, availableReplicas: 3 }, "2 of 3 pods to be made"],
    [{ updatedReplicas: 3, replicas: 4, availableReplicas: 3 }, "1 of the old pods to end"],
    [{ updatedReplicas: 3, replicas: 3, availableReplicas: 2 }, "2 of 3 pods ready"],
    [{ updatedReplicas: 3, replicas: 3, availableReplicas: 3 }, ""],
  ];
  const found = await called(...rows.map(([status]): Call => ["state", "unfinished", [deployment({ status })]]));
  expect(found).toEqual(rows.map(([, words]) => words));
});

test("a condition counts when it is about this rollout", async () => {
  const late = (lastUpdateTime: string) => ({
    conditions: [
      {
        type: "Progressing",
        status: "False",
        reason: "ProgressDeadlineExceeded",
        message: "timed out",
        lastUpdateTime,
      },
    ],
  });
  const quota = (secondsAgo: number) => ({
    conditions: [{ type: "ReplicaFailure", status: "True", message: "exceeded quota", lastUpdateTime: at(secondsAgo) }],
  });
  const stopped = (status: object, since: number): Call => [
    "state",
    "stopped",
    [deployment({ status }), NOW - since, NOW, LIMITS],
  ];
  expect(
    await called(
      stopped(late(at(10)), 60),
      stopped(late(at(61)), 60),
      stopped({ ...late(at(10)), observedGeneration: 4 }, 60),
      stopped(quota(50), 60),
      stopped(quota(5), 10),
    ),
  ).toMatchObject([{ code: "deadline" }, null, null, { code: "not-created", detail: "exceeded quota" }, null]);
});

const set = (name: string, image: string, revision: number, available: number, annotations: object = {}) => ({
  metadata: {
    ...{ name, uid: `s-${name}`, creationTimestamp: at(100 - revision) },
    annotations: { "deployment.kubernetes.io/revision": String(revision), ...annotations },
    ownerReferences: [{ uid: "d" }],
  },
  spec: { template: template(image, name) },
  status: { availableReplicas: available },
});

test("what a failure goes back to", async () => {
  const under = { "ml-pipeline/state": "rolling-out", "ml-pipeline/previous-replicaset": "a" };
  const back = (found: object, sets: readonly object[], resumed = false): Call => [
    "state",
    "way_back",
    [found, sets, 0, resumed],
  ];
  const found = await called(
    // What serves now.
    back(deployment({ image: "old" }), [set("a", "old", 1, 3)]),
    // What served before a rollout that has not ended, although some of its pods do.
    back(deployment({ image: "new", annotations: under }), [set("a", "old", 1, 2), set("b", "new", 2, 1)]),
    // A rollout that goes on never goes back to itself.
    back(deployment({ image: "new", annotations: under }), [set("a", "old", 1, 0), set("b", "new", 2, 3)], true),
    // What never served is no place to go back to; another revision that does is.
    back(deployment({ image: "new" }), [set("a", "old", 1, 2), set("b", "new", 2, 0)]),
    back(deployment({ image: "new" }), [set("b", "new", 1, 0)]),
    back(deployment({ image: "new" }), []),
    // Nothing is to run, so nothing can be told from what does.
    back(deployment({ image: "old", spec: { replicas: 0 } }), [set("a", "old", 1, 0)]),
  );
  expect(found).toMatchObject([
    { replicaSet: "a", revision: 1, image: "old", nothing: "" },
    { replicaSet: "a" },
    { replicaSet: "a" },
    { replicaSet: "a" },
    { template: null, nothing: "no pod of revision 1 was ever ready" },
    { template: null, nothing: "it has no revision yet" },
    { replicaSet: "a" },
  ]);
});

test("notes of a failure are not taken back with a revision", async () => {
  const notes = {
    "ml-pipeline/image": "old",
    "ml-pipeline/failed-image": "x",
    "kubernetes.io/change-cause": "c",
    other: "o",
  };
  const [found] = await called(["state", "to_set", [set("a", "old", 1, 3, notes), 0]]);
  expect(found).toMatchObject({ annotations: { "ml-pipeline/image": "old", "kubernetes.io/change-cause": "c" } });
});

test("somebody else's change is told from what the server fills in", async () => {
  const fields = [
    { manager: "kubectl-edit", time: at(10) },
    { manager: "kube-controller-manager", time: at(1), subresource: "status" },
  ];
  const theirs = { ...deployment({ image: "theirs" }), metadata: { name: "model", managedFields: fields } };
  const scaled = deployment({ generation: 9, spec: { replicas: 9 } });
  const paused = deployment({ spec: { paused: true } });
  expect(
    await called(...[theirs, scaled, paused].map((one): Call => ["state", "taken_over", [one, template("new")]])),
  ).toMatchObject([
    { code: "overtaken", names: ["theirs"], detail: `kubectl-edit at ${at(10)}` },
    null,
    { code: "paused" },
  ]);
});

test("who changed what pods are made of is told from who has noted something in the same second", async () => {
  const fields = [
    { manager: "kubectl-client-side-apply", time: at(60), fieldsV1: { "f:spec": { "f:template": {} } } },
    { manager: "kubectl-set", time: at(1), fieldsV1: { "f:spec": { "f:template": {} } } },
    { manager: "ml-pipeline", time: at(1), fieldsV1: { "f:metadata": { "f:annotations": {} } } },
  ];
  const theirs = { ...deployment({ image: "theirs" }), metadata: { name: "model", managedFields: fields } };
  expect(await called(["state", "taken_over", [theirs, template("new")]])).toMatchObject([
    { code: "overtaken", detail: `kubectl-set at ${at(1)}` },
  ]);
});

test("what runs is compared with what was deployed", async () => {
  const recorded = `docker.io/team/model:v1@sha256:${"a".repeat(64)}`;
  const other = `sha256:${"b".repeat(64)}`;
  const noted = (image: string) => deployment({ image, annotations: { "ml-pipeline/image": recorded } });
  const runs = (imageID: string) => [
    { metadata: { name: "p" }, status: { containerStatuses: [{ name: "serve", imageID }] } },
  ];
  const drift = (found: object, imageID: string): Call => ["state", "drift_of", [found, runs(imageID), 0]];
  expect(
    await called(
      drift(noted(recorded), `docker.io/team/model@sha256:${"a".repeat(64)}`),
      drift(noted(recorded), `docker-pullable://team/model@${other}`),
      // A node may name an image by its configuration.
      drift(noted(recorded), other),
      drift(noted("team/model:latest"), ""),
      drift(deployment({ image: "anything" }), ""),
    ),
  ).toMatchObject([
    [],
    [{ kind: "pod", found: `team/model@${other}` }],
    [],
    [{ kind: "template", found: "team/model:latest" }],
    [],
  ]);
});

test("which container is meant", async () => {
  const two = deployment({ spec: { template: { spec: { containers: [{ name: "serve" }, { name: "proxy" }] } } } });
  const index = (found: object, name: string | null): Call => ["state", "container_index", [found, name]];
  expect(await called(index(deployment(), null), index(two, "proxy"), index(two, null), index(two, "x"))).toMatchObject(
    [
      [0, null],
      [1, null],
      [0, { code: "several-containers", names: ["serve", "proxy"] }],
      [0, { code: "no-container", container: "x" }],
    ],
  );
});

test("annotations change as little as can be", async () => {
  const changes = (before: object, after: object): Call => ["records", "annotation_changes", [before, after]];
  expect(
    await called(
      changes({ a: "1" }, { a: "1" }),
      changes({ "ml-pipeline/x": "1" }, { "ml-pipeline/x": null, "b~": "2" }),
      changes({}, { a: "1", b: null }),
    ),
  ).toEqual([
    [],
    [
      { op: "add", path: "/metadata/annotations/b~0", value: "2" },
      { op: "remove", path: "/metadata/annotations/ml-pipeline~1x" },
    ],
    [
      { op: "add", path: "/metadata/annotations", value: {} },
      { op: "add", path: "/metadata/annotations/a", value: "1" },
    ],
  ]);
});

test("a selector is written as a query has it", async () => {
  const selector = {
    matchLabels: { app: "model" },
    matchExpressions: [
      { key: "tier", operator: "In", values: ["a", "b"] },
      { key: "old", operator: "DoesNotExist" },
    ],
  };
  expect(await called(["state", "selector_text", [{ spec: { selector } }]])).toEqual(["app=model,tier in (a,b),!old"]);
});

test("answers agree when labels are equal, and numbers within a share", async () => {
  const rows: readonly (readonly [recorded: unknown, found: unknown, agree: boolean])[] = [
    [["yes"], ["yes"], true],
    [["yes"], ["no"], false],
    [[1], ["1"], false],
    [[1], [true], false],
    [[100], [100.9], true],
    [[100], [101.1], false],
    [[-100], [-99.5], true],
    [[0], [0], true],
    [[0], [0.001], false],
    [[{ label: "yes", score: 0.91 }], [{ label: "yes", score: 0.1 }], true],
    [[{ label: "yes" }], [{ label: "no" }], false],
    [[{ a: 1, b: [2] }], [{ b: [2], a: 1 }], true],
    [[{ a: 1 }], [{ a: 1, b: 2 }], false],
    [[[0.1, 0.9]], [[0.1, 0.9, 0]], false],
    [[null], [null], true],
  ];
  const found = await called(...rows.map(([one, other]): Call => ["answers", "same", [one, other, 0.01]]));
  expect(found).toEqual(rows.map(([, , agree]) => agree));
});

test("a token says when it expires, if it is one that can", async () => {
  const jwt = (claims: string): string =>
    ["{}", claims, "x"].map((part) => Buffer.from(part).toString("base64url")).join(".");
  const tokens = [jwt('{"exp": 1700000000}'), jwt("{}"), jwt("[1]"), jwt("no JSON"), "a.b", "opaque", "a.!.c"];
  expect(await called(...tokens.map((token): Call => ["records", "expiry_of", [token]]))).toEqual([
    1_700_000_000,
    ...[null, null, null, null, null, null],
  ]);
});
