import type { Estimate } from "../../statistics/estimate.ts";
import { percent, short, signed } from "../../text.ts";
import { type ClassMetrics, type MetricRow, metricRows, type ReportedMetrics, withoutClasses } from "../measured.ts";
import { bounds } from "../numbers.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** Candidate, baseline and their difference, each with its interval. */
export function metricsTable(metrics: ReportedMetrics): Html {
  const compared = metrics.baseline !== undefined;
  const confidence = metrics.intervals?.confidence;
  return html`<p class="caption">Measured by <code>${metrics.measuredBy ?? "the project"}</code>.${confidence === undefined ? "" : ` In brackets: ${percent(confidence)} intervals.`}${compared ? " The difference is candidate − baseline." : ""}</p>
${rowsTable(metricRows(metrics), compared, "Metrics")}`;
}

/** A row a metric, and those of single classes in a table of their own where there are several classes. */
export function rowsTable(rows: readonly MetricRow[], compared: boolean, label: string): Html {
  const { whole, byClass } = withoutClasses(rows);
  return html`${table(
    ["Metric", "Candidate", ...(compared ? ["Baseline", "Difference"] : [])],
    whole.map(({ name, candidate, baseline, difference }) => [
      name,
      estimate(candidate),
      ...(compared ? [estimate(baseline), estimate(difference, true)] : []),
    ]),
    { label, columns: ["", "number", "number", "number"] },
  )}${byClass === undefined ? "" : classTable(byClass, compared, label)}`;
}

/** A row a class: what the candidate has, and how far that is from the baseline. */
const classTable = ({ names, classes }: ClassMetrics, compared: boolean, label: string): Html => html`
<p class="caption">By class${compared ? ", each with its difference from the baseline" : ""}.</p>
${table(
  ["Class", ...names],
  classes.map(({ name, rows }) => [
    name,
    ...rows.map((row) =>
      row?.difference === undefined
        ? estimate(row?.candidate)
        : html`${estimate(row.candidate)} · ${signed(row.difference.value)}`,
    ),
  ]),
  { label: `${label} by class`, columns: ["", ...names.map(() => "number" as const)] },
)}`;

const estimate = (one: Estimate | undefined, difference = false): Html | string => {
  if (one === undefined) return "";
  const value = difference ? signed(one.value) : short(one.value);
  return one.interval === undefined ? value : html`${value} <span class="interval">${bounds(one.interval)}</span>`;
};
