import type { Workspace } from "./support/workspace.ts";

/** A line of the table. */
export interface Row {
  readonly what: string;
  /** The result for ml-pipeline, with its unit. */
  readonly ours: string;
  /** The result for the peer in the same run; empty when there is no peer. */
  readonly peer: string;
  /** The ratio of both; empty without a peer. */
  readonly ratio: string;
  readonly limit: string;
  /** Whether the result is within the limit. Undefined when it could not be measured here; then `ours` says why. */
  readonly within: boolean | undefined;
}

export interface Measurement {
  readonly summary: string;
  /** Measures, and says meanwhile on standard error what goes on. The rows are printed at the end. */
  measure(workspace: Workspace): Promise<Row[]>;
}
