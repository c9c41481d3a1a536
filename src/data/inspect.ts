import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { DATA, RESULTS } from "../containers/paths.ts";
import type { Runtime } from "../containers/runtime.ts";
import { duckdbContainer, parseRows, withScript } from "../tables/duckdb.ts";
import { csvErrorRecord, isFileError, predicateProblem } from "../tables/read-error.ts";
import { SqlView } from "../tables/sql-view.ts";
import { ruleKey } from "./data-tables.ts";
import { EXAMPLES, type ExampleRow, findExamples, lineRequests, toExamples, withLines } from "./examples.ts";
import { type Finding, findingOf } from "./findings.ts";
import { type DescribedFolder, explainReadError, findLines } from "./lines.ts";
import { COUNTS, type Counts, PROFILE, toCounts } from "./pass.ts";
import {
  type BrokenCheck,
  brokenChecks,
  type DataFiles,
  type InspectionPlan,
  planInspection,
} from "./plan-inspection.ts";
import { type ColumnProfile, toProfiles } from "./profile.ts";
import { columnsIn } from "./rules/predicates.ts";
import type { RuleContext } from "./rules/rule.ts";
import type { TableConfig } from "./settings.ts";

/** The result of reading all rows of a table once. */
export interface Inspection {
  readonly rows: number;
  readonly files: Counts["files"];
  readonly columns: readonly ColumnProfile[];
  /** The number of rows that were profiled: all of them, or a sample. */
  readonly profiledRows: number;
  /** The number of checks that were made. */
  readonly checks: number;
  readonly findings: readonly Finding[];
}

/** The inspection, or the problem that prevented it. */
export interface InspectionResult {
  readonly inspection?: Inspection;
  readonly problem?: string;
  readonly runs: readonly CommandsResult[];
}

/** The table to inspect, and the rules to check it against. */
export interface InspectionInputs {
  readonly data: Directory;
  readonly subject: DataFiles;
  /** The name of the table; absent for the files that no name takes. */
  readonly table?: string | undefined;
  readonly config: TableConfig;
  /** The task of the label, if the project configures it. */
  readonly task: RuleContext["task"];
  /** Whether the columns are profiled; true when absent. */
  readonly profiled?: boolean;
}

/** Checks the data against the configured rules in one pass over all rows. */
export async function inspectData(runtime: Runtime, inputs: InspectionInputs): Promise<InspectionResult> {
  const { data, subject, config, task, profiled = true } = inputs;
  const plan = planInspection(subject, config, task, RESULTS, profiled);
  const { checked, view, checks, pass } = plan;
  const run = await runScript(runtime, data, { name: "data", statements: plan.settings + pass });
  if (!run.ok) return explainFailure(runtime, inputs, { plan, run });

  const [counts, profile] = await Promise.all([readRows(run, COUNTS), profiled ? readRows(run, PROFILE) : []]);
  const counted = toCounts(
    counts[0] ?? {},
    checks,
    checked.map(({ path }) => path),
  );
  const broken = brokenChecks(checks, counted);
  const shown = await examplesOf(runtime, data, { plan, broken, counts: counted });
  return {
    inspection: {
      rows: counted.rows,
      files: counted.files,
      columns: profiled ? toProfiles(view, counted.row, profile) : [],
      profiledRows: counted.profiledRows,
      checks: checks.length,
      findings: broken.map(({ check, reason }, index) =>
        findingOf(ruleKey(check.rule, inputs.table), reason, shown.examples[index] ?? [], counted.rows),
      ),
    },
    runs: [run, ...shown.runs],
  };
}

async function runScript(
  runtime: Runtime,
  data: Directory,
  { name, statements }: { readonly name: string; readonly statements: string },
): Promise<CommandsResult> {
  const mounted = duckdbContainer(runtime).withMountedDirectory(DATA, data).withWorkdir(DATA);
  const { container, command } = withScript(mounted, name, statements);
  return runCommands(container, [command], { since: runtime.since, limits: runtime.limits });
}

/** The values are parsed by the checks and the profile, which know their columns. */
const rowSchema = z.record(z.string(), z.unknown());
type Row = z.output<typeof rowSchema>;

const readRows = async ({ results }: CommandsResult, name: string): Promise<Row[]> =>
  parseRows(await results.file(name).contents(), rowSchema, name);

/** Finds out why the pass failed: one of the project's SQL rules is invalid, or else a file could not be read. */
async function explainFailure(
  runtime: Runtime,
  { data, config, table }: InspectionInputs,
  { plan, run }: { readonly plan: InspectionPlan; readonly run: CommandsResult },
): Promise<InspectionResult> {
  const { checked, view, settings } = plan;
  const output = run.commands[0]?.tail ?? "";
  for (const [name, sql] of Object.entries(config.rules ?? {})) {
    const ruleView = new SqlView(view.rows, view.columns, config.types, config.missing);
    const predicate = ruleView.predicate(sql, columnsIn(sql, view.columns));
    const statements = `${settings}${ruleView.setup().join("\n")} SELECT count_if(NOT ${predicate}) FROM ${ruleView.from()};`;
    const tried = await runScript(runtime, data, { name: "rule", statements });
    if (tried.ok) continue;
    const answer = tried.commands[0]?.tail ?? "";
    // An error in a file would occur without the rule too.
    if (csvErrorRecord(answer) !== undefined || isFileError(answer)) break;
    return { problem: predicateProblem(ruleKey(`data.rules.${name}`, table), answer), runs: [run, tried] };
  }
  const { problem, runs } = await explainReadError(runtime, { directory: data, files: checked }, output);
  return { problem, runs: [run, ...runs] };
}

/** The result of the pass over all rows. */
interface PassResult {
  readonly plan: InspectionPlan;
  readonly broken: readonly BrokenCheck[];
  readonly counts: Counts;
}

/** The first rows that break each check; none for a check about the data as a whole. */
async function examplesOf(
  runtime: Runtime,
  data: Directory,
  { plan, broken, counts }: PassResult,
): Promise<{ readonly examples: readonly (readonly ExampleRow[])[]; readonly runs: readonly CommandsResult[] }> {
  const { checked, view, settings } = plan;
  const findable = broken.map(({ check }) => check).filter((check) => check.find !== undefined);
  if (findable.length === 0) return { examples: [], runs: [] };
  const run = await runScript(runtime, data, {
    name: "rows",
    statements: settings + findExamples(view, findable, RESULTS),
  });
  if (!run.ok) return { examples: [], runs: [run] };
  const rows = toExamples((await readRows(run, EXAMPLES))[0] ?? {}, findable, counts.files);
  const located = await addLines(runtime, { directory: data, files: checked }, rows);
  return {
    examples: broken.map(({ check }) => located.examples[findable.indexOf(check)] ?? []),
    runs: [run, ...located.runs],
  };
}

async function addLines(
  runtime: Runtime,
  { directory, files }: DescribedFolder,
  rows: readonly (readonly ExampleRow[])[],
) {
  const requests = lineRequests(rows.flat(), files);
  if (requests.length === 0) return { examples: rows, runs: [] };
  const { found, run } = await findLines(runtime, directory, requests);
  return { examples: rows.map((examples) => withLines(examples, found)), runs: [run] };
}
