import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside } from "../checks/limit.ts";
import { names, required, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import type { WorstSlice, WorstSlices } from "../measurements/worst-slices/results.ts";
import { defineGate } from "./gate.ts";
import { wrongWhereNobodyNamed } from "./harms.ts";
import { wrongWhereNobodyLooks } from "./mutations.ts";
import { turnedWhereNobodyLooks, turnedWhereNobodyNamed } from "./turned-order.ts";

const settings = z
  .strictObject({
    required,
    /** Least accuracy of any group that the search finds. Not judged when absent. */
    "min-accuracy": stricter("higher", share).optional(),
    /**
     * How far any group may be behind the other rows: of accuracy a share, of numbers the mean absolute error in their units, and of rows that
     * are ranked within groups the `ndcg`, unless there is `min-accuracy`. Not judged when absent.
     */
    "max-drop": stricter("lower", z.number().min(0)).optional(),
    /** The columns that are searched; when absent all columns of the predictions that are no label, answer, score or id. */
    columns: stricter("more", names).optional(),
  })
  .refine(
    (table) => table["min-accuracy"] !== undefined || table["max-drop"] !== undefined,
    "expected min-accuracy or max-drop: without one there is nothing to hold a group against",
  );
type Settings = z.output<typeof settings>;

/** No group of rows is too bad, of all that one, two or three columns make, whether or not anybody thought of it. */
export const worstSliceGate = defineGate({
  id: "worst-slice",
  settings,
  needs: ({ columns, "min-accuracy": least }) => ({ worstSlices: { columns, ofRows: least !== undefined } }),
  decide({ worstSlices }, settings) {
    const { metric, slices, tried, columns, varying } = worstSlices;
    if (metric !== "accuracy" && settings["min-accuracy"] !== undefined) {
      return [{ what: "accuracy", outcome: "missing", reason: { code: "accuracy-of-numbers" } }];
    }
    if (slices.length > 0) return slices.flatMap((slice) => checksOf(worstSlices, slice, settings));
    const reason = { code: "no-worse-slice", tried, columns: columns.length } as const;
    return [{ what: metric, outcome: "kept", reason: varying === undefined ? reason : { ...reason, varying } }];
  },
  mutants: ({ columns, "min-accuracy": least }, { ranked }) => [
    ranked && least === undefined ? turnedWhereNobodyLooks(columns) : wrongWhereNobodyLooks(columns),
  ],
  harms: ({ columns, "min-accuracy": least }, facts) => [
    facts.ranked && least === undefined
      ? turnedWhereNobodyNamed(columns, facts)
      : wrongWhereNobodyNamed(columns, facts),
  ],
});

function checksOf({ metric }: WorstSlices, slice: WorstSlice, settings: Settings): Check[] {
  const { conditions, rows, heldRows, candidate, others, difference } = slice;
  const { "min-accuracy": least, "max-drop": allowed } = settings;
  const group = { conditions, rows, heldRows, ...(metric === "ndcg" ? { ranked: true as const } : {}) };
  const checks: Check[] = [];
  if (least !== undefined) {
    const limit = { min: least };
    const outcome = isOutside(candidate.value, limit) ? "broken" : "kept";
    checks.push({
      what: metric,
      ...candidate,
      limit,
      outcome,
      reason: { code: "worst-slice", ...group, others: others.value },
    });
  }
  if (allowed !== undefined) {
    const limit = metric === "mae" ? { max: allowed } : { min: -allowed };
    const outcome = isOutside(difference.value, limit) ? "broken" : "kept";
    const reason = { code: "slice-behind", ...group, candidate: candidate.value, allowed } as const;
    checks.push({ what: metric, ...difference, limit, outcome, reason });
  }
  return checks;
}
