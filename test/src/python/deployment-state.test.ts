import { expect, test } from "vitest";
import { type Call, called } from "./python-functions.ts";

/* What is concluded from a Deployment and its ReplicaSets, without any. Times are seconds of the API's clock. */

const NOW = Date.parse("2026-11-29T12:00:00Z") / 1000;
const at = (secondsAgo: number): string => new Date((NOW - secondsAgo) * 1000).toISOString().replace(".000", "");
const LIMITS = { ready: 60, patience: 30 };

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
  const found = await called(
    ...rows.map(([status]): Call => ["deployment_state", "unfinished", [deployment({ status })]]),
  );
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
    "workloads",
    "judged",
    ["deployment", deployment({ status }), [], NOW - since, NOW, LIMITS],
  ];
  expect(
    await called(
      stopped(late(at(10)), 60),
      stopped(late(at(61)), 60),
      stopped({ ...late(at(10)), observedGeneration: 4 }, 60),
      stopped(quota(50), 60),
      stopped(quota(5), 10),
    ),
  ).toMatchObject([
    { reason: { code: "deadline" } },
    { reason: null },
    { reason: null },
    { reason: { code: "not-created", detail: "exceeded quota" } },
    { reason: null },
  ]);
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
    "workloads",
    "back",
    ["deployment", found, sets, resumed],
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
    { to: { name: "a", number: 1, containers: [{ image: "old" }] }, nothing: "" },
    { to: { name: "a" } },
    { to: { name: "a" } },
    { to: { name: "a" } },
    { to: null, nothing: "no pod of revision 1 was ever ready" },
    { to: null, nothing: "it has no revision yet" },
    { to: { name: "a" } },
  ]);
});

test("notes of a failure, of a way back and of another image are not taken back with a revision", async () => {
  const notes = {
    "ml-pipeline/image": "old",
    "ml-pipeline/failed-image": "x",
    "kubernetes.io/change-cause": "c",
    other: "o",
  };
  const kept = { "ml-pipeline/image": "old", "kubernetes.io/change-cause": "c" };
  const went = { "ml-pipeline/went-back-from": "new", "ml-pipeline/state-after": "ready" };
  const of = (more: object, image: string): Call => ["rollout_way_back", "kept_notes", [{ ...notes, ...more }, image]];
  // The controller gives what somebody sets by hand the notes of what was there before.
  expect(await called(of({}, "old"), of(went, "old"), of({}, "by hand"))).toEqual([kept, kept, {}]);
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
    await called(...[theirs, scaled, paused].map((one): Call => ["workloads", "overtaken", [one, template("new")]])),
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
  expect(await called(["workloads", "overtaken", [theirs, template("new")]])).toMatchObject([
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
  const drift = (found: object, imageID: string): Call => ["workloads", "drift", [found, runs(imageID), 0]];
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
  const one = [{ name: "serve" }];
  const two = [...one, { name: "proxy" }];
  const index = (containers: readonly object[], name: string | null): Call => [
    "workload_state",
    "container_index",
    [containers, name],
  ];
  expect(await called(index(one, null), index(two, "proxy"), index(two, null), index(two, "x"))).toMatchObject([
    [0, null],
    [1, null],
    [0, { code: "several-containers", names: ["serve", "proxy"] }],
    [0, { code: "no-container", container: "x" }],
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
  expect(await called(["kubernetes_values", "selector_text", [{ spec: { selector } }]])).toEqual([
    "app=model,tier in (a,b),!old",
  ]);
});
