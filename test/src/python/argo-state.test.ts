import { expect, test } from "vitest";
import { type Call, called } from "./python-functions.ts";

/* What is concluded from a Rollout of Argo and its ReplicaSets, as its controller 1.9 writes them. */

const NOW = Date.parse("2026-11-29T12:00:00Z") / 1000;
const at = (secondsAgo: number): string => new Date((NOW - secondsAgo) * 1000).toISOString().replace(".000", "");
const HASH = "rollouts-pod-template-hash";
const LIMITS = { ready: 60, patience: 30 };

const template = (image: string, more: object = {}) => ({
  metadata: { labels: { app: "model" } },
  spec: { containers: [{ name: "serve", image, ...more }] },
});

const rollout = (status: object, { image = "new", strategy = {}, annotations = {} } = {}) => ({
  metadata: { name: "model", uid: "r", generation: 5, annotations },
  spec: { replicas: 3, template: template(image), strategy },
  status: { observedGeneration: "5", currentPodHash: "b", stableRS: "a", ...status },
});

/** A ReplicaSet as the API server has it, which fills in what the template of the Rollout does not have. */
const set = (hash: string, image: string, revision: number, available = 0, more: object = {}) => ({
  metadata: {
    ...{ name: `model-${hash}`, uid: `s-${hash}`, creationTimestamp: at(100 - revision), labels: { [HASH]: hash } },
    annotations: { "rollout.argoproj.io/revision": String(revision), ...more },
  },
  spec: {
    template: {
      ...template(image, { terminationMessagePath: "/dev/termination-log" }),
      metadata: { labels: { app: "model", [HASH]: hash } },
    },
  },
  status: { availableReplicas: available },
});

const SETS = [set("a", "old", 1, 3), set("b", "new", 2)];
const progress = (found: object, sets: readonly object[] = SETS): Call => ["workloads", "progress", [found, sets]];

test("a phase counts when it is about this template", async () => {
  const healthy = { phase: "Healthy" };
  expect(
    await called(
      progress(rollout(healthy)),
      // The controller has not seen the change.
      progress(rollout({ ...healthy, observedGeneration: "4" })),
      // It has, and its status is still of what was there before: an update of a condition comes first.
      progress(rollout({ ...healthy, currentPodHash: "a" })),
      progress(rollout({ phase: "Progressing", message: "more replicas need to be updated" })),
      progress(rollout({ phase: "Healthy", controllerPause: true })),
    ),
  ).toMatchObject([
    { waits: "" },
    { waits: "the controller to see the change" },
    { waits: "the controller to see the change" },
    { waits: "more replicas need to be updated" },
    { waits: "the controller to go on after a pause" },
  ]);
});

test("a pause waits for a person, or for its end", async () => {
  const paused = (reason: string, strategy: object, index = 1): Call =>
    progress(
      rollout(
        { phase: "Paused", message: reason, currentStepIndex: index, pauseConditions: [{ reason, startTime: at(5) }] },
        { strategy },
      ),
    );
  const canary = (pause: object) => ({ canary: { steps: [{ setWeight: 20 }, { pause }, { setWeight: 60 }] } });
  expect(
    await called(
      paused("CanaryPauseStep", canary({})),
      paused("CanaryPauseStep", canary({ duration: "10m" })),
      paused("CanaryPauseStep", canary({ duration: 30 })),
      paused("BlueGreenPause", { blueGreen: { autoPromotionEnabled: false, autoPromotionSeconds: 30 } }),
      paused("BlueGreenPause", { blueGreen: { autoPromotionSeconds: 30 } }),
      paused("InconclusiveAnalysisRun", canary({})),
    ),
  ).toMatchObject([
    { waits: "a person, at step 2 of 3 of its canary", is_held: true },
    { waits: "the pause of 10m at step 2 of 3", is_held: false },
    { waits: "the pause of 30 s at step 2 of 3", is_held: false },
    { waits: "a person, before the new pods are asked by its Service", is_held: true },
    { waits: "its new pods to have run for 30 s", is_held: false },
    { waits: "a person, since its analysis was inconclusive", is_held: true },
  ]);
});

test("what the controller gave up is told, unless it was the rollout before", async () => {
  const degraded = (reason: string, message: string, secondsAgo: number) => ({
    ...{ phase: "Degraded", message: `${reason}: ${message}` },
    conditions: [{ type: "Progressing", status: "False", reason, message, lastUpdateTime: at(secondsAgo) }],
  });
  const judged = (status: object, since = 60): Call => [
    "workloads",
    "judged",
    ["rollout", rollout(status), SETS, NOW - since, NOW, LIMITS],
  ];
  const invalid = { conditions: [{ type: "InvalidSpec", status: "True", message: "selector does not match" }] };
  expect(
    await called(
      judged(degraded("RolloutAborted", "Rollout aborted update to revision 2: metric failed", 10)),
      judged(degraded("RolloutAborted", "Rollout aborted update to revision 1", 61)),
      judged(degraded("ProgressDeadlineExceeded", "timed out", 10)),
      judged(degraded("ReplicaSetCreateError", "exceeded quota", 50)),
      judged(degraded("ReplicaSetCreateError", "exceeded quota", 5), 10),
      // Its template is not taken, so it names the ReplicaSet of before.
      judged({ ...invalid, phase: "Degraded", currentPodHash: "a" }),
    ),
  ).toMatchObject([
    { reason: { code: "stopped", detail: "Rollout aborted update to revision 2: metric failed" } },
    { reason: null },
    { reason: { code: "deadline" } },
    { reason: { code: "not-created", detail: "exceeded quota" } },
    { reason: null },
    { reason: { code: "stopped", detail: "selector does not match" } },
  ]);
});

test("it goes back to what served before, without what the controller has put into it", async () => {
  const injected = set("a", "old", 1, 3, {
    "rollout.argoproj.io/ephemeral-metadata": JSON.stringify({
      labels: { role: "stable" },
      annotations: { note: "x" },
    }),
  });
  const terms = [
    {
      weight: 1,
      podAffinityTerm: { labelSelector: { matchExpressions: [{ key: HASH, operator: "In", values: ["z"] }] } },
    },
    { weight: 2, podAffinityTerm: { labelSelector: { matchLabels: { app: "model" } } } },
  ];
  const required = [{ labelSelector: { matchExpressions: [{ key: HASH, operator: "In", values: ["z"] }] } }];
  const { template: given } = injected.spec;
  Object.assign(given.metadata.labels, { role: "stable" });
  Object.assign(given.metadata, { annotations: { note: "x", own: "y" } });
  const preferred = { preferredDuringSchedulingIgnoredDuringExecution: terms };
  Object.assign(given.spec, {
    affinity: { podAntiAffinity: { ...preferred, requiredDuringSchedulingIgnoredDuringExecution: required } },
  });
  const [found, own] = await called(
    [
      "workloads",
      "back",
      ["rollout", rollout({ phase: "Healthy", currentPodHash: "a" }, { image: "old" }), [injected]],
    ],
    ["argo_state", "own_template", [injected]],
  );
  expect(found).toMatchObject({ to: { name: "model-a", number: 1 }, nothing: "" });
  expect(own).toEqual({
    metadata: { labels: { app: "model" }, annotations: { own: "y" } },
    spec: {
      containers: [{ name: "serve", image: "old", terminationMessagePath: "/dev/termination-log" }],
      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [terms[1]] } },
    },
  });
});

test("steps are left out on the way back where there are any left", async () => {
  const needs = (status: object): Call => ["argo_state", "needs_promotion", [rollout(status)]];
  expect(await called(needs({}), needs({ promoteFull: true }), needs({ stableRS: "b" }))).toEqual([true, false, false]);
});
