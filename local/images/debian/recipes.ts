import { EngineError } from "../../base/errors.ts";
import type { Reference } from "../reference.ts";

/** A slim Python image that can be replaced by Debian's packages. */
export interface Recipe {
  readonly suite: "bullseye" | "bookworm" | "trixie";
  /** The Python version of that suite. */
  readonly python: "3.9" | "3.11" | "3.13";
}

const recipes: readonly Recipe[] = [
  { suite: "bullseye", python: "3.9" },
  { suite: "bookworm", python: "3.11" },
  { suite: "trixie", python: "3.13" },
];

/** The images that can be made, as a person would type them. */
export const makeable =
  "python:3.9-slim, python:3.11-slim and python:3.13-slim (or with their suite: python:3.11-slim-bookworm)";

/**
 * Finds the recipe that can replace an image. Undefined for images other than Python's.
 * | @throws EngineError listing what can be made, for a Python image that Debian does not have, such as one with a
 * patch version
 */
export function recipeFor(reference: Reference, registryAnswer: string): Recipe | undefined {
  if (reference.registry !== "docker.io" || reference.repository !== "library/python") return undefined;
  const { tag, digest } = reference;
  const found = recipes.find(({ suite, python }) => tag === `${python}-slim` || tag === `${python}-slim-${suite}`);
  if (found !== undefined && digest === undefined) return found;
  throw new EngineError(
    `${registryAnswer}, and python${digest === undefined ? `:${tag}` : `@${digest}`} cannot be made from Debian's packages. ` +
      `What can be made: ${makeable}. Else name a mirror in registries.conf, or another image with --python-image.`,
  );
}
