import type { Interval } from "../../statistics/estimate.ts";
import { counted, grouped, intervalText, percent, short, signed } from "../../text.ts";
import type { Check } from "../check.ts";
import { formatValue } from "../format.ts";
import { limitText } from "../limit.ts";
import type { Phrase, Phrases } from "../phrase.ts";

/** The difference of candidate and baseline on the same rows, with its interval. */
export interface PairedDifference {
  /** Candidate minus baseline. */
  readonly difference: number;
  readonly differenceInterval: Interval;
  readonly confidence: number;
  readonly rows: number;
  /** What is counted where that is no row: groups that are ranked. */
  readonly unit?: "group";
  /** McNemar's test, of accuracy. */
  readonly mcnemar?: { readonly onlyCandidate: number; readonly onlyBaseline: number; readonly pValue: number };
}

/** How well columns predict the label by themselves, by the area under the ROC curve, or of numbers the share of the variance. */
export interface SingleColumns {
  readonly measure: "roc_auc" | "r2";
  readonly of: "data" | "predictions";
  readonly columns: number;
  /** Those that alone predict it, the strongest first, and the strongest of the others. */
  readonly leaking: readonly { readonly name: string; readonly power: number }[];
  readonly next?: { readonly name: string; readonly power: number };
}

/** Reasons of comparisons with the baseline. The value is the candidate's, the limit the worst value that passes. */
export type ComparisonReason =
  | { readonly code: "no-interval"; readonly why: string }
  | ({
      readonly code: "worse-beyond-noise" | "worse-within-tolerance" | "better-beyond-noise" | "no-more-than-noise";
    } & PairedDifference)
  | ({ readonly code: "too-few-rows"; readonly rowsNeeded: number } & PairedDifference)
  /** `rowsNeeded` is absent when no number of rows would decide. */
  | ({ readonly code: "worse-within-noise" | "loss-not-excluded"; readonly rowsNeeded?: number } & PairedDifference)
  /** The value is the gain over the baseline. */
  | { readonly code: "gain"; readonly metric: string; readonly candidate: number }
  | {
      readonly code: "too-good-to-be-true";
      readonly metric: string;
      readonly candidate: number;
      readonly gate: string;
      /** What single columns say of the label; absent where that is not known. */
      readonly powers?: SingleColumns;
    };

const paired = <R extends PairedDifference>(conclusion: (reason: R) => string): Phrase<R> => ({
  text: (check, reason) => `${values(check)}; ${differenceText(reason)}: ${conclusion(reason)}`,
  deciding: (check, { differenceInterval }) => ({
    figure: formatValue(check),
    name: check.what,
    against: [...versus(check), `difference${intervalText(differenceInterval)}`],
  }),
});

const needed = ({ rowsNeeded, unit }: { readonly rowsNeeded?: number; readonly unit?: "group" }): string =>
  rowsNeeded === undefined
    ? `, and no number of ${unit ?? "row"}s would tell`
    : `; about ${grouped(rowsNeeded)} ${unit ?? "row"}s would tell`;

export const COMPARISON_PHRASES: Phrases<ComparisonReason> = {
  "no-interval": {
    text: (check, { why }) => `${values(check)}; no interval: ${why}`,
    deciding: (check) => ({ figure: formatValue(check), name: check.what, against: versus(check) }),
  },
  "worse-beyond-noise": paired(() => "worse beyond noise"),
  "worse-within-tolerance": paired(() => "worse beyond noise, within the tolerance"),
  "better-beyond-noise": paired(() => "better beyond noise"),
  "no-more-than-noise": paired(() => "no more than noise"),
  "too-few-rows": paired(
    ({ rowsNeeded, unit }) =>
      `fewer than ${grouped(rowsNeeded)} ${unit ?? "row"}s (gates.regression.min-rows) are too few to tell`,
  ),
  "worse-within-noise": paired((reason) => `worse, but within noise${needed(reason)}`),
  "loss-not-excluded": paired((reason) => `a loss beyond the tolerance cannot be excluded${needed(reason)}`),
  gain: { text: (check, reason) => gainText(check, reason) },
  "too-good-to-be-true": {
    text: (check, reason) =>
      `needs approval: ${gainText(check, reason)}. ${reason.powers === undefined ? "" : `${columnsText(reason.powers)}. `}Look for a feature that leaks the label, or for evaluation data that was trained on; approve it with --approve=${reason.gate}`,
    deciding: ({ what, value = 0, baseline = 0, limit = {} }, { candidate }) => ({
      figure: signed(value),
      name: what,
      against: [limitText(limit, short), `${short(baseline)} → ${short(candidate)}`],
    }),
  },
};

/** `The column payout of the data alone predicts the label (AUC 0.998)`. */
export function columnsText({ measure, of, columns, leaking, next }: SingleColumns): string {
  const power = (one: { readonly name: string; readonly power: number }): string =>
    `${measure === "roc_auc" ? "AUC" : "R²"} ${short(one.power)}`;
  if (leaking.length > 0) {
    const named = leaking.map((one) => `${one.name} (${power(one)})`);
    return leaking.length === 1
      ? `The column ${leaking[0]?.name} of the ${of} alone predicts the label (${leaking.map(power).join()})`
      : `Each of these columns of the ${of} alone predicts the label: ${named.join(", ")}`;
  }
  const best = next === undefined ? "" : `; ${next.name} does it best (${power(next)})`;
  return `None of ${counted(columns, "column")} of the ${of} alone predicts the label${best}`;
}

const values = (check: Check): string => `${check.what} ${formatValue(check)} (${versus(check).join(", ")})`;

const versus = ({ baseline = 0, limit = {} }: Check): string[] => [
  `baseline ${short(baseline)}`,
  limitText(limit, short),
];

const differenceText = ({
  difference,
  differenceInterval,
  confidence,
  rows,
  unit,
  mcnemar,
}: PairedDifference): string =>
  `difference ${signed(difference)}${intervalText(differenceInterval)} at ${percent(confidence)} on ${counted(rows, unit ?? "row")}${mcnemarText(mcnemar)}`;

const mcnemarText = (test: PairedDifference["mcnemar"]): string =>
  test === undefined
    ? ""
    : `, McNemar ${pText(test.pValue)} (only the candidate right in ${grouped(test.onlyCandidate)}, only the baseline in ${grouped(test.onlyBaseline)})`;

const pText = (p: number): string => (p < 0.0001 ? "p < 0.0001" : `p = ${p.toPrecision(2)}`);

const gainText = (
  check: Check,
  { metric, candidate }: { readonly metric: string; readonly candidate: number },
): string =>
  `${metric} ${short(candidate)} (baseline ${short(check.baseline ?? 0)}), a gain of ${formatValue(check)}${intervalText(check.interval)} (${limitText(check.limit ?? {})})`;
