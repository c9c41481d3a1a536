import type { Check } from "../checks/check.ts";
import type { GateStatus } from "../checks/decide.ts";
import { phraseOf } from "../checks/sentence.ts";

/** The result of a gate; part of `report.json`. */
export interface GateResult {
  readonly id: string;
  readonly status: GateStatus;
  /** Whether a failure stops the run, or only warns. */
  readonly required: boolean;
  /** The findings in words. */
  readonly message: string;
  /** The findings as data: one entry for each comparison with a limit. */
  readonly checks: readonly Check[];
  /** A person has approved the inconclusive result (`--approve`). */
  readonly approved?: boolean;
  /** Somebody lets a worse model go out (`--force-deploy`), and this gate says in what it is worse. */
  readonly forced?: boolean;
}

export type Verdict = "passed" | "failed";

/** Whether a gate blocks the model: it is required, and it failed or is inconclusive without an approval, and nobody forces it. */
export const blocks = (result: Pick<GateResult, "required" | "status" | "approved" | "forced">): boolean =>
  result.required &&
  result.forced !== true &&
  (result.status === "failed" || (result.status === "inconclusive" && result.approved !== true));

/** Whether a gate failed because the server never answered: that is what failed, and not what the gate measures. */
export const serverNotStarted = ({ checks }: Pick<GateResult, "checks">): boolean =>
  checks.some(({ reason }) => reason?.code === "not-started");

/**
 * What gates could not show, though no gate is configured that had to: it stands before what was shown, so that a reader of
 * the first lines does not take it for shown.
 */
export const unshown = (results: readonly GateResult[]): string[] =>
  results
    .filter(({ status, checks }) => status === "skipped" && checks.some((check) => phraseOf(check)?.headline === true))
    .map(({ message }) => message);
