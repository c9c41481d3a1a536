import type { Repository } from "../../src/registry/connection.ts";
import { getManifest, putBlob, putManifest } from "../../src/registry/content.ts";
import { type Descriptor, descriptorOf, digestOf, MANIFEST_TYPE } from "../../src/registry/oci.ts";

/** Pushes an image of one layer, as `v1`. */
export async function pushTinyImage(repository: Repository, text = "layer"): Promise<Descriptor> {
  const [config, layer] = ['{"os":"linux"}', text].map((blob) => Buffer.from(blob)) as [Buffer, Buffer];
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
