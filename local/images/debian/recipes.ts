import { EngineError } from "../../base/errors.ts";
import type { Reference } from "../reference.ts";

/** A slim Python image that Debian's packages can stand in for. */
export interface Recipe {
  readonly suite: "bullseye" | "bookworm" | "trixie";
  /** Debian's Python in that suite. */
  readonly python: "3.9" | "3.11" | "3.13";
}

const recipes: readonly Recipe[] = [
  { suite: "bullseye", python: "3.9" },
  { suite: "bookworm", python: "3.11" },
  { suite: "trixie", python: "3.13" },
];

/** What can be made, as a person would type it. */
export const makeable =
  "python:3.9-slim, python:3.11-slim and python:3.13-slim (or with their suite: python:3.11-slim-bookworm)";

/**
 * What stands in for a reference. Undefined for any image but Python's; an `EngineError` with what can be made for a
 * Python image that Debian does not have, such as one with a patch level.
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
