import type { Repository } from "../../src/registry/connection.ts";
import { getManifest, putBlob, putManifest } from "../../src/registry/content.ts";
import { type Descriptor, descriptorOf, digestOf, MANIFEST_TYPE } from "../../src/registry/oci.ts";

/** Pushes an image of one layer, as `v1`. */
export const pushTinyImage = (repository: Repository, text = "layer", created?: string): Promise<Descriptor> => {
  const configuration = { created, os: "linux", rootfs: { type: "layers", diff_ids: [digestOf(Buffer.from(text))] } };
  return pushImage(repository, JSON.stringify(configuration), Buffer.from(text));
};

/** Pushes an image of one layer, a tar archive, with its configuration as JSON; it is called `v1`. */
export async function pushImage(repository: Repository, configuration: string, layer: Buffer): Promise<Descriptor> {
  const config = Buffer.from(configuration);
  await Promise.all([config, layer].map((blob) => putBlob(repository, blob)));
  const manifest = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: MANIFEST_TYPE },
      config: descriptorOf("application/vnd.oci.image.config.v1+json", config),
      layers: [descriptorOf("application/vnd.oci.image.layer.v1.tar", layer)],
    }),
  );
  await putManifest(repository, "v1", MANIFEST_TYPE, manifest);
  return (await getManifest(repository, digestOf(manifest))).descriptor;
}
