import type { Workshop } from "./support/workshop.ts";

/** A line of the table. */
export interface Row {
  readonly what: string;
  /** What was measured of ml-pipeline, with its unit. */
  readonly ours: string;
  /** What was measured of the peer in the same run; empty where nothing compares. */
  readonly peer: string;
  /** How ours stands to the peer's; empty without a peer. */
  readonly ratio: string;
  readonly limit: string;
  /** Undefined where it could not be measured here: `ours` says why. */
  readonly within: boolean | undefined;
}

export interface Measurement {
  readonly summary: string;
  /** Says what goes on with `note`; what it returns is printed at the end. */
  measure(workshop: Workshop): Promise<Row[]>;
}
