import type { RegistryAccess } from "../context/access.ts";
import { isByDigest } from "../delivery/image-reference.ts";
import { UserError } from "../errors.ts";
import { openRepository } from "../registry/connection.ts";
import { getManifest, isOfRegistry, MissingContent } from "../registry/content.ts";
import { parseReference } from "../registry/reference.ts";
import { credentialsOf } from "../stages/credentials.ts";
import { taggedImage } from "../stages/tagged-image.ts";

/**
 * An image that nobody can replace by another: tags move.
 *
 * @param flag what it came by, for the message
 * @throws UserError for a reference without a digest, with that which its tag stands for now where the registry says so
 */
export async function imageByDigest(access: RegistryAccess, image: string, flag = "--image"): Promise<string> {
  if (isByDigest(image)) return image;
  throw new UserError(
    `${flag}=${image}: expected NAME@sha256:…, which \`publish\` prints and IMAGE in a run's outputs.env has, since a tag may be another image by tomorrow.${await nowText(access, image)}`,
    "delivery",
  );
}

/**
 * Holds an image that a dry run would let run against its registry, since pods could not pull what is not there.
 *
 * @param image by its digest, or by a tag where somebody else has set it
 * @returns a warning that nobody knows, and why, where this program cannot ask: pods may have another way
 * @throws UserError where the registry says that it does not have it
 */
export async function requireThere(access: RegistryAccess, image: string): Promise<string | undefined> {
  const reference = parseReference(image, "--image");
  try {
    const repository = await openRepository(reference, await credentialsOf(access, reference), "pull");
    await getManifest(repository, reference.digest ?? reference.tag ?? "latest");
    return undefined;
  } catch (error) {
    if (error instanceof MissingContent) {
      throw new UserError(`${image} could not be pulled: ${error.message}.`, "delivery");
    }
    if (isOfRegistry(error)) return `whether the registry has the image is not known: ${error.message}`;
    throw error;
  }
}

/** What a tag stands for, as a sentence; empty where nobody knows. */
async function nowText(access: RegistryAccess, image: string): Promise<string> {
  try {
    const { name, tag = "latest", digest } = parseReference(image, "--image");
    if (digest !== undefined) return "";
    const address = `${name}:${tag}`;
    const found = await taggedImage(access, address, { trusted: [] });
    return found === undefined
      ? ` The registry has no ${address}.`
      : ` ${address} stands for this image now: ${address}@${found.digest}`;
  } catch (error) {
    if (error instanceof UserError || isOfRegistry(error)) return "";
    throw error;
  }
}
