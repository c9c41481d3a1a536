import { counted } from "../../text.ts";
import type { Phrases } from "../phrase.ts";

/** Reasons why a gate has nothing to judge. */
export type MissingReason =
  | { readonly code: "not-configured" }
  /** An earlier gate stopped the rest. */
  | { readonly code: "not-run"; readonly after: string; readonly status: "failed" | "inconclusive" }
  /** A policy requires a gate that would be skipped. */
  | { readonly code: "demanded"; readonly why: string }
  /** A measurement could not be taken. */
  | { readonly code: "not-measured"; readonly why: string }
  /** What was to be measured does not work. */
  | { readonly code: "broke"; readonly why: string }
  /** The server never answered, so that nothing was measured. */
  | { readonly code: "not-started"; readonly why: string }
  | { readonly code: "no-metric"; readonly model: "candidate" | "baseline"; readonly metric: string }
  /** The project sets no threshold, and none of its metrics has a default one. */
  | { readonly code: "no-threshold"; readonly defaults: readonly string[] }
  | { readonly code: "no-columns"; readonly columns: readonly string[] }
  /** Too few groups are large enough to be judged; `columns` when only their groups are meant. */
  | {
      readonly code: "no-group";
      readonly judged: 0 | 1;
      readonly minimum: number;
      readonly setting: string;
      readonly columns?: readonly string[];
    }
  | { readonly code: "no-classes" }
  /** Accuracy is limited, and numbers are predicted. */
  | { readonly code: "accuracy-of-numbers" }
  /** There is nothing that says how sure the model is: numbers are predicted, or scores are no probabilities. */
  | { readonly code: "no-probabilities"; readonly task: "classification" | "regression" }
  /** A metric that is defined for two classes alone. */
  | { readonly code: "two-classes-only"; readonly classes: number }
  | {
      readonly code: "unknown-class";
      readonly setting: string;
      readonly value: string | number | boolean;
      readonly classes: readonly string[];
    };

export const MISSING_PHRASES: Phrases<MissingReason> = {
  "not-configured": { text: () => "not configured" },
  "not-run": {
    text: (_, { after, status }) => `after ${after} ${status === "failed" ? "failed" : "was inconclusive"}`,
  },
  demanded: { text: (_, { why }) => `the policy requires this gate, which would be skipped: ${why}` },
  "not-measured": { undecidable: true, text: (_, { why }) => why },
  broke: { text: (_, { why }) => why },
  "not-started": { text: (_, { why }) => why },
  "no-metric": { undecidable: true, text: (_, { model, metric }) => `the ${model} has no metric ${metric}` },
  "no-threshold": {
    undecidable: true,
    text: (_, { defaults }) => `no threshold is configured, and there is no metric called ${defaults.join(" or ")}`,
  },
  "no-columns": {
    undecidable: true,
    text: (_, { columns }) => `the predictions of the evaluation have no column ${columns.join(" and no column ")}`,
  },
  "no-group": {
    undecidable: true,
    text: (_, { judged, minimum, setting }) =>
      `${judged === 0 ? "no group has" : "only one group has"} ${counted(minimum, "row")} (${setting})`,
    frame: ({ columns }) => ({ before: (columns ?? []).join(" x "), after: "" }),
  },
  "no-classes": { undecidable: true, text: () => "fairness is about classes, and the predictions are numbers" },
  "accuracy-of-numbers": {
    undecidable: true,
    text: () =>
      "accuracy is about classes, and the predictions are numbers; max-drop is about their mean absolute error",
  },
  "no-probabilities": {
    undecidable: true,
    text: (_, { task }) =>
      task === "regression"
        ? "calibration is about probabilities, and the predictions are numbers"
        : "the predictions have no probabilities: no column score, none of each class (predictions.scores), or values that are none",
  },
  "two-classes-only": {
    undecidable: true,
    text: ({ what }, { classes }) => `${what} is computed for two classes, and there are ${classes}`,
  },
  "unknown-class": {
    undecidable: true,
    text: (_, { setting, value, classes }) =>
      `${setting} is ${JSON.stringify(value)}, which is no label and no answer (there are ${classes.join(", ")})`,
  },
};
