import { beforeAll, expect, test } from "vitest";
import { type Call, called } from "./python-functions.ts";

/* What is concluded from pods, without any. Times are seconds of the API's clock. */

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
    ...PODS.map(([, parts, events]): Call => ["pod_judge", "pod_reason", [pod(parts), events, NOW, LIMITS]]),
  );
});

test.each(PODS.map(([what, , , expected], index) => [what, expected, index] as const))(
  "%s",
  (_what, expected, index) => {
    if (expected === null) expect(reasons[index]).toBeNull();
    else expect(reasons[index]).toMatchObject(expected);
  },
);
