import { change } from "./changed.ts";
import type { PatchOperation } from "./json-patch.ts";
import { type Deployment, type Pod, type ReplicaSet, timeText } from "./objects.ts";
import { type Behaviours, ReplicaSets } from "./replica-sets.ts";

/** In milliseconds: a controller sees a change a moment later, and until then the status is that of before. */
export const LAG = 100;

/** What is given of a Deployment that is made. */
export interface GivenDeployment {
  readonly metadata: Pick<Deployment["metadata"], "name" | "labels" | "annotations" | "ownerReferences">;
  readonly spec: Deployment["spec"];
}

/** One Deployment, and the controller that makes its ReplicaSets and pods. */
export class DeploymentDouble {
  readonly deployment: Deployment;
  readonly #sets: ReplicaSets;
  #changedAt = 0;

  constructor({ metadata, spec }: GivenDeployment, behaviours: Behaviours, born: number) {
    this.deployment = {
      ...{ apiVersion: "apps/v1", kind: "Deployment" },
      metadata: {
        ...{ namespace: "default", uid: `d-${metadata.name}`, generation: 1, creationTimestamp: timeText(born) },
        ...metadata,
        managedFields: [{ manager: "kubectl-client-side-apply", operation: "Update", time: timeText(born) }],
      },
      spec,
      status: {
        ...{ observedGeneration: 0, replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 },
        // What a rollout of yesterday left: it is not about today's.
        conditions: [
          {
            ...{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
            ...{ message: 'ReplicaSet "model-0" has timed out progressing.', lastUpdateTime: timeText(born) },
          },
        ],
      },
    };
    const owner = { label: "pod-template-hash", revision: "deployment.kubernetes.io/revision" };
    this.#sets = new ReplicaSets({ kind: "Deployment", metadata: this.deployment.metadata, ...owner }, behaviours);
  }

  get sets(): ReplicaSet[] {
    return this.#sets.all;
  }

  pods = (): Pod[] => this.#sets.pods();

  /** What the controller does: ReplicaSets for templates, pods for ReplicaSets, and the status. */
  work(born = Date.now()): void {
    if (Date.now() - this.#changedAt < LAG) return;
    const { metadata, spec, status } = this.deployment;
    const current = spec.paused ? this.#sets.newest() : this.#rollOut(born);
    status.observedGeneration = metadata.generation ?? 0;
    if (current === undefined) return;
    const own = this.#sets.counts(current);
    if (own.all >= spec.replicas && own.ready === own.all) this.#sets.clear(current, "all");
    this.#sets.count();
    const { all, ready } = this.#sets.counts();
    Object.assign(status, { replicas: all, updatedReplicas: this.#sets.counts(current).all });
    Object.assign(status, { readyReplicas: ready, availableReplicas: ready });
  }

  #rollOut(born: number): ReplicaSet {
    const { spec, status } = this.deployment;
    const current = this.#sets.current(spec.template, spec.replicas, born);
    const before = this.#sets.counts(current).all;
    // Pods of another revision that never served make room first, as the controller has it.
    this.#sets.clear(current, "unready");
    this.#sets.scale(current, spec.replicas, born);
    if (before < spec.replicas && this.#changedAt > 0) {
      const progress = { type: "Progressing", status: "True" as const, reason: "ReplicaSetUpdated", message: "" };
      status.conditions = [{ ...progress, lastUpdateTime: timeText(born) }];
    }
    return current;
  }

  /** Changes it as the API server does; undefined where a test of the patch does not hold. */
  patch(operations: readonly PatchOperation[], manager: string): Deployment | undefined {
    const isChanged = change(this.deployment, operations, manager);
    if (isChanged === undefined) return undefined;
    if (isChanged) this.#changedAt = Date.now();
    return structuredClone(this.deployment);
  }
}
