import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside, type Limit } from "../checks/limit.ts";
import { cell, required, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { changing } from "../measurements/harms.ts";
import type { ClassValue } from "../measurements/predictions/class-names.ts";
import { servedOtherwise } from "../measurements/serving/harmed.ts";
import type { BatchedRows } from "../measurements/serving/served.ts";
import { defineGate } from "./gate.ts";

const settings = z.strictObject({
  required,
  /** How many of the evaluated rows are sent to the served model. */
  rows: stricter("higher", z.int().min(10).max(2000)).default(100),
  /** Least share of them that it must answer as the evaluation did, and in a batch as alone. */
  "min-agreement": stricter("higher", share).default(0.99),
  /** What the server calls each class, by the evaluation's name, where it has names of its own: `{ No = "stays", Yes = "leaves" }`. */
  names: z.record(z.string(), cell).optional(),
  /** Numbers agree when they differ by at most this share of the evaluated one, or of the usual size of all. */
  tolerance: stricter("lower", share).default(0.001),
});

/**
 * The served model answers rows that were evaluated as the evaluation says that it does, each alone and several in one request.
 *
 * Otherwise what was judged is not what is deployed: a server may prepare its input in another way, load another model, or
 * mix up its answers. Where the rows of the predictions are not known, the report says in its first lines that nothing was
 * compared.
 */
export const servedAnswersGate = defineGate({
  id: "served-answers",
  settings,
  needs: ({ rows, tolerance, names }) => ({
    rows: { sample: rows },
    served: { tolerance, ...(names === undefined ? {} : { declared: textsOf(names) }) },
  }),
  decide({ served }, settings) {
    if ("uncompared" in served) {
      return [{ what: "served answers", outcome: "missing", reason: { code: "not-compared", why: served.uncompared } }];
    }
    const { rows, agreed, unanswered, examples, names, guessed = false, instead, fields, batched } = served;
    const [value, limit] = [agreed / rows, { min: settings["min-agreement"] }];
    const outcome = isOutside(value, limit) ? "broken" : "kept";
    return [
      {
        ...{ what: "rows served as evaluated", value, unit: "share", limit },
        outcome: outcome === "kept" && guessed ? "unsure" : outcome,
        reason: {
          ...{ code: "served-rows", rows, differing: rows - agreed, unanswered, guessed },
          ...(names === undefined ? {} : { names }),
          ...(outcome === "broken" && instead !== undefined ? { instead } : {}),
          ...(outcome === "broken" && fields !== undefined ? { fields } : {}),
        },
      },
      ...examples.map(
        (example): Check => ({ what: "an evaluated row", outcome, reason: { code: "served-otherwise", ...example } }),
      ),
      ...(batched === undefined ? [] : [batchCheck(batched, limit)]),
    ];
  },
  mutants: () => [
    { name: "other answers from the server than were evaluated", serving: { answers: "wrong" } },
    { name: "a server that answers the first row of a batch alone", serving: { answers: "first" } },
  ],
  harms: ({ rows }) => [
    {
      ...{ name: "rows served otherwise than evaluated", unit: `of ${rows} rows`, steps: rows },
      size: (steps) => steps,
      measured: changing("served", servedOtherwise),
    },
  ],
});

const textsOf = (names: Readonly<Record<string, ClassValue>>): Record<string, string> =>
  Object.fromEntries(Object.entries(names).map(([label, served]) => [label, String(served)]));

function batchCheck({ rows, agreed, size, example }: BatchedRows, limit: Limit): Check {
  const value = agreed / rows;
  return {
    ...{ what: "rows served in a batch as alone", value, unit: "share", limit },
    outcome: isOutside(value, limit) ? "broken" : "kept",
    reason: {
      ...{ code: "served-batches", rows, differing: rows - agreed, size },
      ...(example === undefined ? {} : { example }),
    },
  };
}
