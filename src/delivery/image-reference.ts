import { DIGEST } from "../registry/reference.ts";

const REFERENCE = new RegExp(`^\\w[\\w.\\-/:]*@${DIGEST}$`);

/** Whether nobody can replace an image by another: tags move. */
export const isByDigest = (image: string): boolean => REFERENCE.test(image);

/** The digest of a reference; empty where it has none. */
export const digestOf = (image: string): string => image.split("@")[1] ?? "";

/** An image that is not pushed yet, for what is said of it before: no image has this reference. */
export const unpushedImage = (address: string): string => `${address}@sha256:…`;

/** A reference that fits into a line. */
export const shortImage = (image: string): string =>
  image.replace(/@sha256:([0-9a-f]{12})[0-9a-f]{52}$/, "@sha256:$1…");
