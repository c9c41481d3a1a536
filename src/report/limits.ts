import type { Check } from "../checks/check.ts";
import { sameColumns } from "../config/forms.ts";
import type { GateResult } from "../gates/result.ts";

/* What the gates of a run held things against, by the checks that its report has: nothing is judged again. */

type Gates = readonly GateResult[];

const checksOf = (gates: Gates, id: string): readonly Check[] => gates.find((gate) => gate.id === id)?.checks ?? [];

/** The metric that the candidate was compared with the baseline by; undefined where it was not. */
export const comparedMetric = (gates: Gates): Check | undefined =>
  checksOf(gates, "regression").find(({ value, baseline }) => value !== undefined && baseline !== undefined);

/** The metrics that have a threshold. */
export const metricChecks = (gates: Gates): Check[] =>
  checksOf(gates, "metrics").filter(({ reason, value }) => reason === undefined && value !== undefined);

/** The metrics of groups of rows that have a threshold. */
export const groupChecks = (gates: Gates): Check[] =>
  checksOf(gates, "slices").filter(({ reason }) => reason?.code === "metric-of-group");

/** How the groups of some columns are treated, by measure. */
export const fairnessChecks = (gates: Gates, columns: readonly string[]): Check[] =>
  checksOf(gates, "fairness").filter(
    ({ reason }) => reason?.code === "between-groups" && sameColumns(reason.columns, columns),
  );

/** The most milliseconds that one request may take. */
export const requestLimit = (gates: Gates): number | undefined =>
  checksOf(gates, "latency").find(({ reason }) => reason?.code === "one-request")?.limit?.max;
