import { money } from "../../cost/words.ts";
import { type JournalEntry, nameOf } from "../../journal/entry.ts";
import { aligned, counted } from "../../text.ts";
import { duration } from "../time.ts";
import { begun, deployedText, estimateText, measured, metricNames, verdictText } from "./words.ts";

/** Runs that have ended, the newest first, and what could not be used. */
export interface RunList {
  readonly entries: readonly JournalEntry[];
  readonly remarks: readonly string[];
  /** The metric that is shown; the most common one when absent. */
  readonly metric?: string | undefined;
}

/** A line for each run. */
export function runsText({ entries, remarks, metric = metricNames(entries)[0] }: RunList): string {
  if (entries.length === 0) {
    return [
      "No run is known: the store has no entry of this project, or --history has no report of it.",
      ...remarks,
    ].join("\n");
  }
  const heading = ["began (UTC)", "verdict", metric ?? "", "took", "cost", "run", "deployed"];
  const rows = entries.map((entry) => {
    const value = metric === undefined ? undefined : measured(entry, metric);
    return [
      ...[begun(entry), verdictText(entry), value === undefined ? "" : estimateText(value), duration(entry.seconds)],
      ...[entry.cost === undefined ? "" : money(entry.cost.actual.total, entry.cost.currency)],
      ...[nameOf(entry), deployedText(entry)],
    ];
  });
  return [`${counted(entries.length, "run")}, the newest first`, ...textTable(heading, rows), ...remarks].join("\n");
}

/** Lines of a table; a column that is empty in each row is left out. */
export function textTable(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const shown = heading.flatMap((_, column) => (rows.some((row) => (row[column] ?? "") !== "") ? [column] : []));
  return aligned([heading, ...rows].map((row) => shown.map((column) => (row[column] ?? "").replaceAll(/\s+/g, " "))));
}
