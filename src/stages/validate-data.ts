import { tabularFiles } from "../data/files.ts";
import { findingText } from "../data/findings.ts";
import { type Inspection, inspectData, patternsOf } from "../data/inspect.ts";
import { tableFormat } from "../data/sql.ts";
import { describeTables } from "../data/tables/describe.ts";
import { counted } from "../text.ts";
import type { DataContext } from "./context.ts";
import { type Outcome, outcomeOf, type Stage, stage } from "./stage.ts";

/** What the report says about the data. */
export type DataSummary = Inspection;

/**
 * All rules on data, counted by DuckDB over the files in place, in one pass. All findings of one run are reported together, with
 * the first rows that break them.
 */
export function validateData(context: DataContext): Promise<Stage<DataSummary>> {
  return stage("validate data", async () => {
    const { data: config } = context.project.config;
    const [named, matches] = await Promise.all([tabularFiles(context), matchesOf(context, patternsOf(config))]);
    const referredTo = new Set(Object.values(config.references ?? {}).flatMap(({ file }) => matches.get(file) ?? []));
    // A table that others only refer to is none of the data, unless it is said to be.
    const checked = config.files === undefined ? named.filter((path) => !referredTo.has(path)) : named;
    const described = await describeTables(context, [...new Set([...checked, ...[...matches.values()].flat()])]);
    if (!described.run.ok) return outcomeOf<DataSummary>(described.run, "");
    const problems = described.unreadable.map(({ path, problem }) => `${path} ${problem}`);
    const subject = {
      checked: described.files.filter(({ path }) => checked.includes(path)),
      known: described.files,
      matches,
    };
    if (subject.checked.length === 0) {
      const message =
        problems.length > 0 ? problems.join("; ") : "all tables of the data are ones that data.references refers to";
      return { status: "failed", message, runs: [described.run] };
    }
    const { inspection, problem, runs } = await inspectData(context, subject, config);
    const all = { runs: [described.run, ...runs] };
    if (inspection === undefined) return { status: "failed", message: [...problems, problem ?? ""].join("; "), ...all };
    return { ...judge(inspection, problems), ...all };
  });
}

async function matchesOf({ data }: DataContext, patterns: readonly string[]): Promise<Map<string, readonly string[]>> {
  const found = await Promise.all(
    [...new Set(patterns)].map(async (pattern) => {
      const paths = await data.glob(pattern);
      return [pattern, paths.filter((path) => tableFormat(path) !== undefined).sort()] as const;
    }),
  );
  return new Map(found);
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
