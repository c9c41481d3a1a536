import { argumentsOf, type Line } from "../config/command-form.ts";

/* What is deployed to: each kind of it has its words here, and `src/python` what is done with it. */

/** The kinds, by the key of an environment's table that names one. */
export const WORKLOAD_KINDS = ["deployment", "rollout", "inference-service", "external"] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];
/** Those that a cluster has. */
export type ClusterKind = Exclude<WorkloadKind, "external">;

/** An object of a cluster that is deployed to. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** The keys of a table of which one names what is deployed to; `external` is a command that does it. */
export type NamesWorkload = {
  readonly [Kind in WorkloadKind]?: (Kind extends "external" ? { readonly command: Line } : string) | undefined;
};

/** @param target a table that has been checked: it names one */
export function workloadOf(target: NamesWorkload): Workload {
  const kind = namedKinds(target)[0] ?? "deployment";
  const named = target[kind] ?? "";
  return { kind, name: typeof named === "string" ? named : argumentsOf(named.command).join(" ") };
}

/** Which kinds a table names. */
export const namedKinds = (target: NamesWorkload): readonly WorkloadKind[] =>
  WORKLOAD_KINDS.filter((kind) => target[kind] !== undefined);

interface KindWords {
  /** As Kubernetes writes it. */
  readonly title: string;
  /** What has to be installed, where a server does not know it. */
  readonly needs: string;
  /** How one that is paused goes on, as a sentence. */
  readonly resume: (name: string) => string;
  /** What a person types, or does, to let it go on that waits for one. */
  readonly goOn: (name: string, namespace: string) => string;
  /** Why a canary of ours cannot be tried beside it; absent where it can. */
  readonly ownCanary?: string;
}

export const KIND_WORDS: Readonly<Record<WorkloadKind, KindWords>> = {
  deployment: {
    title: "Deployment",
    needs: "Every Kubernetes has it",
    resume: (name) => `\`kubectl rollout resume deployment/${name}\` ends that.`,
    goOn: (name) => `kubectl rollout resume deployment/${name}`,
  },
  rollout: {
    title: "Rollout",
    needs: "Argo Rollouts has to be installed",
    resume: (name) => `\`kubectl argo rollouts promote ${name}\` ends that.`,
    goOn: (name, namespace) => `kubectl argo rollouts promote ${name} --namespace=${namespace}`,
    ownCanary:
      "the steps of a Rollout move its requests themselves, and what `analysis-template` prints lets our checks judge them",
  },
  "inference-service": {
    title: "InferenceService",
    needs: "KServe has to be installed",
    resume: () => "Its annotation serving.kserve.io/stop says that: remove it.",
    goOn: (name, namespace) =>
      `kubectl patch inferenceservice ${name} --namespace=${namespace} --type=json --patch='[{"op": "remove", "path": "/spec/predictor/canaryTrafficPercent"}]'`,
    ownCanary:
      "KServe moves the requests itself, by spec.predictor.canaryTrafficPercent of an InferenceService that Knative serves",
  },
  external: {
    title: "command",
    needs: "It is a program of yours",
    resume: () => "What it deploys to says how that ends.",
    goOn: (name) => name,
    ownCanary: "a command of yours moves the requests itself",
  },
};

/** `Deployment income`. */
export const workloadText = ({ kind, name }: Workload): string => `${KIND_WORDS[kind].title} ${name}`;
