import { type Event, type Pod, timeText } from "./objects.ts";

/** What becomes of a pod, by its age in milliseconds. */
export interface Behaviour {
  readonly ready: (age: number) => boolean;
  readonly status: (pod: Pod, age: number) => Pod["status"];
  readonly events?: (pod: Pod) => readonly Event[];
  readonly log?: string;
  /** What it answers to a prediction. */
  readonly answer?: unknown;
  /** The same, where that depends on the pod. */
  readonly answerOf?: (pod: Pod) => unknown;
  /** The share of predictions that fail, and of those that are answered otherwise. */
  readonly fails?: number;
  readonly otherwise?: number;
  /** How long a prediction takes. */
  readonly milliseconds?: number;
}

const STARTS = 200;

const container = (pod: Pod): { name: string; image: string } =>
  pod.spec.containers[0] ?? { name: "none", image: "none" };

const condition = (type: string, status: "True" | "False", reason = "", message = "") => ({
  ...{ type, status, reason, message },
  lastTransitionTime: timeText(0),
});

const placed = (ready: boolean) => [
  condition("PodScheduled", "True"),
  condition("Ready", ready ? "True" : "False", ready ? "" : "ContainersNotReady"),
];

const running = (pod: Pod, ready: boolean): Pod["status"] => ({
  phase: "Running",
  conditions: placed(ready),
  containerStatuses: [
    {
      ...{ name: container(pod).name, image: container(pod).image, imageID: container(pod).image, ready },
      ...{ restartCount: 0, state: { running: { startedAt: pod.metadata.creationTimestamp } } },
    },
  ],
});

const waiting = (pod: Pod, reason: string, message: string, more: object = {}): Pod["status"] => ({
  phase: "Pending",
  conditions: placed(false),
  containerStatuses: [
    {
      name: container(pod).name,
      image: container(pod).image,
      ready: false,
      restartCount: 0,
      state: { waiting: { reason, message } },
      ...more,
    },
  ],
});

const event = (pod: Pod, reason: string, message: string): Event => ({
  ...{ kind: "Event", reason, message, type: "Warning", lastTimestamp: timeText(Date.now()) },
  involvedObject: { kind: "Pod", name: pod.metadata.name },
});

const never = (): boolean => false;

const serving: Behaviour = {
  ready: (age) => age > STARTS,
  status: (pod, age) => (age > STARTS ? running(pod, true) : waiting(pod, "ContainerCreating", "")),
};

export const BEHAVIOURS = {
  good: serving,
  /** It serves, and answers otherwise. */
  other: {
    ready: (age) => age > STARTS,
    status: (pod) => running(pod, true),
    answer: { predictions: ["no"] },
  },
  /** Of its pods every other one answers otherwise. */
  uneven: {
    ...serving,
    answerOf: ({ metadata }) => ({ predictions: [/[02468]$/.test(metadata.name) ? "no" : "yes"] }),
  },
  failing: { ...serving, fails: 0.2 },
  drifted: { ...serving, otherwise: 0.2 },
  lagging: { ...serving, milliseconds: 25 },
  steady: { ...serving, milliseconds: 10 },
  /** One that takes its time, so that what a machine adds to it is little, and one that takes a third longer. */
  unhurried: { ...serving, milliseconds: 60 },
  third: { ...serving, milliseconds: 80 },
  slow: {
    ready: (age) => age > 4000,
    status: (pod, age) => running(pod, age > 4000),
  },
  crash: {
    ready: never,
    status: (pod, age) =>
      age < STARTS
        ? waiting(pod, "ContainerCreating", "")
        : waiting(pod, "CrashLoopBackOff", "back-off 10s restarting failed container", {
            restartCount: 2,
            lastState: { terminated: { exitCode: 3, reason: "Error", finishedAt: timeText(Date.now()) } },
          }),
    log: "loading /app/models\nModuleNotFoundError: No module named 'sklearn'\n",
  },
  missing: {
    ready: never,
    status: (pod) => waiting(pod, "ImagePullBackOff", `Back-off pulling image "${container(pod).image}"`),
    events: (pod) => [
      event(
        pod,
        "Failed",
        `Failed to pull image "${container(pod).image}": rpc error: code = NotFound desc = failed to resolve image: not found`,
      ),
    ],
  },
  config: {
    ready: never,
    status: (pod) => waiting(pod, "CreateContainerConfigError", 'secret "model-token" not found'),
  },
  unready: {
    ready: never,
    status: (pod) => running(pod, false),
    events: (pod) => [event(pod, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")],
    log: "waiting for the feature store\n",
  },
  noRoom: {
    ready: never,
    status: () => ({
      phase: "Pending",
      conditions: [
        condition("PodScheduled", "False", "Unschedulable", "0/2 nodes are available: 2 Insufficient memory."),
      ],
      containerStatuses: [],
    }),
  },
} as const satisfies Record<string, Behaviour>;

export type BehaviourName = keyof typeof BEHAVIOURS;
