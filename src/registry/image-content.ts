import { z } from "zod";
import { canonicalJson, unambiguousJson } from "../json.ts";
import { digestOf } from "./oci.ts";

/** The configuration of an image by OCI, as far as it is looked into. */
const configurationSchema = z.looseObject({
  /** The hashes of its layers, uncompressed. */
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
});

/** What an image is, by its configuration. */
export interface ImageContent {
  /** A hash that is equal for equal images, whenever they were built. */
  readonly content: string;
  /** The hashes of its layers, uncompressed. */
  readonly layers: readonly string[];
}

/**
 * What an image is: other than the image ID it leaves the time out, and the history, which engines write there and nobody can set. All else
 * counts, also what this program does not know, since what runs the image may.
 *
 * @param configuration the text of the image's configuration
 * @returns undefined for what is none, or is another one for another reader
 */
export function imageContent(configuration: string): ImageContent | undefined {
  const found = configurationSchema.safeParse(unambiguousJson(configuration, { isCaseFree: true }));
  if (!found.success) return undefined;
  const { created: _time, history: _steps, ...runs } = found.data;
  return { content: digestOf(Buffer.from(canonicalJson(runs))), layers: found.data.rootfs.diff_ids };
}
