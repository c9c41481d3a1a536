import { counted, intervalText, percent, short } from "../text.ts";
import type { SkipCode } from "./columns.ts";
import { isDataFault } from "./decide.ts";
import type {
  Action,
  Change,
  DecayReason,
  DriftDecision,
  DriftReadings,
  DriftTest,
  EstimateReading,
  JudgedMetric,
  Limits,
  MetricReading,
  RefusalReason,
  TestLine,
} from "./readings.ts";

/* The messages of all results of drift. */

/** Adds messages to a decision. */
export function withMessages({ metric: judged, estimate: estimated, ...decision }: DriftDecision): DriftReadings {
  const metric = judged === undefined ? {} : { metric: withNote(judged) };
  const estimate =
    estimated === undefined
      ? {}
      : { estimate: { ...estimated, note: estimated.reason === undefined ? "" : refusalText(estimated.reason) } };
  const tests = decision.tests.map((test) => ({ ...test, note: changeText(test.change) }));
  const skipped = decision.skipped.map((one) => ({ ...one, reason: SKIPPED[one.code] }));
  const found = { ...decision, tests, skipped, ...metric, ...estimate };
  return { ...found, message: driftMessage(found) };
}

const withNote = (metric: JudgedMetric): MetricReading => ({
  ...metric,
  note: metric.reason === undefined ? "" : metricReasonText(metric.reason),
});

/** `mean 1 → 2`, `2 % → 30 %`. */
export function changeText(change: Change | undefined): string {
  if (change === undefined) return "";
  const { before, now } = change;
  const shares = `${percent(before)} → ${percent(now)}`;
  switch (change.code) {
    case "mean":
      return `mean ${significant(before)} → ${significant(now)}`;
    case "share":
      return shares;
    case "share-of-category":
      return `${change.category}: ${shares}`;
    case "share-with-word":
      return `“${change.word}”: ${shares}`;
    case "share-with-unseen-words":
      return `texts with one: ${shares}`;
  }
}

const significant = (value: number): string =>
  Math.abs(value) >= 1e-3 && Math.abs(value) < 1e9 ? short(Number(value.toPrecision(4))) : value.toPrecision(3);

/** The message for an inconclusive metric. */
export function metricReasonText(reason: DecayReason): string {
  switch (reason.code) {
    case "too-few-labels":
      return `${counted(reason.labelled, "labelled row")} of ${reason.needed} that are needed`;
    case "no-interval":
      return "it has no interval, so noise cannot be told from decay";
    case "not-computed":
      return `it is not computed from these predictions; there are ${reason.there.join(", ")}`;
    case "not-measured":
      return reason.text;
  }
}

/** The message for an estimate that is refused. */
export function refusalText(reason: RefusalReason): string {
  switch (reason.code) {
    case "too-few-predictions":
      return `${counted(reason.there, "prediction")} with a score of ${reason.needed} that are needed`;
    case "too-few-reference-labels":
      return `${counted(reason.there, "labelled row")} on the reference of ${reason.needed} that are needed`;
    case "not-two-classes":
      return "a score tells it where there are two classes, a positive and a negative one";
    case "no-probabilities":
      return `the ${reason.of === "live" ? "log's" : "accepted model's"} scores are no probabilities`;
    case "badly-calibrated":
      return `the accepted model's scores are off by ${short(reason.error)} on average on the reference, limit ${reason.limit}`;
    case "not-estimated":
      return `there are estimates of ${reason.there.join(", ")}`;
    case "no-interval":
      return "it has no interval, so noise cannot be told from decay";
    case "not-measured":
      return reason.text;
  }
}

/** The messages for columns of which only the missing values are compared. */
const SKIPPED: Readonly<Record<SkipCode, string>> = {
  "names-rows": "it names the rows",
  "names-groups": "it names the groups that rows are ranked within (predictions.group)",
  "weighs-rows": "it says how much a row counts (predictions.weight)",
  nested: "its values are nested",
  "no-values": "it has no values",
  "point-in-time": "it is a point in time, and later data has later ones",
  "value-of-each-row": "nearly every row has a value of its own",
  "number-of-each-row": "nearly every row has a whole number of its own",
};

/** The first words of every message. */
export const ACTION_WORDS: Readonly<Record<Action, string>> = {
  nothing: "Nothing to do",
  look: "Look",
  retrain: "Retrain",
};

type MessageInputs = Pick<DriftReadings, "action" | "tests" | "faults" | "metric" | "estimate" | "limits">;

/** The message of the whole comparison: `Look: …`, `Retrain: …` or `Nothing to do: …`, with all reasons. */
export const driftMessage = (said: MessageInputs): string =>
  `${ACTION_WORDS[said.action]}: ${reasons(said).join("; ")}`;

function reasons({ tests, faults, metric, estimate, limits }: MessageInputs): string[] {
  const drifted = tests.filter(({ outcome }) => outcome === "drifted");
  const inconclusive = new Set(tests.filter(({ outcome }) => outcome === "inconclusive").map(nameOf)).size;
  const found = [
    ...faults.map(faultText),
    ...[...drifted.filter(isDataFault), ...drifted.filter((test) => !isDataFault(test))].map((test) =>
      driftText(test, limits),
    ),
    ...(metric?.outcome === "decayed" ? [metricText(metric)] : []),
    ...(estimate?.outcome === "decayed" ? [estimateText(estimate)] : []),
  ];
  const columns = new Set(tests.map(nameOf)).size;
  if (columns === 0 && found.length === 0) return ["no column can be compared"];
  return [
    ...(found.length > 0 || inconclusive === columns
      ? found
      : [`${counted(columns, "column")} compared, none drifted`]),
    ...(inconclusive === 0
      ? []
      : [
          `${inconclusive === columns ? "nothing can be judged" : `${counted(inconclusive, "column")} inconclusive`}, with fewer than ${counted(limits.minSamples, "value")} on one side`,
        ]),
    ...(metric === undefined || metric.outcome === "decayed" ? [] : [metricText(metric)]),
    ...(estimate === undefined || estimate.outcome === "decayed" ? [] : [estimateText(estimate)]),
  ];
}

export const faultText = ({ column, fault }: DriftReadings["faults"][number]): string =>
  FAULTS[fault].replace("COLUMN", () => column);

const FAULTS: Readonly<Record<DriftReadings["faults"][number]["fault"], string>> = {
  gone: "COLUMN is gone",
  new: "COLUMN is new",
  "no longer numbers": "COLUMN holds numbers no longer",
  "dates of another form": "COLUMN has dates of another form than the reference",
  "spelled otherwise": "COLUMN spells the reference's values otherwise",
  "in no prediction": "labels match no prediction by COLUMN (monitoring.id)",
};

/** The column for display: its role, unless it is a feature, and its name. */
export const nameOf = ({ column, role }: Pick<DriftTest, "column" | "role">): string =>
  role === "feature" || role === column ? column : `${role} ${column}`;

export function driftText(test: DriftTest, { minEffect }: Limits): string {
  const note = test.note === "" ? "" : ` (${test.note})`;
  return `${nameOf(test)} drifted by ${short(test.effect)} in ${test.test}${note}, limit ${minEffect}, adjusted p ${pText(test.adjustedP)}`;
}

/** A p-value for display; empty if there is none. */
export const pText = (p: number | undefined): string => {
  if (p === undefined) return "";
  return p < 1e-300 ? "under 1e-300" : p < 1e-3 ? p.toExponential(1) : short(p);
};

export function metricText({
  metric,
  accepted,
  live,
  drop,
  z,
  tolerance,
  outcome,
  note,
  labelled,
}: MetricReading): string {
  if (outcome === "inconclusive" || accepted === undefined || live === undefined) {
    return `${metric} is inconclusive: ${note}`;
  }
  const values = `live ${metric} ${short(live.value)} of ${counted(labelled, "labelled row")}, accepted ${short(accepted.value)}`;
  return `${values}: ${decayText({ drop, z, tolerance, outcome })}`;
}

/** What is estimated of predictions without labels, with the interval that it is sure of. */
export function estimateText(estimate: EstimateReading): string {
  const { metric, accepted, live, predictions } = estimate;
  if (accepted === undefined || live === undefined) return `${metric} cannot be estimated: ${estimate.note}`;
  const values = `estimated ${metric} ${short(live.value)}${intervalText(live.interval)} of ${counted(predictions, "prediction")} by their scores, accepted ${short(accepted.value)}`;
  return `${values}: ${decayText(estimate)}`;
}

function decayText({
  drop,
  z,
  tolerance,
  outcome,
}: Pick<MetricReading, "drop" | "z" | "tolerance"> & { readonly outcome: string }): string {
  if (outcome === "kept") return `kept, tolerance ${tolerance}`;
  const noise = z === undefined ? "" : `, ${z.toFixed(1)} standard errors`;
  return `worse by ${short(drop ?? 0)}, tolerance ${tolerance}${noise}`;
}

/** All tests as a plain-text table, the worst first. */
export function tableText(
  {
    tests,
    limits,
    metric,
    estimate,
  }: Pick<DriftReadings, "limits" | "metric" | "estimate"> & { readonly tests: readonly TestLine[] },
  maxRows = 40,
): string {
  const rows = [
    ["column", "test", "effect", "limit", "adjusted p", ""],
    ...tests
      .slice(0, maxRows)
      .map((test) => [
        nameOf(test),
        test.test,
        short(test.effect),
        String(limits.minEffect),
        pText(test.adjustedP),
        test.outcome,
      ]),
  ].map((row) => row.map((text) => text.replace(/\s+/g, " ")));
  const widths =
    rows[0]?.map((_, index) => Math.min(40, Math.max(...rows.map((row) => [...(row[index] ?? "")].length)))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [
    ...lines,
    ...(tests.length > maxRows ? [`… ${tests.length - maxRows} more in the report`] : []),
    ...(metric === undefined ? [] : [metricText(metric)]),
    ...(estimate === undefined ? [] : [estimateText(estimate)]),
  ].join("\n");
}
