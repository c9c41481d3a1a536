import { findingText } from "../data/findings.ts";
import { type Inspection, inspectData } from "../data/inspect.ts";
import { openData } from "../data/open.ts";
import { counted } from "../text.ts";
import { defineStage, withPulled } from "./definition.ts";
import { pullData } from "./pull-data.ts";
import { failedRun, type Outcome } from "./stage.ts";

/**
 * Checks all data rules in one pass of DuckDB over the files. Every finding is reported, with the first rows that break the rule,
 * so that one run is enough to mend the data.
 */
export const validateData = defineStage({
  name: "validate data",
  step: "Check",
  needs: { pulled: pullData },
  async run(inputs, { pulled }): Promise<Outcome<Inspection>> {
    const context = withPulled(inputs, pulled);
    const { data: config, evaluation } = context.config;
    const { subject, problems, run } = await openData(context, context.data, config);
    if (!run.ok) return failedRun(run);
    if (subject.checked.length === 0) {
      const message =
        problems.length > 0 ? problems.join("; ") : "data.references refers to all tables, and none is left to check";
      return { status: "failed", message, runs: [run] };
    }
    const { inspection, problem, runs } = await inspectData(context, {
      ...{ data: context.data, subject, config },
      task: evaluation.task,
    });
    const all = { runs: [run, ...runs] };
    if (inspection === undefined) return { status: "failed", message: [...problems, problem ?? ""].join("; "), ...all };
    return { ...judge(inspection, problems), ...all, evidence: { data: inspection } };
  },
});

function judge(inspection: Inspection, unreadable: readonly string[]): Outcome<Inspection> {
  const { rows, files, checks, findings } = inspection;
  const empty = files.filter((file) => file.rows === 0).map(({ file }) => `${file}: no rows`);
  const messages = [...unreadable, ...empty, ...findings.map(findingText)];
  if (messages.length > 0) return { status: "failed", message: messages.join("; ") };
  return {
    status: "passed",
    message: `${counted(rows, "row")} in ${counted(files.length, "file")}: ${counted(checks, "check")} kept`,
    value: inspection,
  };
}
