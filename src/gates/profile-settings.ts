import { z } from "zod";
import { count } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { externalId } from "./external.ts";
import { GATES, type GateId } from "./list.ts";

const ids = GATES.map(({ id }) => id) as [GateId, ...GateId[]];

/** What makes a run short that only shows that a project works. */
export const profileSettings = z.strictObject({
  /** A run that is told `--profile=quick`. */
  quick: z
    .strictObject({
      /** How many epochs it trains, whatever `--epochs` says. */
      epochs: stricter("same", count.min(1)).default(1),
      /**
       * The share of the rows of the data's tables that it trains and evaluates on, by a hash of each row: the same rows on every machine and
       * in any order of files. Rules of the data are held against all rows.
       */
      sample: stricter("same", z.number().gt(0).max(1)).default(1),
      /** The gates that it asks: by default those that say whether the model works, and not how good it is. */
      gates: z
        .array(
          z.union([z.enum(ids), externalId], {
            error: 'expected a gate, or one from outside such as "external.profit"',
          }),
        )
        .default(["schema", "evaluated-rows", "served-answers", "failure-modes"]),
    })
    .prefault({}),
});
