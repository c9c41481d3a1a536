import { setTimeout as sleep } from "node:timers/promises";
import { type Given, namespaceObject, type TestCluster } from "./cluster.ts";

/*
 * KServe needs certificates and webhooks of its own, so its kind is made here without its schema, and what its controller does in the mode
 * Standard is done by hand: a Deployment for each InferenceService, and the status by that.
 */

const GROUP = "serving.kserve.io";
const NAME = "model-predictor";
const LABELS = { app: `isvc.${NAME}`, [`${GROUP}/inferenceservice`]: "model", component: "predictor" };

const definition = {
  ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
  metadata: { name: `inferenceservices.${GROUP}` },
  spec: {
    ...{ group: GROUP, scope: "Namespaced" },
    names: { kind: "InferenceService", plural: "inferenceservices", singular: "inferenceservice" },
    versions: [
      {
        ...{ name: "v1beta1", served: true, storage: true, subresources: { status: {} } },
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

interface Service {
  readonly metadata: { readonly uid: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly predictor: { readonly minReplicas: number; readonly containers: readonly object[] } };
}

interface Made {
  readonly spec: { readonly replicas: number };
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** The controller of the InferenceServices `model` of namespaces. */
export class KserveHand {
  readonly #cluster: TestCluster;
  readonly #namespaces: string[] = [];
  #isEnding = false;
  readonly #working: Promise<void>;

  private constructor(cluster: TestCluster) {
    this.#cluster = cluster;
    this.#working = this.#work();
  }

  static async start(cluster: TestCluster): Promise<KserveHand> {
    await cluster.apply(definition);
    await cluster.kubectl("wait", `crd/inferenceservices.${GROUP}`, "--for=condition=Established", "--timeout=60s");
    return new KserveHand(cluster);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#working;
  }

  /** Makes a namespace with the InferenceService `model`, and waits until it serves. */
  serve = async ({ namespace, image, replicas = 2 }: Given): Promise<void> => {
    await this.#cluster.apply(namespaceObject(namespace), {
      ...{ apiVersion: `${GROUP}/v1beta1`, kind: "InferenceService", metadata: { name: "model", namespace } },
      spec: { predictor: { minReplicas: replicas, containers: [{ name: "kserve-container", image }] } },
    });
    this.#namespaces.push(namespace);
    const ready = ["--for=condition=Ready", "--timeout=90s"];
    await this.#cluster.kubectl("-n", namespace, "wait", "inferenceservice/model", ...ready);
  };

  async #work(): Promise<void> {
    while (!this.#isEnding) {
      for (const namespace of this.#namespaces) await this.#reconcile(namespace);
      await sleep(300);
    }
  }

  async #reconcile(namespace: string): Promise<void> {
    const get = async (...what: readonly string[]): Promise<string> =>
      this.#cluster.kubectl("-n", namespace, "get", ...what, "-o", "json");
    const { metadata, spec } = JSON.parse(await get("inferenceservice", "model")) as Service;
    const { minReplicas: replicas, containers } = spec.predictor;
    const owner = { apiVersion: `${GROUP}/v1beta1`, kind: "InferenceService", name: "model", uid: metadata.uid };
    await this.#cluster.apply({
      ...{ apiVersion: "apps/v1", kind: "Deployment" },
      metadata: { name: NAME, namespace, labels: LABELS, ownerReferences: [{ ...owner, controller: true }] },
      spec: {
        ...{ replicas, selector: { matchLabels: { app: LABELS.app } } },
        // Annotations of the service are those of its pods.
        template: {
          metadata: { labels: LABELS, annotations: metadata.annotations ?? {} },
          spec: { containers, terminationGracePeriodSeconds: 1 },
        },
      },
    });
    const { status = {} } = JSON.parse(await get("deployment", NAME)) as Made;
    const ready = status.updatedReplicas === replicas && status.availableReplicas === replicas;
    const conditions = ["PredictorReady", "Ready"].map((type) => ({
      ...{ type, status: ready ? "True" : "Unknown", lastTransitionTime: new Date().toISOString() },
    }));
    const copies = { totalCopies: status.availableReplicas ?? 0, failedCopies: 0 };
    const said = {
      ...{ deploymentMode: "Standard", observedGeneration: status.observedGeneration ?? 0, conditions },
      modelStatus: { transitionStatus: ready ? "UpToDate" : "InProgress", copies },
    };
    const patch = ["--subresource=status", "--type=merge", `--patch=${JSON.stringify({ status: said })}`];
    await this.#cluster.kubectl("-n", namespace, "patch", "inferenceservice", "model", ...patch);
  }
}
