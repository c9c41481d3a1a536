import { findingText } from "../data/findings.ts";
import { type Inspection, inspectData } from "../data/inspect.ts";
import { openData } from "../data/open.ts";
import { tableOfPart } from "../tables/describe.ts";
import { counted } from "../text.ts";
import { defineStage, withReadyData } from "./definition.ts";
import { READY_DATA } from "./ready-data.ts";
import { failedRun, type Outcome } from "./stage.ts";

/**
 * Checks all data rules in one pass of DuckDB over the files. Every finding is reported, with the first rows that break the rule,
 * so that one run is enough to mend the data.
 */
export const validateData = defineStage({
  name: "validate data",
  step: "Check",
  page: "data-rules",
  needs: { ...READY_DATA },
  async run(inputs, ready): Promise<Outcome<Inspection>> {
    const context = withReadyData(inputs, ready);
    const { data: config, evaluation } = context.config;
    const { subject, problems, notes, run } = await openData(context, context.data, config);
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
    return { ...judge(inspection, problems, notes), ...all, evidence: { data: inspection } };
  },
});

const MAX_NOTES = 5;

function judge(inspection: Inspection, unreadable: readonly string[], notes: readonly string[]): Outcome<Inspection> {
  const { rows, files, checks, findings } = inspection;
  // A part of a table may be empty, but not the table.
  const filled = new Set(files.filter((file) => file.rows > 0).map(({ file }) => tableOfPart(file)));
  const empty = files.filter(({ file }) => !filled.has(tableOfPart(file))).map(({ file }) => `${file}: no rows`);
  const messages = [...unreadable, ...empty, ...findings.map(findingText)];
  const unseen = unseenText(notes);
  if (messages.length > 0) return { status: "failed", message: messages.join("; ") + unseen };
  return {
    status: "passed",
    message: `${counted(rows, "row")} in ${counted(files.length, "file")}: ${counted(checks, "check")} kept${unseen}`,
    value: inspection,
  };
}

const unseenText = (notes: readonly string[]): string => {
  const others = notes.length > MAX_NOTES ? `, and ${counted(notes.length - MAX_NOTES, "other")}` : "";
  return notes.length === 0 ? "" : `; not looked at: ${notes.slice(0, MAX_NOTES).join(", ")}${others}`;
};
