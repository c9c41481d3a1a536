import type { BelievedMove } from "./move.ts";

/* A store that was copied in any order, and not to its end, has pointers that name what is not there. */

/** What to do about an object of a model that a store names and does not have, as the end of a sentence. */
export const LACKING =
  "an export or a copy was ended before all of it was there, or somebody has deleted it. Nothing of that model is used: export again, store the model again from the run that made it, or move the pointer to another version";

/** A line for each pointer that stands at a version which the store does not have. */
export const lackingLines = (
  pointers: ReadonlyMap<string, readonly BelievedMove[]>,
  versions: readonly string[],
): string[] =>
  [...pointers]
    .flatMap(([name, moves]) => moves.slice(-1).map(({ move: { version } }) => ({ name, version })))
    .filter(({ version }) => !versions.includes(version))
    .map(({ name, version }) => `warning: ${name} stands at ${version}, which is not in the model store: ${LACKING}.`)
    .sort();
