import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside } from "../checks/limit.ts";
import { required, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import type { HeldRows, LabelComparison } from "../measurements/rows/evaluated-rows.ts";
import { defineGate } from "./gate.ts";
import { labelsOfAnswers, worstLeftOut } from "./harms.ts";
import { labelsAsAnswered, wrongRowsLeftOut } from "./mutations.ts";

const settings = z.strictObject({
  required,
  /** The share of the rows that the evaluation may leave out of data that it otherwise goes through. */
  "max-left-out": stricter("lower", share).default(0),
  /** The share of the rows whose label may be another one than in the data. */
  "max-changed-labels": stricter("lower", share).default(0),
});
type Settings = z.output<typeof settings>;

/**
 * The predictions are of the rows of the data, with the labels that those have there: no row was left out, no label changed.
 *
 * Rows are matched by an id, by their place, or by the order of their labels. A project that draws its evaluation rows at
 * random, and writes no id, cannot be held against its data: the report says so in its first lines.
 */
export const evaluatedRowsGate = defineGate({
  id: "evaluated-rows",
  settings,
  needs: () => ({ rows: { sample: 0 } }),
  decide({ rows }, settings) {
    if ("unheld" in rows) {
      return [{ what: "evaluated rows", outcome: "missing", reason: { code: "not-held", why: rows.unheld } }];
    }
    return [rowsCheck(rows, settings), ...(rows.labels === undefined ? [] : [labelsCheck(rows.labels, settings)])];
  },
  mutants: () => [wrongRowsLeftOut, labelsAsAnswered],
  harms: (_settings, facts) => [worstLeftOut(facts), labelsOfAnswers(facts)],
});

function rowsCheck({ table, rows, predictions, part, by, dropped }: HeldRows, settings: Settings): Check {
  const [value, limit] = [dropped / rows, { max: settings["max-left-out"] }];
  return {
    ...{ what: "rows left out", value, unit: "share", limit, outcome: isOutside(value, limit) ? "broken" : "kept" },
    reason: { code: "evaluated-rows", table, rows, predictions, part, by },
  };
}

function labelsCheck({ column, compared, differing, examples, names }: LabelComparison, settings: Settings): Check {
  const [value, limit] = [differing / compared, { max: settings["max-changed-labels"] }];
  return {
    ...{ what: "changed labels", value, unit: "share", limit, outcome: isOutside(value, limit) ? "broken" : "kept" },
    reason: {
      code: "labels-of-data",
      column,
      compared,
      differing,
      examples,
      ...(names === undefined ? {} : { names }),
    },
  };
}
