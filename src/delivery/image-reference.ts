import { UserError } from "../errors.ts";
import { DIGEST } from "../registry/reference.ts";

const REFERENCE = new RegExp(`^\\w[\\w.\\-/:]*@${DIGEST}$`);

/**
 * An image that nobody can replace by another: tags move.
 *
 * @throws UserError for a reference without a digest
 */
export function imageByDigest(image: string, flag = "--image"): string {
  if (REFERENCE.test(image)) return image;
  throw new UserError(
    `${flag}=${image}: expected NAME@sha256:…, as \`run … published\` and \`publish\` give it. A tag may be another image by now.`,
    "delivery",
  );
}

/** The digest of a reference; empty where it has none. */
export const digestOf = (image: string): string => image.split("@")[1] ?? "";

/** An image that is not pushed yet, for what is said of it before: no image has this reference. */
export const unpushedImage = (address: string): string => `${address}@sha256:…`;

/** A reference that fits into a line. */
export const shortImage = (image: string): string =>
  image.replace(/@sha256:([0-9a-f]{12})[0-9a-f]{52}$/, "@sha256:$1…");
