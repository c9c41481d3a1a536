import type { Place } from "./annotation.ts";
import { pathInProject } from "./path.ts";

/**
 * A place as a CI system is told it, whoever found it: undefined where its path is none of the project. A line that is no positive whole
 * number is the first one, and such a column none.
 */
export function placeShown(place: Place | undefined): Place | undefined {
  const path = place === undefined ? undefined : pathInProject(place.path);
  if (place === undefined || path === undefined) return undefined;
  const { line, column } = place;
  return {
    path,
    ...(line === undefined ? {} : { line: isCount(line) ? line : 1 }),
    ...(column !== undefined && isCount(column) ? { column } : {}),
  };
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
