import type { Estimate } from "../statistics/estimate.ts";
import { counted, intervalText, short, signed } from "../text.ts";

/* Whether a model that was trained anew takes the place of the accepted one. */

/** Candidate and accepted model on the same rows, by one metric. */
export interface ComparedModels {
  readonly metric: string;
  /** Whether lower values are better. */
  readonly lower: boolean;
  readonly candidate: Estimate;
  readonly baseline: Estimate;
  /** Candidate minus accepted model, with its interval where the same rows were compared. */
  readonly difference?: Estimate;
  readonly rows: number;
}

/** What the gate `regression` found on the fixed test set. */
export interface FixedResult {
  readonly status: "passed" | "failed" | "skipped" | "inconclusive";
  readonly message: string;
  /** Whether a person let an inconclusive result through. */
  readonly approved: boolean;
}

/** What a model is decided by. Gates that show a broken model have ended the run before. */
export interface DecisionInputs {
  /** On the fresh rows that nothing was trained on; a text says why there is no comparison. */
  readonly fresh: ComparedModels | string;
  /** On the fixed test set; undefined where the gate was not asked. */
  readonly fixed: FixedResult | undefined;
  /** What a chain of small losses lost; empty where it is within its limit. */
  readonly chain: string;
  readonly preferFresher: boolean;
  /** With fewer fresh rows their interval is not trusted. */
  readonly minRows: number;
  /** Who lets a worse model go out; undefined where nobody does. */
  readonly forcedBy: string | undefined;
  /** Other gates that failed, and that were let through by force. */
  readonly forcedGates: readonly string[];
}

export type DecisionCode =
  | "better"
  | "fresher"
  | "not-better"
  | "worse-fresh"
  | "worse-fixed"
  | "chain-loss"
  | "unsure-fixed"
  | "not-compared";

/** Whether the model goes out, and why; part of `report.json`. */
export interface RetrainingDecision {
  readonly deploy: boolean;
  readonly code: DecisionCode;
  /** One sentence. */
  readonly reason: string;
  /** Who let the model go out although it would not have; absent where nobody had to. */
  readonly forcedBy?: string;
}

/** Decides by the fixed test set first, on which nothing may be lost, and then by the fresh rows. */
export function decideRetraining(inputs: DecisionInputs): RetrainingDecision {
  const decision = unforced(inputs);
  const { forcedBy, forcedGates } = inputs;
  if (forcedBy === undefined || (decision.deploy && forcedGates.length === 0)) return decision;
  const gates = forcedGates.length === 0 ? "" : `; let through by force: ${forcedGates.join(", ")}`;
  return { ...decision, deploy: true, reason: `${decision.reason}${gates}`, forcedBy };
}

function unforced({ fresh, fixed, chain, preferFresher, minRows }: DecisionInputs): RetrainingDecision {
  if (fixed?.status === "failed") return no("worse-fixed", `worse on the fixed test set: ${fixed.message}`);
  if (chain !== "") return no("chain-loss", `small losses have added up: ${chain}`);
  if (typeof fresh === "string") return no("not-compared", `not compared on fresh data: ${fresh}`);
  const side = sideOf(fresh, minRows);
  if (side === undefined) {
    return no("not-compared", `not compared on fresh data row by row, so noise is not known: ${comparedText(fresh)}`);
  }
  if (side === "worse") return no("worse-fresh", `worse on fresh data beyond noise: ${comparedText(fresh)}`);
  if (fixed?.status === "inconclusive" && !fixed.approved) {
    return no("unsure-fixed", `a loss on the fixed test set is not excluded: ${fixed.message}`);
  }
  if (side === "better") return yes("better", `better on fresh data beyond noise: ${comparedText(fresh)}`);
  const same = `neither better nor worse on fresh data beyond noise${side === "few" ? `, of which there are few (under ${minRows})` : ""}: ${comparedText(fresh)}`;
  return preferFresher
    ? yes("fresher", `${same}; the fresher model is preferred (retraining.prefer-fresher)`)
    : no("not-better", same);
}

const yes = (code: DecisionCode, reason: string): RetrainingDecision => ({ deploy: true, code, reason });
const no = (code: DecisionCode, reason: string): RetrainingDecision => ({ deploy: false, code, reason });

/** On which side of noise a difference is; undefined without an interval. Of few rows a loss counts, and a gain does not. */
export function sideOf({ difference, lower, rows }: ComparedModels, minRows: number): Side | undefined {
  const { interval } = difference ?? {};
  if (interval === undefined) return undefined;
  const [loss, gain] = lower ? [interval.low > 0, interval.high < 0] : [interval.high < 0, interval.low > 0];
  if (loss) return "worse";
  if (rows < minRows) return "few";
  return gain ? "better" : "alike";
}

export type Side = "better" | "worse" | "alike" | "few";

/** Both values, and their difference with its interval. */
export const comparedText = ({ metric, candidate, baseline, difference, rows }: ComparedModels): string =>
  `${metric} ${short(candidate.value)} against ${short(baseline.value)} (${signed(candidate.value - baseline.value)}${intervalText(difference?.interval)}, ${counted(rows, "row")})`;
