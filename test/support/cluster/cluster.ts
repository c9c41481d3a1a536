import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deployerRole, documentedWorkload, type Rule } from "./access.ts";
import { startArgo } from "./argo.ts";
import { ControlPlane } from "./control-plane.ts";
import { type Fate, node, startKwok } from "./kwok.ts";
import { type RealNode, startRealNode } from "./node.ts";
import { buildPrograms, PROGRAMS } from "./programs.ts";

export interface ClusterOptions {
  /** Nodes without containers, by the number of pods that they have room for. */
  readonly nodes?: Readonly<Record<string, number>>;
  /** What pods of an image do on them. */
  readonly fates?: Readonly<Record<string, Fate>>;
  /** Whether there is Argo Rollouts. */
  readonly argo?: boolean;
  /** Whether there is a node that runs containers. */
  readonly containers?: boolean;
}

/** How a Deployment is made that a test begins with. */
export interface Given {
  readonly namespace: string;
  readonly image: string;
  readonly replicas?: number;
  /** On which node its pods run. */
  readonly node?: string;
  /** More of its container. */
  readonly container?: object;
}

export const namespaceObject = (name: string): object => ({
  ...{ apiVersion: "v1", kind: "Namespace", metadata: { name } },
});

/** What a Deployment and what is made like one say of their pods. */
function podsOf({ image, replicas = 2, node: on, container = {} }: Given): object {
  const labels = { app: "model" };
  const spec = {
    containers: [{ name: "serve", image, ports: [{ containerPort: 8080 }], ...container }],
    ...(on === undefined ? {} : { nodeSelector: { "kubernetes.io/hostname": on } }),
    terminationGracePeriodSeconds: 1,
  };
  return { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } };
}

/** A Kubernetes of a test's own: its API server, controllers and scheduler are real. */
export class TestCluster {
  readonly plane: ControlPlane;
  readonly #close: () => Promise<void>;
  readonly #node: RealNode | undefined;

  private constructor(plane: ControlPlane, node: RealNode | undefined, close: () => Promise<void>) {
    this.plane = plane;
    this.#node = node;
    this.#close = close;
  }

  static async start({
    nodes = {},
    fates = {},
    argo = false,
    containers = false,
  }: ClusterOptions): Promise<TestCluster> {
    await buildPrograms();
    const folder = await mkdtemp(join(tmpdir(), "ml-pipeline-cluster-"));
    const parts: { kill(): Promise<void> }[] = [];
    const close = async (): Promise<void> => {
      for (const part of parts.reverse()) await part.kill();
      await rm(folder, { recursive: true, force: true });
    };
    try {
      const plane = await ControlPlane.start(folder);
      parts.push({ kill: () => plane.close() });
      const real = containers ? await startRealNode(folder, plane.adminFile) : undefined;
      if (real !== undefined) parts.push(real);
      const made = new TestCluster(plane, real, close);
      if (Object.keys(nodes).length > 0) {
        parts.push(await startKwok(folder, plane.adminFile, fates));
        for (const [name, pods] of Object.entries(nodes)) await made.apply(node(name, pods));
      }
      if (argo) parts.push(await startArgo(folder, plane.adminFile, (file) => made.kubectl("create", "-f", file)));
      await made.#untilReady(Object.keys(nodes).length + (containers ? 1 : 0));
      return made;
    } catch (error) {
      await close();
      throw error;
    }
  }

  close = (): Promise<void> => this.#close();

  /** The node that runs containers. */
  get node(): RealNode {
    if (this.#node === undefined) throw new Error("no node of this cluster runs containers");
    return this.#node;
  }

  /** Calls kubectl as who may do everything. */
  kubectl(...args: readonly string[]): Promise<string> {
    return this.#ask(args);
  }

  async apply(...objects: readonly object[]): Promise<void> {
    await this.#ask(["apply", "-f", "-"], objects.map((one) => JSON.stringify(one)).join("\n---\n"));
  }

  /** Makes a namespace with the Deployment `model`, and waits until it serves. */
  serve = async (given: Given): Promise<void> => {
    const { namespace } = given;
    await this.apply(namespaceObject(namespace), {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "model", namespace } },
      spec: podsOf(given),
    });
    await this.kubectl("-n", namespace, "rollout", "status", "deployment/model", "--timeout=60s");
  };

  /** The same with the Deployment and the Service that the manual shows. */
  serveDocumented = async ({ namespace, image }: Pick<Given, "namespace" | "image">): Promise<void> => {
    await this.apply(namespaceObject(namespace), ...(await documentedWorkload(image, namespace)));
    await this.kubectl("-n", namespace, "rollout", "status", "deployment/model", "--timeout=60s");
  };

  /** The same with a Rollout, whose canary has these steps. */
  serveRollout = async (given: Given, steps: readonly object[]): Promise<void> => {
    const { namespace } = given;
    await this.apply(namespaceObject(namespace), {
      ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata: { name: "model", namespace } },
      spec: { ...podsOf(given), strategy: { canary: { steps } } },
    });
    const healthy = ["--for=jsonpath={.status.phase}=Healthy", "--timeout=90s"];
    await this.kubectl("-n", namespace, "wait", "rollout/model", ...healthy);
  };

  /** The image that the Deployment `model` of a namespace is to run. */
  image(namespace: string): Promise<string> {
    const path = "jsonpath={.spec.template.spec.containers[0].image}";
    return this.kubectl("-n", namespace, "get", "deployment", "model", "-o", path);
  }

  /** The token of a ServiceAccount that has these rules in a namespace and no more. */
  async deployer(namespace: string, rules: readonly Rule[]): Promise<string> {
    await this.apply(...deployerRole(namespace, rules));
    return (await this.kubectl("-n", namespace, "create", "token", "deployer", "--duration=1h")).trim();
  }

  async #untilReady(wanted: number): Promise<void> {
    const ends = Date.now() + 60_000;
    for (;;) {
      const nodes = await this.kubectl("get", "nodes", "--no-headers");
      if (nodes.split("\n").filter((line) => / Ready /.test(line)).length === wanted) return;
      if (Date.now() > ends) throw new Error(`the nodes of the cluster are not ready:\n${nodes}`);
      await sleep(200);
    }
  }

  #ask(args: readonly string[], given = ""): Promise<string> {
    return new Promise((resolve, reject) => {
      const asking = execFile(
        join(PROGRAMS, "kubectl"),
        [`--kubeconfig=${this.plane.adminFile}`, ...args],
        { maxBuffer: 2 ** 26 },
        (error, stdout, stderr) =>
          error ? reject(new Error(`kubectl ${args.join(" ")}: ${stderr}`)) : resolve(stdout),
      );
      asking.stdin?.end(given);
    });
  }
}
