import type { Check } from "../checks/check.ts";
import { sameColumns } from "../config/forms.ts";
import type { GateResult } from "../gates/result.ts";

/* The limits of a run's gates, as the checks in its report have them: nothing is judged again. */

type Gates = readonly GateResult[];

const checksOf = (gates: Gates, id: string): readonly Check[] => gates.find((gate) => gate.id === id)?.checks ?? [];

/** The metric that candidate and baseline were compared by; undefined when they were not. */
export const comparedMetric = (gates: Gates): Check | undefined =>
  checksOf(gates, "regression").find(({ value, baseline }) => value !== undefined && baseline !== undefined);

/** The metrics that have a threshold. */
export const metricChecks = (gates: Gates): Check[] =>
  checksOf(gates, "metrics").filter(
    ({ reason, value }) =>
      (reason === undefined || reason.code === "better-than-mean" || reason.code === "guessed-limit") &&
      value !== undefined,
  );

/** The metrics of groups of rows that have a threshold. */
export const groupChecks = (gates: Gates): Check[] =>
  checksOf(gates, "slices").filter(({ reason }) => reason?.code === "metric-of-group");

/** The fairness of the groups of some columns, by measure. */
export const fairnessChecks = (gates: Gates, columns: readonly string[]): Check[] =>
  checksOf(gates, "fairness").filter(
    ({ reason }) => reason?.code === "between-groups" && sameColumns(reason.columns, columns),
  );

/** The most milliseconds that one request may take. */
export const requestLimit = (gates: Gates): number | undefined =>
  checksOf(gates, "latency").find(({ reason }) => reason?.code === "one-request")?.limit?.max;
