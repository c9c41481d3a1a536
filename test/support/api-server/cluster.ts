import type { Behaviour } from "./behaviours.ts";
import { DeploymentDouble, type GivenDeployment } from "./deployment.ts";
import { ServiceDouble } from "./inference-service.ts";
import type { PatchOperation } from "./json-patch.ts";
import {
  type CanaryStep,
  type ControllerRevision,
  type Deployment,
  type Event,
  type Pod,
  type ReplicaSet,
  same,
} from "./objects.ts";
import { type Behaviours, behaviourOf } from "./replica-sets.ts";
import { RolloutDouble } from "./rollout.ts";

/* One namespace with something that is deployed to, and what is made beside it. Controllers work whenever somebody looks. */

export interface ClusterOptions {
  /** The image that serves when the test begins. */
  readonly image: string;
  /** What pods of an image do, by a part of its name; those of others are good. */
  readonly behaviours?: Behaviours;
  readonly replicas?: number;
  /** Whether a revision has served already. */
  readonly served?: boolean;
  /** What `model` is: a Deployment when absent. */
  readonly model?:
    | { readonly kind: "rollout"; readonly steps: readonly CanaryStep[] }
    | {
        readonly kind: "inference-service";
        readonly mode: "Standard" | "Knative";
        readonly isSilent?: boolean;
        readonly canaryTrafficPercent?: number;
      };
}

const HOUR = 3_600_000;

export class Cluster {
  readonly rollout: RolloutDouble | undefined;
  readonly service: ServiceDouble | undefined;
  /** States that somebody keeps for later. */
  readonly history = new Map<string, ControllerRevision>();
  readonly #behaviours: Behaviours;
  readonly #deployments = new Map<string, DeploymentDouble>();

  constructor({ image, behaviours = {}, replicas = 2, served = true, model }: ClusterOptions) {
    this.#behaviours = behaviours;
    const labels = { app: "model" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "serve", image }] } };
    const born = Date.now() - HOUR;
    if (model?.kind === "rollout") {
      this.rollout = new RolloutDouble({ replicas, template, steps: model.steps }, behaviours, born);
    } else if (model?.kind === "inference-service") {
      this.service = new ServiceDouble({ image, replicas, ...model }, behaviours, born);
    } else {
      const spec = { replicas, selector: { matchLabels: labels }, template };
      const metadata = { name: "model", annotations: {} };
      this.#deployments.set("model", new DeploymentDouble({ metadata, spec }, behaviours, born));
    }
    for (const one of this.#all()) one.work(served ? born : Date.now());
  }

  #all = () => [...this.#deployments.values(), this.rollout, this.service].filter((one) => one !== undefined);

  /** The one that there is from the beginning. */
  get deployment(): Deployment {
    const found = this.named("model");
    if (found === undefined) throw new Error("model is no Deployment in this test");
    return found;
  }

  work(): void {
    for (const one of this.#all()) one.work();
  }

  #inner = (): readonly DeploymentDouble[] => {
    const made = this.service?.deployment;
    return [...this.#deployments.values(), ...(made === undefined ? [] : [made])];
  };

  deployments(): Deployment[] {
    return this.#inner().map(({ deployment }) => deployment);
  }

  named(name: string): Deployment | undefined {
    return this.deployments().find(({ metadata }) => metadata.name === name);
  }

  /** Makes a Deployment; undefined where there is one of that name. */
  create(given: GivenDeployment): Deployment | undefined {
    const { name } = given.metadata;
    if (this.#deployments.has(name)) return undefined;
    const made = new DeploymentDouble(given, this.#behaviours, Date.now());
    this.#deployments.set(name, made);
    return made.deployment;
  }

  remove(name: string): boolean {
    return this.#deployments.delete(name);
  }

  get sets(): ReplicaSet[] {
    return [...this.#inner(), this.rollout].flatMap((one) => one?.sets ?? []);
  }

  pods(): Pod[] {
    return this.#all().flatMap((one) => ("pods" in one ? one.pods() : one.serving.pods()));
  }

  behaviourOf = (pod: Pod): Behaviour => behaviourOf(pod, this.#behaviours);

  eventsOf(name: string): readonly Event[] {
    const pod = this.pods().find(({ metadata }) => metadata.name === name);
    return pod === undefined ? [] : (this.behaviourOf(pod).events?.(pod) ?? []);
  }

  /** Changes a Deployment as the API server does; undefined where a test of the patch does not hold, or there is none. */
  patch(operations: readonly PatchOperation[], manager = "python", name = "model"): Deployment | undefined {
    return this.#deployments.get(name)?.patch(operations, manager);
  }

  /** Keeps a state; undefined where there is one of that name. */
  keep(given: ControllerRevision): ControllerRevision | undefined {
    const { name } = given.metadata;
    if (this.history.has(name)) return undefined;
    this.history.set(name, given);
    return given;
  }

  /** Keeps it in place of another, whose state must be the same; undefined where it is not. */
  keepInstead(name: string, given: ControllerRevision): ControllerRevision | undefined {
    if (!same(this.history.get(name)?.data, given.data)) return undefined;
    this.history.set(name, given);
    return given;
  }

  /** As `kubectl set image` of somebody else. */
  setImage(image: string): void {
    this.patch([{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image }], "kubectl-set");
  }

  image(): string {
    return (this.rollout ?? this.service)?.image() ?? this.deployment.spec.template.spec.containers[0]?.image ?? "";
  }
}
