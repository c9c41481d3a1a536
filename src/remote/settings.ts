import { z } from "zod";
import { count, name } from "../config/forms.ts";
import { apiServer, objectName } from "../config/kubernetes-forms.ts";
import { stricter } from "../config/stricter.ts";

/* How a training runs as a Job of Kubernetes. */

/** What takes less of a cluster is the stricter. */
const seconds = stricter("lower", z.int().positive());

/** An amount of a resource, as Kubernetes has it. */
const quantity = z
  .union([z.number().positive(), z.string()])
  .refine(
    (amount) => /^\d+(\.\d+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/.test(String(amount)),
    'expected an amount as Kubernetes has it, such as 4, "500m" or "16Gi"',
  );

const gpuTable = z.strictObject({
  /** The resource that the nodes offer. */
  type: name.default("nvidia.com/gpu"),
  /** How many of them. */
  count: stricter("lower", count.min(1)).default(1),
});

const toleration = z.strictObject({
  /** The key of the taint; any when absent. */
  key: name.optional(),
  /** `Equal` to a value, or that it `Exists`. */
  operator: z.enum(["Equal", "Exists"]).default("Exists"),
  /** The value of the taint, with `Equal`. */
  value: z.string().optional(),
  /** What the taint does; any when absent. */
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
});

const kubernetesTable = z.strictObject({
  /** Where the image that trains is pushed to, and pulled from by the cluster: REGISTRY/NAME, without a tag. */
  image: z
    .string()
    .regex(
      /^[a-zA-Z0-9][\w.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/,
      "expected REGISTRY/NAME without a tag, such as registry.example.com/team/training",
    ),
  /** The context of the kubeconfig; its current one when absent. */
  context: name.optional(),
  /** The namespace; that of the context when absent. */
  namespace: objectName.optional(),
  /** The address of the API server, with `--cluster-token`; `https://kubernetes.default.svc` when absent. */
  server: apiServer.optional(),
  /** The certificates of its authority, as PEM, with `--cluster-token`; those that every system trusts when absent. */
  "certificate-authority": name.optional(),
  /** The ServiceAccount of the pods; that of the namespace when absent. Its token is not given to them. */
  "service-account": objectName.optional(),
  /** The Secret that the image is pulled with. */
  "image-pull-secret": objectName.optional(),
  /**
   * The Secret with the credentials of the model store below the key `credentials`, as an AWS credentials file; one is made for each
   * training from `--store-credentials` when absent, and goes with the Job.
   */
  "store-secret": objectName.optional(),
  /** Processors that are asked for. */
  cpu: quantity.optional(),
  /** Memory that is asked for, and that a training may not exceed. */
  memory: quantity.optional(),
  /** GPUs; the training is one on the CPU when absent. */
  gpu: gpuTable.optional(),
  /** How many pods train together, each with what is asked for here; their environment is that of distributed frameworks. */
  workers: stricter("lower", count.min(1).max(1000)).default(1),
  /** Labels that a node must have. */
  "node-selector": z.record(name, z.string()).default({}),
  /** Taints that a node may have. */
  tolerations: z.array(toleration).default([]),
  /** The PriorityClass of the pods. */
  "priority-class": objectName.optional(),
  /** The LocalQueue of Kueue that lets the Job begin. */
  queue: objectName.optional(),
  /** How often a pod is tried again that somebody deleted or killed. One that the cluster evicts or preempts is always tried again. */
  retries: stricter("lower", count).default(3),
  /** How long the Job may take, in seconds, with all its pods; `limits.train-seconds` when absent. */
  timeout: seconds.optional(),
  /** How long a pod may be without a node, or its image out of reach, before the training has failed, in seconds. */
  "pending-seconds": seconds.default(3600),
  /** How long a Job is kept that has ended, in seconds: so long its model is found again without another training. */
  "keep-seconds": seconds.default(86_400),
});

export type KubernetesTraining = z.output<typeof kubernetesTable>;

/** How models are trained elsewhere than here. */
export const trainingSettings = z.strictObject({
  /** A Job of Kubernetes, with `--on=kubernetes`. */
  kubernetes: kubernetesTable.optional(),
});
