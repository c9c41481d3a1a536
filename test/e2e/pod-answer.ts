import { z } from "zod";
import type { TestCluster } from "../support/cluster/cluster.ts";

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      status: z.object({ containerStatuses: z.array(z.object({ imageID: z.string() })).default([]) }),
    }),
  ),
});

/** The answer of a pod that runs an image; the kubelet says which one it does run. */
export async function answerOf(
  cluster: TestCluster,
  { namespace, image, x }: { readonly namespace: string; readonly image: string; readonly x: number },
): Promise<unknown> {
  const found = pods.parse(
    JSON.parse(await cluster.kubectl("-n", namespace, "get", "pods", "-l", "app=model", "-o", "json")),
  );
  const pod = found.items.find(
    ({
      metadata,
      status: {
        containerStatuses: [status],
      },
    }) => metadata.deletionTimestamp === undefined && image.endsWith(status?.imageID.replace(/^.*@/, "") ?? " "),
  );
  if (pod === undefined) throw new Error(`no pod of ${namespace} runs ${image}`);
  const path = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}:8080/proxy/predict`;
  return cluster.plane.post(path, { instances: [{ x }] });
}
