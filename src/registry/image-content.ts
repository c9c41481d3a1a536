import { z } from "zod";
import { canonicalJson, jsonOf } from "../json.ts";
import { digestOf } from "./oci.ts";

/** What an image runs, by the configuration of OCI: all but when and how it was built, which engines write there and nobody can set. */
const configurationSchema = z.object({
  architecture: z.string().exactOptional(),
  os: z.string().exactOptional(),
  variant: z.string().exactOptional(),
  config: z.unknown().optional(),
  /** The hashes of its layers, uncompressed. */
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

/**
 * A hash that is equal for equal images, whenever they were built: other than the image ID it leaves the time out, and the history.
 *
 * @param configuration the text of the image's configuration
 * @returns undefined for what is none
 */
export function imageContent(configuration: string): string | undefined {
  const found = configurationSchema.safeParse(jsonOf(configuration));
  return found.success ? digestOf(Buffer.from(canonicalJson(found.data))) : undefined;
}
