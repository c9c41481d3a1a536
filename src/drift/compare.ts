import type { Container } from "@dagger.io/dagger";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { RESULTS } from "../containers/paths.ts";
import type { Runtime } from "../containers/runtime.ts";
import { duckdbContainer, withScript } from "../tables/duckdb.ts";
import { fileTypes, type Table, tableRows, withTables } from "../tables/table.ts";
import { type ColumnOptions, planColumns, type TableFacts, type TablePlan } from "./columns.ts";
import { type Reader, readCounts, readFacts } from "./read.ts";
import { readError } from "./read-error.ts";
import type { ColumnTest, Role, SkippedColumn } from "./readings.ts";
import { withOneSpelling } from "./spelling.ts";
import { countScript, describeScript, type Side, type Sides } from "./sql.ts";
import { columnTests } from "./tests.ts";

/** Two tables to compare. */
export interface Comparison extends ColumnOptions {
  /** Part of the names of its commands. */
  readonly name: string;
  readonly tables: Readonly<Record<Side, Table>>;
  readonly roleOf: (column: string) => Role;
}

export interface ComparisonResult extends Pick<TablePlan, "faults"> {
  readonly rows: Readonly<Record<Side, number>>;
  readonly skipped: readonly SkippedColumn[];
  readonly tests: readonly ColumnTest[];
  readonly runs: readonly CommandsResult[];
}

const WORK = "/tmp/drift";
const DATABASE = `${WORK}/tables.duckdb`;

/**
 * Compares two tables, column by column.
 *
 * @throws UserError when one cannot be read
 */
export async function compareTables(runtime: Runtime, comparison: Comparison): Promise<ComparisonResult> {
  const { name, tables, roleOf } = comparison;
  const sides: Sides = { reference: tableRows(tables.reference), current: tableRows(tables.current) };
  const runScript = (before: Container, verb: string, statements: string): Promise<CommandsResult> =>
    runOnTables(runtime, Object.values(tables), withScript(before, `${verb}-${name}`, statements));
  const container = withTables(duckdbContainer(runtime), Object.values(tables));
  const describing = await runScript(container, "describe", describeScript(DATABASE, RESULTS, sides));
  const facts = await readFacts(readerOf(describing));
  const [reference, current] = [withTypes(facts[0], tables.reference), withTypes(facts[1], tables.current)];
  const { columns, faults } = planColumns(reference, current, comparison);
  const rows = { reference: reference.rows, current: current.rows };
  const skipped = columns.flatMap(({ name: column, skipped: code }) => (code === undefined ? [] : [{ column, code }]));
  if (columns.length === 0) return { rows, faults, skipped, tests: [], runs: [describing] };
  const counted = { columns, rows: Math.max(rows.reference, rows.current) };
  const counting = await runScript(describing.container, "compare", countScript(DATABASE, RESULTS, sides, counted));
  const spelled = withOneSpelling(columns, await readCounts(readerOf(counting), rows), (column) =>
    [reference, current].some(({ types }) => !/^(VARCHAR|ENUM)/.test(types[column] ?? "VARCHAR")),
  );
  const tests = columnTests(columns, spelled.counts, roleOf);
  return { rows, faults: [...faults, ...spelled.faults], skipped, tests, runs: [describing, counting] };
}

/** Takes the types of JSON lines from the files' descriptions, since their values are read as text. */
const withTypes = (facts: TableFacts, table: Table): TableFacts => ({
  ...facts,
  types: { ...facts.types, ...fileTypes(table) },
});

async function runOnTables(
  runtime: Runtime,
  tables: readonly Table[],
  { container, command }: ReturnType<typeof withScript>,
): Promise<CommandsResult> {
  const run = await runCommands(container, [command], {
    since: runtime.since,
    limits: runtime.limits,
    folders: [WORK],
  });
  if (!run.ok) throw await readError(runtime, tables, run.commands[0]?.tail ?? "");
  return run;
}

const readerOf =
  ({ results }: CommandsResult): Reader =>
  (file) =>
    results.file(file).contents();
