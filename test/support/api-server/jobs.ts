import { applyPatch, type PatchOperation } from "./json-patch.ts";
import { type Condition, type Event, type Metadata, type Pod, timeText } from "./objects.ts";

/* Jobs of a namespace, whose pods fare as a test says. */

export interface Job {
  apiVersion: "batch/v1";
  kind: "Job";
  metadata: Metadata;
  spec: { suspend?: boolean; template: { spec: Pod["spec"] }; [key: string]: unknown };
  status: { conditions: Condition[] };
}

/** How a container of a pod stands. */
export type ContainerState =
  | { readonly waiting: string; readonly message?: string }
  | "running"
  | { readonly ended: number; readonly says?: object; readonly reason?: string; readonly at?: string };

export interface PodState {
  readonly name: string;
  /** Its place among those that train together. */
  readonly rank?: number;
  readonly phase?: string;
  readonly fetch?: ContainerState;
  readonly train?: ContainerState;
  readonly store?: ContainerState;
  readonly conditions?: readonly Condition[];
  /** Its lines, each with its time. */
  readonly log?: readonly string[];
  readonly events?: readonly Pick<Event, "reason" | "message">[];
}

/** How a Job stands at one moment. */
export interface JobState {
  readonly pods: readonly PodState[];
  readonly ended?: "Complete" | "Failed";
  readonly reason?: string;
  readonly events?: readonly Pick<Event, "reason" | "message">[];
}

/** How a Job stands that is so old, in milliseconds. */
export type Script = (age: number, job: Job) => JobState;

const statusOf = (name: string, state: ContainerState): object => ({
  name,
  ready: false,
  restartCount: 0,
  state:
    state === "running"
      ? { running: { startedAt: timeText(Date.now()) } }
      : "waiting" in state
        ? { waiting: { reason: state.waiting, message: state.message ?? "" } }
        : {
            terminated: {
              ...{ exitCode: state.ended, reason: state.reason ?? (state.ended === 0 ? "Completed" : "Error") },
              ...(state.at === undefined ? {} : { finishedAt: state.at }),
              ...(state.says === undefined ? {} : { message: JSON.stringify(state.says) }),
            },
          },
});

const statuses = (states: Readonly<Record<string, ContainerState | undefined>>): object[] =>
  Object.entries(states).flatMap(([name, state]) => (state === undefined ? [] : [statusOf(name, state)]));

/** What is made beside a Job. */
interface Made {
  readonly metadata: Metadata;
  readonly [key: string]: unknown;
}

export class JobsDouble {
  readonly jobs = new Map<string, Job>();
  readonly secrets = new Map<string, Made>();
  readonly services = new Map<string, Made>();
  /** Names of Jobs that were deleted. */
  readonly deleted: string[] = [];
  script: Script = () => ({ pods: [] });
  #made = 0;

  create(given: Job): Job | undefined {
    const { name } = given.metadata;
    if (this.jobs.has(name)) return undefined;
    const metadata = { ...given.metadata, uid: `job-${++this.#made}`, creationTimestamp: timeText(Date.now()) };
    const made: Job = { ...given, metadata, status: { conditions: [] } };
    this.jobs.set(name, made);
    return made;
  }

  get(name: string): Job | undefined {
    const job = this.jobs.get(name);
    if (job === undefined) return undefined;
    const { ended, reason = "" } = this.#stateOf(job);
    job.status = {
      conditions: ended === undefined ? [] : [{ type: ended, status: "True", reason, message: `it is ${ended}` }],
    };
    return job;
  }

  patch(name: string, operations: readonly PatchOperation[]): Job | undefined {
    const job = this.jobs.get(name);
    const changed = job === undefined ? undefined : applyPatch(job, operations);
    if (changed !== undefined) this.jobs.set(name, changed);
    return changed;
  }

  remove(name: string): boolean {
    if (!this.jobs.delete(name)) return false;
    this.deleted.push(name);
    return true;
  }

  /** Keeps a Secret or a Service, unless there is one of this name. */
  keep(kind: "secrets" | "services", given: Made): boolean {
    if (this[kind].has(given.metadata.name)) return false;
    this[kind].set(given.metadata.name, given);
    return true;
  }

  pods(): Pod[] {
    return [...this.jobs.values()].flatMap((job) =>
      this.#stateOf(job).pods.map((state, index): Pod => {
        const { name, rank, phase = "Running", fetch, train, store, conditions = [] } = state;
        return {
          ...{ apiVersion: "v1", kind: "Pod" },
          metadata: {
            ...{ name, namespace: "default", uid: name, labels: { "batch.kubernetes.io/job-name": job.metadata.name } },
            ...(rank === undefined
              ? {}
              : { annotations: { "batch.kubernetes.io/job-completion-index": String(rank) } }),
            creationTimestamp: timeText(Date.parse(job.metadata.creationTimestamp) + 1000 * index),
          },
          spec: { ...job.spec.template.spec, nodeName: "node-1" },
          status: {
            phase,
            conditions: [...conditions],
            initContainerStatuses: statuses({ fetch, train }),
            containerStatuses: statuses({ store }),
          },
        };
      }),
    );
  }

  eventsOf(name: string): Event[] {
    const found = [...this.jobs.values()].flatMap((job) => {
      const { pods, events = [] } = this.#stateOf(job);
      return job.metadata.name === name ? events : (pods.find((pod) => pod.name === name)?.events ?? []);
    });
    return found.map((one) => ({
      ...{ kind: "Event", type: "Warning", lastTimestamp: timeText(Date.now()) },
      ...{ ...one, involvedObject: { kind: "Pod", name } },
    }));
  }

  /** The lines of a pod since a moment; undefined where there is no such pod. */
  logOf(name: string, since: string | null): string | undefined {
    const pods = [...this.jobs.values()].flatMap((job) => this.#stateOf(job).pods);
    const lines = pods.find((pod) => pod.name === name)?.log;
    return lines
      ?.filter((line) => since === null || line.slice(0, 19) >= since.slice(0, 19))
      .map((line) => `${line}\n`)
      .join("");
  }

  #stateOf = (job: Job): JobState => this.script(Date.now() - this.#begun(job), job);

  readonly #begins = new Map<string, number>();

  #begun({ metadata: { uid } }: Job): number {
    const known = this.#begins.get(uid) ?? Date.now();
    this.#begins.set(uid, known);
    return known;
  }
}
