import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterKind } from "../../src/delivery/workload.ts";
import { documentedRules, type Rule } from "../support/cluster/access.ts";
import type { Given, TestCluster } from "../support/cluster/cluster.ts";
import { Deployer, type DeployerOptions } from "./deployer.ts";

/** Someone who deploys to `model` in a namespace of a cluster. */
export class Caller extends Deployer {
  readonly cluster: TestCluster;
  readonly namespace: string;

  constructor(of: DeployerOptions & Pick<Caller, "cluster" | "namespace">) {
    super(of);
    this.cluster = of.cluster;
    this.namespace = of.namespace;
  }

  /** The same with another way to the cluster. */
  with(env: Readonly<Record<string, string>>, args = this.args): Caller {
    return new Caller({ ...this, args, env: { ...this.env, ...env } });
  }

  image = (): Promise<string> => this.cluster.image(this.namespace);

  kubectl = (...args: readonly string[]): Promise<string> => this.cluster.kubectl("-n", this.namespace, ...args);
}

export interface Begin extends Omit<Given, "namespace"> {
  readonly settings: string;
  /** What the caller may do: what the manual shows for a rolling deploy, when absent. */
  readonly granted?: readonly Rule[];
  /** A Deployment when absent. */
  readonly kind?: ClusterKind;
  /** What makes it, and waits until it serves. */
  readonly serve?: (given: Given) => Promise<void>;
}

/** Runs something in a namespace of its own, whose `model` serves. */
export async function inNamespace(
  cluster: TestCluster,
  name: string,
  { settings, granted, kind = "deployment", serve = cluster.serve, ...given }: Begin,
  work: (caller: Caller) => Promise<void>,
): Promise<void> {
  const namespace = name.toLowerCase().replaceAll(/\W+/g, "-").slice(0, 60).replace(/-$/, "");
  const project = await mkdtemp(join(tmpdir(), "ml-pipeline-cluster-project-"));
  try {
    await serve({ namespace, ...given });
    const rules = await documentedRules();
    const token = await cluster.deployer(namespace, granted ?? rules[kind === "deployment" ? "rolling" : kind]);
    const env = {
      ML_PIPELINE_HOST_PORTS: String(cluster.plane.port),
      TEST_KUBECONFIG: cluster.plane.kubeconfig(token, namespace),
    };
    const caller = new Caller({ cluster, kind, namespace, project, env });
    await caller.settings(settings);
    await work(caller);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/** Rows to ask a canary about. */
export const requests = (): string =>
  Array.from({ length: 400 }, (_, x) => JSON.stringify({ x: ((x * 7919) % 400) / 400 })).join("\n");
