/** Something of a run that stands at a place in the code: what CI systems show beside the lines of a change. */
export interface Annotation {
  readonly level: "error" | "warning";
  readonly kind: AnnotationKind;
  /** What found it, and which of its rules: `ruff F401`, `gate metrics`. */
  readonly check: string;
  readonly message: string;
  /** Absent where it is about no file. */
  readonly place?: Place;
  /** What is the same in the next run that finds the same; the message without its numbers when absent. */
  readonly identity?: string;
}

/** In the order of their importance. */
export const KINDS = ["gate", "data", "stage", "test", "lint", "note"] as const;
export type AnnotationKind = (typeof KINDS)[number];

/** A place in a file. */
export interface Place {
  /** From the root of the project, or of its repository where it is known which folder of it the project is. */
  readonly path: string;
  /** From 1; absent where it is about all of the file. */
  readonly line?: number;
  readonly column?: number;
}

/** The most important first, and findings by file and line. */
export function byImportance(one: Annotation, other: Annotation): number {
  const kinds = KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind);
  // Gates, rules and stages stay in the order of the run.
  if (kinds !== 0 || !isAtLine(one) || !isAtLine(other)) return kinds;
  const others = Number(isOfOthers(one)) - Number(isOfOthers(other));
  if (others !== 0) return others;
  const [first, second] = [one.place, other.place];
  if (first === undefined || second === undefined) return 0;
  if (first.path !== second.path) return first.path < second.path ? -1 : 1;
  return (first.line ?? 1) - (second.line ?? 1) || (first.column ?? 0) - (second.column ?? 0);
}

/** What a checker says of a package that somebody else wrote: of any code that imports it, and of no change. */
const isOfOthers = ({ check }: Annotation): boolean => /\bimport-(untyped|not-found)$/.test(check);

/** Whether its line is that of a finding, and not that of a setting. */
export const isAtLine = ({ kind }: Pick<Annotation, "kind">): boolean => kind === "test" || kind === "lint";
