import { EngineError } from "../../base/errors.ts";
import { type PackedCPython, packedVersions } from "../cpython/packed.ts";
import type { Reference } from "../reference.ts";

export type Suite = "bullseye" | "bookworm" | "trixie";

/** A slim Python image that can be replaced by Debian's packages, with another CPython where they have none. */
export interface Recipe {
  readonly suite: Suite;
  readonly python: string;
  /** Absent where the Python is that of the suite. */
  readonly packed?: PackedCPython;
}

const ofDebian: readonly Recipe[] = [
  { suite: "bullseye", python: "3.9" },
  { suite: "bookworm", python: "3.11" },
  { suite: "trixie", python: "3.13" },
];

/** What can be made on a processor of this kind, the oldest version first. */
export function recipesFor(arch: string): readonly Recipe[] {
  const packed = Object.entries(packedVersions(arch)).map(
    ([python, packed]): Recipe => ({ suite: "trixie", python, packed }),
  );
  const minor = ({ python }: Recipe): number => Number(python.split(".")[1]);
  return [...ofDebian, ...packed].sort((one, other) => minor(one) - minor(other));
}

/**
 * Finds the recipe that can replace an image. Undefined for images other than Python's.
 * | @throws EngineError listing what can be made, for a Python image that neither Debian nor Maven Central has, such as
 * one with a patch version
 */
export function recipeFor(
  reference: Reference,
  registryAnswer: string,
  arch: string = process.arch,
): Recipe | undefined {
  if (reference.registry !== "docker.io" || reference.repository !== "library/python") return undefined;
  const { tag, digest } = reference;
  const recipes = recipesFor(arch);
  const found = recipes.find(({ suite, python }) => tag === `${python}-slim` || tag === `${python}-slim-${suite}`);
  if (found !== undefined && digest === undefined) return found;
  throw new EngineError(
    `${registryAnswer}, and python${digest === undefined ? `:${tag}` : `@${digest}`} cannot be made from packages. ` +
      `What can be made: ${imagesOf(recipes)} (or with their suite: python:3.11-slim-bookworm). Choose one of these versions with ` +
      "`python` in the settings, or name a mirror in registries.conf, or another image with --python-image.",
  );
}

/** The images that can be made without anything but Debian's packages, as a person would type them. */
export const madeOfDebianAlone = (): string => imagesOf(ofDebian);

function imagesOf(recipes: readonly Recipe[]): string {
  const names = recipes.map(({ python }) => `python:${python}-slim`);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Says in a few words what a recipe makes. */
export function describeRecipe({ suite, python, packed }: Recipe): string {
  return packed === undefined
    ? `Python ${python} from Debian ${suite}'s packages`
    : `CPython ${releaseOf(packed)} from Maven Central, on Debian ${suite}'s packages`;
}

/** The version of CPython alone. */
export const releaseOf = ({ release }: PackedCPython): string => release.split("-")[0] ?? release;
