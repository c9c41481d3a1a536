import { type DataContext, runtimeOf } from "../context/context.ts";
import { findingText } from "../data/findings.ts";
import { type Inspection, inspectData } from "../data/inspect.ts";
import { openData } from "../data/open.ts";
import { counted } from "../text.ts";
import { type Outcome, outcomeOf, type Stage, stage } from "./stage.ts";

/** What the report says about the data. */
export type DataSummary = Inspection;

/**
 * All rules on data, counted by DuckDB over the files in place, in one pass. All findings of one run are reported together, with
 * the first rows that break them.
 */
export function validateData(context: DataContext): Promise<Stage<DataSummary>> {
  return stage("validate data", async () => {
    const { data: config, evaluation } = context.project.config;
    const runtime = runtimeOf(context);
    const { subject, problems, run } = await openData(runtime, context.data, config);
    if (!run.ok) return outcomeOf<DataSummary>(run, "");
    if (subject.checked.length === 0) {
      const message =
        problems.length > 0 ? problems.join("; ") : "data.references refers to all tables, and none is left to check";
      return { status: "failed", message, runs: [run] };
    }
    const { inspection, problem, runs } = await inspectData(runtime, {
      ...{ data: context.data, subject, config, task: evaluation.task },
    });
    const all = { runs: [run, ...runs] };
    if (inspection === undefined) return { status: "failed", message: [...problems, problem ?? ""].join("; "), ...all };
    return { ...judge(inspection, problems), ...all };
  });
}

function judge(inspection: Inspection, unreadable: readonly string[]): Outcome<DataSummary> {
  const { rows, files, checks, findings } = inspection;
  const empty = files.filter((file) => file.rows === 0).map(({ file }) => `${file}: no rows`);
  const messages = [...unreadable, ...empty, ...findings.map(findingText)];
  if (messages.length > 0) return { status: "failed", message: messages.join("; "), value: inspection };
  return {
    status: "passed",
    message: `${counted(rows, "row")} in ${counted(files.length, "file")}: ${counted(checks, "check")} kept`,
    value: inspection,
  };
}
