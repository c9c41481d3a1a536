import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Part } from "./processes.ts";
import { PROGRAMS } from "./programs.ts";

/*
 * KWOK says of nodes and pods what a kubelet would say, without any container. What becomes of a pod is told by its image.
 */

/** What a pod does whose image has this name: `team/crash`. All others serve. */
export type Fate = "crash" | "unready" | "missing" | "slow";

interface Stage {
  readonly name: string;
  readonly kind: "Node" | "Pod";
  readonly expressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
  /** In milliseconds. */
  readonly delay?: number;
  readonly next: object;
}

const manifest = ({ name, kind, expressions, delay, next }: Stage): object => ({
  ...{ apiVersion: "kwok.x-k8s.io/v1alpha1", kind: "Stage", metadata: { name } },
  spec: {
    ...{ resourceRef: { apiGroup: "v1", kind }, selector: { matchExpressions: expressions }, next },
    ...(delay === undefined ? {} : { delay: { durationMilliseconds: delay } }),
  },
});

const lives = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };
const pending = { key: ".status.phase", operator: "In", values: ["Pending"] };
const image = ".spec.containers.[].image";

const conditions = (ready: boolean): string =>
  ["Initialized", "Ready", "ContainersReady"]
    .map((type) => {
      const status = ready || type === "Initialized" ? "True" : "False";
      return `- {type: ${type}, status: "${status}", lastTransitionTime: {{ Now | Quote }}}`;
    })
    .join("\n");

/** What the node says of a pod whose containers are all in one state. */
const statusTemplate = (phase: string, ready: boolean, restarts: number, states: string): string => `
phase: ${phase}
startTime: {{ Now | Quote }}
conditions:
${conditions(ready)}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  ready: ${ready}
  restartCount: ${restarts}
${states}
{{ end }}
`;

const running = "  state: {running: {startedAt: {{ Now | Quote }}}}";

const FATES: Readonly<Record<Fate, { readonly delay: number; readonly next: object }>> = {
  crash: {
    delay: 1000,
    next: {
      statusTemplate: statusTemplate(
        "Running",
        false,
        1,
        `  state: {waiting: {reason: CrashLoopBackOff, message: back-off 10s restarting failed container}}
  lastState: {terminated: {exitCode: 3, reason: Error, startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }}}}`,
      ),
    },
  },
  slow: { delay: 6000, next: { statusTemplate: statusTemplate("Running", true, 0, running) } },
  unready: {
    delay: 300,
    next: {
      event: {
        type: "Warning",
        reason: "Unhealthy",
        message: "Readiness probe failed: HTTP probe failed with statuscode: 503",
      },
      statusTemplate: statusTemplate("Running", false, 0, running),
    },
  },
  missing: {
    delay: 1000,
    next: {
      event: { type: "Warning", reason: "Failed", message: "Failed to pull image: not found" },
      statusTemplate: statusTemplate(
        "Pending",
        false,
        0,
        `  state: {waiting: {reason: ErrImagePull, message: "rpc error: code = NotFound desc = not found"}}`,
      ),
    },
  },
};

/** All that happens in a cluster with such images, each of which fares as one of the fates. */
const stages = (fates: Readonly<Record<string, Fate>>): Stage[] => [
  {
    ...{ name: "node-ready", kind: "Node" },
    expressions: [
      {
        key: '.status.conditions.[] | select( .type == "Ready" ) | .status',
        ...{ operator: "NotIn", values: ["True"] },
      },
    ],
    next: {
      statusTemplate: `
conditions:
{{ range NodeConditions }}
- {type: {{ .type | Quote }}, status: {{ .status | Quote }}, reason: {{ .reason | Quote }}, message: {{ .message | Quote }}, lastHeartbeatTime: {{ Now | Quote }}, lastTransitionTime: {{ Now | Quote }}}
{{ end }}
`,
    },
  },
  {
    ...{ name: "pod-ready", kind: "Pod", delay: 300 },
    expressions: [lives, pending, { key: image, operator: "NotIn", values: Object.keys(fates) }],
    next: { statusTemplate: statusTemplate("Running", true, 0, running) },
  },
  ...Object.entries(fates).map(
    ([name, fate], index): Stage => ({
      ...{ name: `pod-${fate}-${index}`, kind: "Pod", ...FATES[fate] },
      expressions: [
        ...[lives, pending, { key: image, operator: "In", values: [name] }],
        // Once: what waits stays pending.
        { key: ".status.containerStatuses.[].state.waiting.reason", operator: "NotIn", values: ["ErrImagePull"] },
      ],
    }),
  ),
  {
    ...{ name: "pod-delete", kind: "Pod" },
    expressions: [{ ...lives, operator: "Exists" }],
    next: { finalizers: { empty: true }, delete: true },
  },
];

/** A node with room for so many pods. */
export const node = (name: string, pods: number): object => {
  const room = { cpu: "32", memory: "64Gi", pods: String(pods) };
  return {
    ...{ apiVersion: "v1", kind: "Node", metadata: { name, labels: { "kubernetes.io/hostname": name } } },
    status: { allocatable: room, capacity: room },
  };
};

export async function startKwok(
  folder: string,
  kubeconfig: string,
  fates: Readonly<Record<string, Fate>>,
): Promise<Part> {
  const config = join(folder, "stages.yaml");
  await writeFile(
    config,
    stages(fates)
      .map((one) => JSON.stringify(manifest(one)))
      .join("\n---\n"),
  );
  return new Part(folder, join(PROGRAMS, "kwok"), [
    ...[`--kubeconfig=${kubeconfig}`, `--config=${config}`, "--manage-all-nodes=true"],
    "--node-lease-duration-seconds=40",
  ]);
}
