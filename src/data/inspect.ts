import { dag } from "@dagger.io/dagger";
import { type CommandsResult, runCommands } from "../commands/run.ts";
import type { DataConfig } from "../config/schema.ts";
import { DATA, HELPERS, RESULTS } from "../environment/paths.ts";
import { helper } from "../helpers/helpers.ts";
import type { DataContext } from "../stages/context.ts";
import { duckdbContainer, withScript } from "./duckdb.ts";
import {
  EXAMPLES,
  type ExampleRow,
  findExamples,
  type LinesFound,
  type LinesWanted,
  linesOf,
  linesWanted,
  toExamples,
  withLines,
} from "./examples.ts";
import { type Finding, findingOf } from "./findings.ts";
import { COUNTS, type Counts, PROFILE, planPass, toCounts } from "./pass.ts";
import { type ColumnProfile, toProfiles } from "./profile.ts";
import { predicateProblem, readingProblem, unreadPlace } from "./reading.ts";
import { RULES } from "./rules/list.ts";
import type { Broken, Check, Rule, RuleContext } from "./rules/rule.ts";
import { columnsOf } from "./tables/columns.ts";
import type { DescribedFile } from "./tables/describe.ts";
import { inReadingOrder, selectRows } from "./tables/read.ts";
import { View } from "./tables/view.ts";

/** What reading all of the data once gives. */
export interface Inspection {
  readonly rows: number;
  readonly files: Counts["files"];
  readonly columns: readonly ColumnProfile[];
  /** The rows that the profile is of: all of them, or a sample. */
  readonly profiledRows: number;
  /** How many rules were held against the data. */
  readonly checks: number;
  readonly findings: readonly Finding[];
}

/** What is inspected. */
export interface Subject {
  /** The files whose rows are checked. */
  readonly checked: readonly DescribedFile[];
  /** All files that have been described, those included that others refer to. */
  readonly known: readonly DescribedFile[];
  /** The paths that match each pattern of a rule. */
  readonly matches: ReadonlyMap<string, readonly string[]>;
}

/** How reading went: the inspection, or what kept it from being made. */
export interface Inspected {
  readonly inspection?: Inspection;
  readonly problem?: string;
  readonly runs: readonly CommandsResult[];
}

/** Holds the rules of a configuration against the data, in one pass over all rows. */
export async function inspectData(context: DataContext, subject: Subject, config: DataConfig): Promise<Inspected> {
  const { checked } = subject;
  const view = new View(selectRows(checked), columnsOf(checked), config.types);
  const { task } = context.project.config.evaluation;
  const checks = checksOf(config, ruleContext(view, subject, config, task));
  const about = checked.reduce((total, file) => total + file.rows, 0);
  const run = await runScript(context, "data", planPass(view, checks, about, RESULTS));
  if (!run.ok) return unreadable(context, view, config, checked, run);

  const [counts, profile] = await Promise.all([readRows(run, COUNTS), readRows(run, PROFILE)]);
  const counted = toCounts(
    counts[0] ?? {},
    checks,
    checked.map(({ path }) => path),
  );
  const broken = checks.flatMap((check, place) => {
    const found = check.judge(counted.measured[place] ?? {}, counted.rows);
    return found === undefined ? [] : [{ check, found }];
  });
  const shown = await examplesOf(context, view, broken, checked, counted);
  return {
    inspection: {
      rows: counted.rows,
      files: counted.files,
      columns: toProfiles(view, counted.row, profile),
      profiledRows: counted.profiledRows,
      checks: checks.length,
      findings: broken.map(({ check, found }, index) =>
        findingOf(check, found, shown.examples[index] ?? [], counted.rows),
      ),
    },
    runs: [run, ...shown.runs],
  };
}

function ruleContext(
  view: View,
  { checked, known, matches }: Subject,
  config: DataConfig,
  task: RuleContext["task"],
): RuleContext {
  return {
    view,
    files: checked.map(({ path }) => path),
    matching: (pattern) => matches.get(pattern) ?? [],
    table: (paths) => {
      const files = known.filter(({ path }) => paths.includes(path));
      return { columns: columnsOf(files), rows: selectRows(files) };
    },
    label: config.label,
    mandatory: [...new Set([...(config.required ?? []), ...(config.label === undefined ? [] : [config.label])])],
    task,
    types: config.types ?? {},
    sampleOf: (column) => checked.flatMap((file) => sampleOf(file, column)),
  };
}

function sampleOf(file: DescribedFile, column: string): string[] {
  const place = file.columns.findIndex(({ name }) => name === column);
  return file.sample.map((row) => row[place]).filter((value): value is string => value !== undefined && value !== null);
}

/** All that the configured rules want to have counted. */
const checksOf = (config: DataConfig, context: RuleContext): Check[] =>
  RULES.flatMap((rule: Rule) => rule.checks(config[rule.key as keyof DataConfig], context));

/** The patterns of files that the configured rules want to know of. */
export const patternsOf = (config: DataConfig): string[] =>
  RULES.flatMap((rule: Rule) => rule.patterns?.(config[rule.key as keyof DataConfig]) ?? []);

async function runScript(context: DataContext, name: string, statements: string): Promise<CommandsResult> {
  const mounted = duckdbContainer(context).withMountedDirectory(DATA, context.data).withWorkdir(DATA);
  const { container, command } = withScript(mounted, name, statements);
  return runCommands(container, [command], { since: context.since });
}

type Row = Readonly<Record<string, unknown>>;

const readRows = async ({ results }: CommandsResult, name: string): Promise<Row[]> =>
  JSON.parse(await results.file(name).contents()) as Row[];

/** A rule of the project's own that DuckDB does not understand, or else a file that is not what it seemed. */
async function unreadable(
  context: DataContext,
  view: View,
  config: DataConfig,
  files: readonly DescribedFile[],
  run: CommandsResult,
): Promise<Inspected> {
  const output = run.commands[0]?.tail ?? "";
  for (const [name, sql] of Object.entries(config.rules ?? {})) {
    const alone = new View(view.rows, view.columns, config.types);
    const predicate = alone.predicate(sql);
    const tried = await runScript(context, "rule", `SELECT count_if(NOT ${predicate}) FROM ${alone.from()};`);
    if (tried.ok) continue;
    const answer = tried.commands[0]?.tail ?? "";
    // What is wrong with a file is wrong without the rule, too.
    if (unreadPlace(answer) !== undefined) break;
    return { problem: predicateProblem(name, answer), runs: [run, tried] };
  }
  const unread = unreadPlace(output);
  const file = files.find(({ path }) => path === unread?.file);
  if (unread === undefined || file === undefined) return { problem: readingProblem(output), runs: [run] };
  const asked = await askForLines(context, [linesOf(file, [unread.place - 1], true)]);
  const line = asked.found[0]?.lines[String(unread.place - 1)];
  return { problem: readingProblem(output, line), runs: [run, asked.run] };
}

interface BrokenCheck {
  readonly check: Check;
  readonly found: Broken;
}

/** The first rows that break each check; none for a check that no row breaks by itself. */
async function examplesOf(
  context: DataContext,
  view: View,
  broken: readonly BrokenCheck[],
  files: readonly DescribedFile[],
  counts: Counts,
): Promise<{ readonly examples: readonly (readonly ExampleRow[])[]; readonly runs: readonly CommandsResult[] }> {
  const sought = broken.map(({ check }) => check).filter((check) => check.find !== undefined);
  if (sought.length === 0) return { examples: [], runs: [] };
  const run = await runScript(context, "rows", findExamples(view, sought, RESULTS));
  if (!run.ok) return { examples: [], runs: [run] };
  const counted = new Map(counts.files.map(({ file, rows }) => [file, rows]));
  const order = inReadingOrder(files).map(({ path }) => ({ file: path, rows: counted.get(path) ?? 0 }));
  const rows = toExamples((await readRows(run, EXAMPLES))[0] ?? {}, sought, order);
  const lined = await findLines(context, rows, files);
  return {
    examples: broken.map(({ check }) => lined.examples[sought.indexOf(check)] ?? []),
    runs: [run, ...lined.runs],
  };
}

async function findLines(
  context: DataContext,
  rows: readonly (readonly ExampleRow[])[],
  files: readonly DescribedFile[],
) {
  const wanted = linesWanted(rows.flat(), files);
  if (wanted.length === 0) return { examples: rows, runs: [] };
  const { found, run } = await askForLines(context, wanted);
  return { examples: rows.map((examples) => withLines(examples, found)), runs: [run] };
}

/** Which lines they are; none where the program fails: the numbers of the rows say where they are, too. */
async function askForLines(
  context: DataContext,
  wanted: readonly LinesWanted[],
): Promise<{ readonly found: readonly LinesFound[]; readonly run: CommandsResult }> {
  const program = `${HELPERS}/find_lines.py`;
  const request = `${HELPERS}/rows.json`;
  const container = duckdbContainer(context)
    .withMountedDirectory(DATA, context.data)
    .withMountedFile(program, helper("find_lines.py"))
    .withMountedFile(request, dag.directory().withNewFile("rows.json", JSON.stringify(wanted)).file("rows.json"))
    .withWorkdir(DATA);
  const answer = "lines.json";
  const command = {
    name: "lines",
    args: ["python3", program, request, `${RESULTS}/${answer}`],
    shown: "find the lines",
  };
  const run = await runCommands(container, [command], { since: context.since });
  const found = run.ok ? (JSON.parse(await run.results.file(answer).contents()) as LinesFound[]) : [];
  return { found, run };
}
