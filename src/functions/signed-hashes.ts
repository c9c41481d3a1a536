import type { Context } from "../context/context.ts";
import { digestOf } from "../delivery/image-reference.ts";
import { UserError } from "../errors.ts";
import { isOfRegistry } from "../registry/content.ts";
import { type ModelHashes, taggedImage } from "../stages/tagged-image.ts";
import type { MadeOf } from "../store/which.ts";
import { approvalAsks } from "./signed-approval.ts";
import type { Site } from "./site.ts";
import { verdictAsks } from "./verified-image.ts";

/* What an image that runs was made of. Whoever may change a workload may change what is noted there. */

type Access = Pick<Site, "registry">;
type Trust = Pick<Context, "config" | "evidence">;

/** What a trusted key signed that an image was made of, or why that is not known, as the end of a sentence. */
export async function signedHashes(
  { registry }: Access,
  { evidence }: Pick<Context, "evidence">,
  image: string,
): Promise<ModelHashes | string> {
  if (evidence.trusted.length === 0) return "nothing says whose counts: give --verification-key before the function";
  if (digestOf(image) === "") return `${image} has no digest, and its tag may stand for another image by now`;
  try {
    const found = await taggedImage(registry, image, evidence);
    if (found === undefined) return `the registry has no ${image} any more`;
    return found.judged ?? `no trusted key signed which model ${image} has`;
  } catch (error) {
    if (error instanceof UserError || isOfRegistry(error)) return `${image} cannot be asked about: ${error.message}`;
    throw error;
  }
}

/**
 * What an image counts as made of: what is noted of it, or what a trusted key signed where anything asks for signatures.
 *
 * @returns or why that is not known, as a sentence without its end
 */
export async function countingHashes(
  access: Access,
  context: Trust,
  image: string,
  noted: MadeOf,
): Promise<MadeOf | string> {
  const asks = verdictAsks(context) ?? approvalAsks(context);
  if (asks === undefined) return noted;
  const found = await signedHashes(access, context, image);
  if (typeof found === "string") return `${asks} asks for signatures, and ${found}`;
  const { source, data, model } = found;
  return { source, data, model };
}
