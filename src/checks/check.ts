import type { Interval } from "../statistics/estimate.ts";
import type { Limit } from "./limit.ts";
import type { Reason } from "./reason.ts";

/**
 * `broken`: beyond its limit. `missing`: there is nothing to hold against the limit. `unsure`: the measurement cannot tell.
 */
export type Outcome = "kept" | "broken" | "unsure" | "missing";

/** Milliseconds, megabytes, a share from 0 to 1, a multiple of the baseline's. A value without a unit is in its metric's own. */
export type Unit = "ms" | "MB" | "share" | "times";

/** One thing that was held against one limit, as data: messages, tables and headlines are made of it. */
export interface Check {
  /** What was measured: `f1`, `95th percentile of one request`, `disparate_impact`. */
  readonly what: string;
  /** The group of rows that it is about, by column: `{ "sex": "Female" }`. Absent where it is about all of them. */
  readonly group?: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly interval?: Interval;
  readonly unit?: Unit;
  readonly limit?: Limit;
  /** The same of the baseline. */
  readonly baseline?: number;
  readonly outcome: Outcome;
  /** Why the outcome is what it is, and how the value came about: a code with its parameters. */
  readonly reason?: Reason;
}
