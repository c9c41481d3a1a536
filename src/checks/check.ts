import type { Interval } from "../statistics/estimate.ts";
import type { Limit } from "./limit.ts";
import type { Reason } from "./reason.ts";

/**
 * `broken`: the value is beyond its limit. `missing`: there is no value. `unsure`: the measurement is too uncertain to
 * decide.
 */
export type Outcome = "kept" | "broken" | "unsure" | "missing";

/**
 * Milliseconds, megabytes, a share from 0 to 1, or a multiple of the baseline. A value without a unit is in that of its
 * metric.
 */
export type Unit = "ms" | "MB" | "share" | "times";

/** One comparison with a limit, as data: messages, tables and headlines are rendered from it. */
export interface Check {
  /** What was measured: `f1`, `95th percentile of one request`, `disparate_impact`. */
  readonly what: string;
  /** The measured group of rows, by column: `{ "sex": "Female" }`. Absent when all rows were measured. */
  readonly group?: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly interval?: Interval;
  readonly unit?: Unit;
  readonly limit?: Limit;
  /** The baseline's value. */
  readonly baseline?: number;
  readonly outcome: Outcome;
  /** Explains the value and the outcome: a code with its parameters. */
  readonly reason?: Reason;
}
