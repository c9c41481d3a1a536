import { change } from "./changed.ts";
import { LAG } from "./deployment.ts";
import { applyPatch, type PatchOperation } from "./json-patch.ts";
import { type CanaryStep, type Pod, type ReplicaSet, type Rollout, type Template, timeText } from "./objects.ts";
import { type Behaviours, ReplicaSets } from "./replica-sets.ts";

const HASH = "rollouts-pod-template-hash";
const REVISION = "rollout.argoproj.io/revision";

/** Its phase, and what the controller says of it. */
type Said = readonly [phase: Rollout["status"]["phase"], message: string];

export interface GivenRollout {
  readonly replicas: number;
  readonly template: Template;
  readonly steps: readonly CanaryStep[];
}

/** The Rollout `model`, and the controller of Argo as far as it has steps of a canary. */
export class RolloutDouble {
  readonly rollout: Rollout;
  readonly #sets: ReplicaSets;
  #changedAt = 0;

  constructor({ replicas, template, steps }: GivenRollout, behaviours: Behaviours, born: number) {
    const metadata = {
      ...{ name: "model", namespace: "default", uid: "r-model", generation: 1, creationTimestamp: timeText(born) },
      ...{ annotations: {}, managedFields: [{ manager: "kubectl-create", operation: "Update", time: timeText(born) }] },
    };
    this.rollout = {
      ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata },
      spec: {
        ...{ replicas, template, selector: { matchLabels: template.metadata.labels } },
        strategy: { canary: { steps: [...steps] } },
      },
      status: { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, conditions: [] },
    };
    this.#sets = new ReplicaSets(
      {
        ...{ kind: "Rollout", metadata, label: HASH, revision: REVISION },
        // The API server fills in what a ReplicaSet leaves out, and knows nothing of a Rollout.
        filled: { terminationMessagePath: "/dev/termination-log", imagePullPolicy: "IfNotPresent" },
      },
      behaviours,
    );
  }

  get sets(): ReplicaSet[] {
    return this.#sets.all;
  }

  pods = (): Pod[] => this.#sets.pods();

  work(born = Date.now()): void {
    if (Date.now() - this.#changedAt < LAG) return;
    const { metadata, spec, status } = this.rollout;
    const current = this.#sets.current(spec.template, spec.replicas, born);
    const hash = current.metadata.labels?.[HASH] ?? "";
    const { steps } = spec.strategy.canary;
    if (status.currentPodHash !== hash) this.#begin(hash, steps.length);
    status.observedGeneration = String(metadata.generation);
    const [phase, message] = this.#step(current, hash, steps, born);
    Object.assign(status, { phase, message });
    this.#sets.count();
    const { all, ready } = this.#sets.counts();
    Object.assign(status, { replicas: all, updatedReplicas: this.#sets.counts(current).all });
    Object.assign(status, { readyReplicas: ready, availableReplicas: ready });
  }

  /** A template that it has not seen before: what was said of the last one is forgotten. */
  #begin(hash: string, steps: number): void {
    const { status } = this.rollout;
    const isBack = status.stableRS === undefined || status.stableRS === hash;
    Object.assign(status, { currentPodHash: hash, abort: false, promoteFull: false, controllerPause: false });
    Object.assign(status, { pauseConditions: [], currentStepIndex: isBack ? steps : 0 });
    this.#progresses("True", "ReplicaSetUpdated", "");
  }

  /** Goes as far as it can now, and gives how it stands. */
  #step(current: ReplicaSet, hash: string, steps: readonly CanaryStep[], born: number): Said {
    const { spec, status } = this.rollout;
    if (status.abort && status.stableRS !== hash) return this.#aborted(current, born);
    if (status.promoteFull) {
      Object.assign(status, { currentStepIndex: steps.length, pauseConditions: [], controllerPause: false });
    }
    const step = steps[status.currentStepIndex ?? 0];
    if (step === undefined) {
      this.#sets.scale(current, spec.replicas, born);
      if (this.#sets.counts(current).ready < spec.replicas) return ["Progressing", "more replicas need to be updated"];
      this.#sets.clear(current, "all");
      Object.assign(status, { stableRS: hash, promoteFull: false });
      return ["Healthy", ""];
    }
    if (step.setWeight === undefined) return this.#pause(step);
    const count = this.#share(current, step.setWeight, born);
    if (this.#sets.counts(current).ready < count) {
      return ["Progressing", "updated replicas are still becoming available"];
    }
    return this.#next();
  }

  #next(): Said {
    const { status } = this.rollout;
    status.currentStepIndex = (status.currentStepIndex ?? 0) + 1;
    return ["Progressing", "waiting for all steps to complete"];
  }

  #pause({ pause: { duration } = {} }: CanaryStep): Said {
    const { status } = this.rollout;
    const [begun] = status.pauseConditions ?? [];
    if (
      begun !== undefined &&
      duration !== undefined &&
      Date.now() - Date.parse(begun.startTime) > 1000 * Number(duration)
    ) {
      Object.assign(status, { pauseConditions: [] });
    }
    if (!status.controllerPause) {
      const pause = { reason: "CanaryPauseStep", startTime: timeText(Date.now()) };
      Object.assign(status, { controllerPause: true, pauseConditions: [pause] });
    } else if ((status.pauseConditions ?? []).length === 0) {
      // A person has let it go on, or it has an end.
      status.controllerPause = false;
      return this.#next();
    }
    return ["Paused", "CanaryPauseStep"];
  }

  #aborted(current: ReplicaSet, born: number): Said {
    this.#share(current, 0, born);
    const message = `Rollout aborted update to revision ${current.metadata.annotations?.[REVISION]}`;
    if (this.rollout.status.phase !== "Degraded") this.#progresses("False", "RolloutAborted", message);
    return ["Degraded", `RolloutAborted: ${message}`];
  }

  /** Divides the pods between the new revision and the stable one. */
  #share(current: ReplicaSet, weight: number, born: number): number {
    const { spec, status } = this.rollout;
    const count = Math.ceil((weight * spec.replicas) / 100);
    this.#sets.scale(current, count, born);
    const stable = this.#sets.all.find((one) => one.metadata.labels?.[HASH] === status.stableRS);
    if (stable !== undefined) this.#sets.scale(stable, spec.replicas - count, born);
    return count;
  }

  #progresses(status: "True" | "False", reason: string, message: string): void {
    const time = timeText(Date.now());
    this.rollout.status.conditions = [
      { type: "Progressing", status, reason, message, lastUpdateTime: time, lastTransitionTime: time },
    ];
  }

  /** Changes it as the API server does, or its status alone; undefined where a test of the patch does not hold. */
  patch(operations: readonly PatchOperation[], manager: string, part?: "status"): Rollout | undefined {
    if (part === "status") {
      const changed = applyPatch(this.rollout, operations);
      if (changed === undefined) return undefined;
      this.rollout.status = changed.status;
    } else {
      const isChanged = change(this.rollout, operations, manager);
      if (isChanged === undefined) return undefined;
      if (isChanged) this.#changedAt = Date.now();
    }
    return structuredClone(this.rollout);
  }

  /** As `kubectl argo rollouts promote` and `abort` do. */
  promote = (): unknown => this.patch([{ op: "replace", path: "/status/pauseConditions", value: [] }], "", "status");
  abort = (): unknown => this.patch([{ op: "replace", path: "/status/abort", value: true }], "", "status");

  image = (): string => this.rollout.spec.template.spec.containers[0]?.image ?? "";
}
