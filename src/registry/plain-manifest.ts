import type { z } from "zod";
import { isObject, unambiguousJson } from "../json.ts";
import type { FoundManifest } from "./content.ts";
import { manifestSchema } from "./oci.ts";

/**
 * The manifest of a single image, where everybody reads the same of it; undefined otherwise. What is signed here is run by others: neither
 * a key that counts for them alone may be in it, nor a list of other images (GHSA-77vh-xpmg-72qh).
 */
export function plainManifest({ content }: FoundManifest): z.output<typeof manifestSchema> | undefined {
  const value = unambiguousJson(content.toString());
  const isPlain = isObject(value) && Object.keys(value).every((key) => KEYS.includes(key));
  return isPlain ? manifestSchema.safeParse(value).data : undefined;
}

const KEYS: readonly string[] = ["schemaVersion", ...Object.keys(manifestSchema.shape)];
