import { runCommands } from "../commands/run.ts";
import { unbuiltDataRules, unbuiltMessage } from "../config/unbuilt.ts";
import { dataFindings, type FileCounts, toFileCounts } from "../data/checks.ts";
import { duckdbContainer, query, rowsOf } from "../data/duckdb.ts";
import { tabularFiles } from "../data/files.ts";
import { countColumns, readTable, type TableFormat, tableFormat } from "../data/sql.ts";
import { DATA } from "../environment/paths.ts";
import { counted } from "../text.ts";
import type { DataContext } from "./context.ts";
import { type Outcome, outcomeOf, type Stage, stage } from "./stage.ts";

/** What the report says about the data. */
export interface DataSummary {
  readonly files: readonly FileCounts[];
  readonly rows: number;
  /** Every rule that the data breaks. */
  readonly findings: readonly string[];
}

/**
 * Required columns, nulls, NaN and infinity, and the minimum of rows, counted by DuckDB over the files in place. All
 * findings of one run are reported together.
 */
export function validateData(context: DataContext): Promise<Stage<DataSummary>> {
  return stage("validate data", async () => {
    const { config } = context.project;
    const groups = groupByFormat(await tabularFiles(context));
    const queries = [...groups].map(([format, paths]) => query(format, countColumns(readTable(format, paths))));
    const container = duckdbContainer(context).withMountedDirectory(DATA, context.data).withWorkdir(DATA);
    const run = await runCommands(container, queries, { since: context.since });
    if (!run.ok) return unreadable(outcomeOf<DataSummary>(run, ""));
    const counts = await Promise.all(
      [...groups.keys()].map((format) => rowsOf<Record<string, unknown>>(run.results, format)),
    );
    const files = counts.flat().map(toFileCounts);
    const empty = [...groups.values()].flat().filter((path) => !files.some((file) => file.file === path));
    const findings = [
      ...empty.map((file) => `${file}: no rows`),
      ...dataFindings(files, config.data),
      ...unbuiltDataRules(config).map(unbuiltMessage),
    ];
    return judge({ files, rows: files.reduce((total, file) => total + file.rows, 0), findings }, run);
  });
}

function judge(summary: DataSummary, run: Awaited<ReturnType<typeof runCommands>>): Outcome<DataSummary> {
  const failed = summary.findings.length > 0;
  return {
    status: failed ? "failed" : "passed",
    message: failed
      ? summary.findings.join("; ")
      : `${counted(summary.rows, "row")} in ${counted(summary.files.length, "file")}: columns, nulls, NaN and row count as they should be`,
    value: summary,
    runs: [run],
  };
}

/** DuckDB's own message names the file and the line. */
function unreadable(outcome: Outcome<DataSummary>): Outcome<DataSummary> {
  const reason = outcome.output?.split("\n").find((line) => /Error:/.test(line));
  return { ...outcome, message: `the data cannot be read: ${reason ?? outcome.message}` };
}

function groupByFormat(paths: readonly string[]): Map<TableFormat, string[]> {
  const groups = new Map<TableFormat, string[]>();
  for (const path of paths) {
    const format = tableFormat(path);
    if (format === undefined) continue;
    groups.set(format, [...(groups.get(format) ?? []), path]);
  }
  return groups;
}
