/* The first line of a comment, which nobody sees: whose it is, and of which run. */

/** The run that a comment tells of. */
export interface Run {
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  /** What no other run has; empty where it is not known. */
  readonly id: string;
}

export interface Marker {
  /** The project's name and, after a slash, what tells several comments of it apart: each percent-encoded. */
  readonly key: string;
  readonly run: Run;
}

/** How a line is written that is not shown: as a comment of HTML, or as a link's target that nothing refers to. */
export type Hiding = "html" | "reference";

const PATTERN = /^(?:<!-- |\[\/\/\]: # \()ml-pipeline: (?<key>\S+)(?: (?<startedAt>\S+))?(?: (?<id>\S+))?(?: -->|\))/;

/** What stands for a project without a name. */
const NO_NAME = "-";

/** @param names of the project, and of the comment; those that are empty are left out */
export const keyOf = (...names: readonly (string | undefined)[]): string =>
  names.flatMap((name) => (name === undefined || name === "" ? [] : [encoded(name)])).join("/") || NO_NAME;

export function markerLine({ key, run }: Marker, hiding: Hiding): string {
  const text = ["ml-pipeline:", key, encoded(run.startedAt), encoded(run.id)].filter(Boolean).join(" ");
  return hiding === "html" ? `<!-- ${text} -->` : `[//]: # (${text})`;
}

/** The marker that a comment begins with; undefined where it begins with none. */
export function markerOf(body: string): Marker | undefined {
  const found = PATTERN.exec(body)?.groups;
  if (found?.key === undefined) return undefined;
  return { key: found.key, run: { startedAt: decoded(found.startedAt ?? ""), id: decoded(found.id ?? "") } };
}

/** More than 0 for a later run, less for an earlier one. One whose time cannot be read is earlier than all others. */
export function comparedRuns(one: Run, other: Run): number {
  const [first, second] = [timeOf(one), timeOf(other)];
  if (first !== second) return first < second ? -1 : 1;
  return one.id === other.id ? 0 : one.id < other.id ? -1 : 1;
}

const timeOf = ({ startedAt }: Run): number => {
  const time = Date.parse(startedAt);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
};

/** Without spaces, and without what would end a comment. */
const encoded = (text: string): string =>
  encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "\uFFFD"))
    .replaceAll("%3A", ":")
    .replace(/[()]/g, (sign) => (sign === "(" ? "%28" : "%29"))
    .replaceAll("--", "%2D%2D");

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
