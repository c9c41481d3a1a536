import type { Check } from "../checks/check.ts";
import type { GateStatus } from "../checks/decide.ts";

/** What a gate found; part of `report.json`. */
export interface GateResult {
  readonly id: string;
  readonly status: GateStatus;
  /** Whether a failure stops the run, or only warns. */
  readonly required: boolean;
  /** What was measured against what, in words. */
  readonly message: string;
  /** The same as data: one entry for each thing that was held against a limit. */
  readonly checks: readonly Check[];
  /** A person has looked at an inconclusive result and lets it through (`--approve`). */
  readonly approved?: boolean;
}

export type Verdict = "passed" | "failed";

/** Whether a gate keeps the model back: required, and failed or undecided, unless a person let it through. */
export const blocks = (result: Pick<GateResult, "required" | "status" | "approved">): boolean =>
  result.required && (result.status === "failed" || (result.status === "inconclusive" && result.approved !== true));

export const verdictOf = (results: readonly GateResult[]): Verdict => (results.some(blocks) ? "failed" : "passed");
