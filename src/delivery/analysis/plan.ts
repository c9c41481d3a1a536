import { type CanaryCheck, type CanaryPlan, type CanarySettings, canaryPlan, LIMIT_OF } from "../canary.ts";
import { CHECK_NAMES } from "../canary-words.ts";

/** How a check is told where a verdict is. */
export interface ToldCheck {
  /** What its number is about. */
  readonly name: string;
  readonly limit: number;
  readonly setting: string;
}

/** What the server judges by: that of a canary, and how its checks are told. */
export interface AnalysisPlan {
  readonly plan: CanaryPlan;
  readonly checks: Readonly<Record<CanaryCheck, ToldCheck>>;
  readonly tolerance: number;
}

export function analysisPlan(
  environment: string,
  { canary, tolerance }: { readonly canary: CanarySettings; readonly tolerance: number },
): AnalysisPlan {
  const told = (check: CanaryCheck): ToldCheck => ({
    name: CHECK_NAMES[check],
    limit: canary[LIMIT_OF[check]],
    setting: `deploy.${environment}.canary.${LIMIT_OF[check]}`,
  });
  return {
    plan: canaryPlan(canary, []),
    checks: {
      errors: told("errors"),
      disagreement: told("disagreement"),
      slowdown: told("slowdown"),
      slow: told("slow"),
    },
    tolerance,
  };
}
