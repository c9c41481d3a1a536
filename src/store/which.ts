import { digestOf } from "../delivery/image-reference.ts";

/* Which version of a store an image serves. The same model file may come from other data, with another report: a version is told by more than its model. */

/** Content hashes of what an image was made of, as far as they are known. */
export interface MadeOf {
  readonly source?: string | undefined;
  readonly data?: string | undefined;
  readonly model?: string | undefined;
}

/** An image that a version is looked for. */
export interface Served {
  /** By digest. */
  readonly image: string;
  readonly hashes: MadeOf;
}

/** What a version says of itself. */
export interface Candidate {
  readonly version: string;
  readonly hashes: Required<MadeOf>;
  /** The image that the run of its report published; undefined where there is none. */
  readonly image: string | undefined;
}

/**
 * What an image and a version have in common: the image itself, all hashes, or those that are known, of which the model is one;
 * undefined where they are about different things.
 */
export function match(candidate: Candidate, { image, hashes }: Served): "image" | "hashes" | "known" | undefined {
  const names = ["source", "data", "model"] as const;
  if (hashes.model === undefined) return undefined;
  if (names.some((name) => hashes[name] !== undefined && hashes[name] !== candidate.hashes[name])) return undefined;
  const digest = digestOf(image);
  if (digest !== "" && digest === digestOf(candidate.image ?? "")) return "image";
  return names.every((name) => hashes[name] !== undefined) ? "hashes" : "known";
}

/**
 * The version that an image serves.
 *
 * @param candidates the best first, where several are the same
 * @returns undefined where it is none of them; several where what is known of the image does not tell them apart
 */
export function versionFor(
  candidates: readonly Candidate[],
  served: Served,
): Candidate | readonly Candidate[] | undefined {
  const by = (kind: ReturnType<typeof match>): Candidate[] => candidates.filter((one) => match(one, served) === kind);
  const [sure] = [...by("image"), ...by("hashes")];
  if (sure !== undefined) return sure;
  const known = by("known");
  const made = new Set(known.map(({ hashes: { source, data } }) => `${source} ${data}`));
  return made.size > 1 ? known : known[0];
}
