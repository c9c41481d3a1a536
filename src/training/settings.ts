import { z } from "zod";
import { count, name, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";

/** How the rows of a window come to the data that are trained on. */
export const JOINS = ["replace", "append", "sliding"] as const;

const table = z.strictObject({
  /** How many days a window has, the last of which is the day before the call. */
  window: count.min(1).default(7),
  /** How a window comes to the training data: in place of them, after them, or after them with the oldest rows left out. */
  join: z.enum(JOINS).default("append"),
  /** How many rows a file keeps with `join = "sliding"`. */
  "max-rows": count.min(1).optional(),
  /**
   * The column that says when a row came about: rows of a window must be of its days, and with `join = "sliding"` the oldest ones go; when
   * absent, those that stand first.
   */
  "date-column": name.optional(),
  /** The file of the data that a window's rows are joined to, where its own file is called otherwise. */
  into: name.optional(),
  /** The file of the data that the evaluation reads, where that is not the one that is trained on: the fresh rows are in it then. */
  "evaluation-file": name.optional(),
  /** The share of the window that is kept out of training, to evaluate both models on. */
  holdout: share.default(0.3),
  /** A folder below the data with the fixed test set, on which nothing is trained. */
  "test-data": name.optional(),
  /** With fewer rows a window is not trained on. */
  "min-rows": stricter("lower", count).default(500),
  /** How many hours are to pass between two retrainings that nobody asks for by hand. */
  "cool-down": stricter("higher", z.number().min(0)).default(12),
  /** How many of a window's rows may be in the fixed test set, as a share, beyond those that are by chance. */
  "max-test-overlap": stricter("lower", share).default(0.05),
  /** How much models may lose in a chain of small losses, as a share of what the best one that went out reached. */
  "max-chain-loss": stricter("lower", share).default(0.02),
  /** Whether a model that is neither better nor worse than the accepted one beyond noise takes its place. */
  "prefer-fresher": z.boolean().default(false),
  /** What the experiment is called, before the name of the run. */
  experiment: name.default("weekly-retrain"),
});

/** How a project is trained anew on fresh data. */
export const retrainingSettings = table.refine(
  (settings) => settings.join !== "sliding" || settings["max-rows"] !== undefined,
  { error: 'join = "sliding" needs max-rows, the number of rows that are kept', path: ["max-rows"] },
);
export type RetrainingSettings = z.output<typeof table>;
