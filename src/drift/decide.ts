import { adjusted } from "../statistics/false-discovery.ts";
import { counted, short } from "../text.ts";
import type { ColumnFault } from "./columns.ts";
import type { Action, ColumnTest, DriftReadings, DriftTest, MetricReading, TestLine } from "./readings.ts";

/** When a test alarms. */
export interface Limits {
  /** Rate of false alarms among all alarms. */
  readonly alpha: number;
  readonly minSamples: number;
  /** The least difference of probabilities that matters: at ten million rows everything is significant. */
  readonly minEffect: number;
}

/** What the tests come to when all columns are looked at together, the worst first. */
export function decideTests(tests: readonly ColumnTest[], limits: Limits): DriftTest[] {
  const enough = tests.filter(({ reference, current }) => Math.min(reference, current) >= limits.minSamples);
  const p = adjusted(enough.map((test) => test.p));
  const decided = new Map(
    enough.map((test, at): [ColumnTest, DriftTest] => {
      const adjustedP = p[at] as number;
      const drifted = adjustedP < limits.alpha && test.effect >= limits.minEffect;
      return [test, { ...(drifted ? test : undrawn(test)), adjustedP, outcome: drifted ? "drifted" : "alike" }];
    }),
  );
  return tests
    .map((test): DriftTest => decided.get(test) ?? { ...undrawn(test), outcome: "inconclusive" })
    .sort((a, b) => RANK[a.outcome] - RANK[b.outcome] || b.effect - a.effect);
}

/** Just what drifted has a picture. */
const undrawn = ({ shares: _shares, ...test }: ColumnTest): ColumnTest => test;

const RANK = { drifted: 0, inconclusive: 1, alike: 2 } as const;

type Found = Pick<DriftReadings, "tests" | "metric"> & { readonly faults: readonly ColumnFault[] };

/** Data that look broken come first: training on them would teach the fault. */
export function actionOf({ tests, faults, metric }: Found): Action {
  const drifted = tests.filter(({ outcome }) => outcome === "drifted");
  const judged = tests.some(({ outcome }) => outcome !== "inconclusive");
  if (faults.length > 0 || drifted.some(isBroken) || !judged) return "look";
  return drifted.length > 0 || metric?.outcome === "decayed" ? "retrain" : "nothing";
}

const isBroken = ({ test }: ColumnTest): boolean => test === "missing values";

/** As the first words of every message. */
export const ACTION_WORDS: Readonly<Record<Action, string>> = {
  nothing: "Nothing to do",
  look: "Look",
  retrain: "Retrain",
};

/** `Look: …`, `Retrain: …`, `Nothing to do: …`, with all that was found. */
export function messageOf(action: Action, found: Found, limits: Limits): string {
  return `${ACTION_WORDS[action]}: ${reasons(found, limits).join("; ")}`;
}

function reasons({ tests, faults, metric }: Found, limits: Limits): string[] {
  const drifted = tests.filter(({ outcome }) => outcome === "drifted");
  const inconclusive = new Set(tests.filter(({ outcome }) => outcome === "inconclusive").map(nameOf)).size;
  const found = [
    ...faults.map(faultText),
    ...[...drifted.filter(isBroken), ...drifted.filter((test) => !isBroken(test))].map((test) =>
      driftText(test, limits),
    ),
    ...(metric?.outcome === "decayed" ? [metricText(metric)] : []),
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
  ];
}

export const faultText = ({ column, fault }: DriftReadings["faults"][number]): string =>
  fault === "no longer numbers" ? `${column} holds numbers no longer` : `${column} is ${fault}`;

/** The column as a person reads it: what it is to the model, and its name where that is another. */
export const nameOf = ({ column, role }: Pick<ColumnTest, "column" | "role">): string =>
  role === "feature" || role === column ? column : `${role} ${column}`;

export function driftText(test: DriftTest, { minEffect }: Limits): string {
  const note = test.note === "" ? "" : ` (${test.note})`;
  return `${nameOf(test)} drifted by ${short(test.effect)} in ${test.test}${note}, limit ${minEffect}, adjusted p ${pText(test.adjustedP)}`;
}

/** A probability as a person reads it. */
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
  if (outcome === "kept") return `${values}: kept, tolerance ${tolerance}`;
  const noise = z === undefined ? "" : `, ${z.toFixed(1)} standard errors`;
  return `${values}: worse by ${short(drop ?? 0)}, tolerance ${tolerance}${noise}`;
}

/** All as a table of text, the worst first. */
export function tableText(
  { tests, limits, metric }: Pick<DriftReadings, "limits" | "metric"> & { readonly tests: readonly TestLine[] },
  most = 40,
): string {
  const rows = [
    ["column", "test", "effect", "limit", "adjusted p", ""],
    ...tests
      .slice(0, most)
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
    rows[0]?.map((_, at) => Math.min(40, Math.max(...rows.map((row) => [...(row[at] ?? "")].length)))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [
    ...lines,
    ...(tests.length > most ? [`… ${tests.length - most} more in the report`] : []),
    ...(metric === undefined ? [] : [metricText(metric)]),
  ].join("\n");
}
