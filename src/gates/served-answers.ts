import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside } from "../checks/limit.ts";
import { required, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { defineGate } from "./gate.ts";

const settings = z.strictObject({
  required,
  /** How many of the evaluated rows are sent to the served model. */
  rows: stricter("higher", z.int().min(10).max(2000)).default(100),
  /** Least share of them that it must answer as the evaluation did. */
  "min-agreement": stricter("higher", share).default(0.99),
  /** Numbers agree when they differ by at most this share of the evaluated one, or of the usual size of all. */
  tolerance: stricter("lower", share).default(0.001),
});

/**
 * The served model answers rows that were evaluated as the evaluation says that it does.
 *
 * Otherwise what was judged is not what is deployed: a server may prepare its input in another way, load another model, or
 * mix up its answers. Where the rows of the predictions are not known, the report says in its first lines that nothing was
 * compared.
 */
export const servedAnswersGate = defineGate({
  id: "served-answers",
  settings,
  needs: ({ rows, tolerance }) => ({ rows: { sample: rows }, served: { tolerance } }),
  decide({ served }, settings) {
    if ("uncompared" in served) {
      return [{ what: "served answers", outcome: "missing", reason: { code: "not-compared", why: served.uncompared } }];
    }
    const { rows, agreed, unanswered, examples, names } = served;
    const [value, limit] = [agreed / rows, { min: settings["min-agreement"] }];
    const outcome = isOutside(value, limit) ? "broken" : "kept";
    return [
      {
        ...{ what: "rows served as evaluated", value, unit: "share", limit, outcome },
        reason: {
          ...{ code: "served-rows", rows, differing: rows - agreed, unanswered },
          ...(names === undefined ? {} : { names }),
        },
      },
      ...examples.map(
        (example): Check => ({ what: "an evaluated row", outcome, reason: { code: "served-otherwise", ...example } }),
      ),
    ];
  },
  mutants: () => [{ name: "other answers from the server than were evaluated", serving: { answers: "wrong" } }],
});
