import type { Container } from "@dagger.io/dagger";
import { type CommandsResult, runCommands } from "../commands/run.ts";
import { reasonOf, withScript } from "../data/duckdb.ts";
import { RESULTS } from "../environment/paths.ts";
import { UserError } from "../errors.ts";
import { type ColumnOptions, planColumns, type TablePlan } from "./columns.ts";
import { type Reader, readCounts, readFacts } from "./read.ts";
import type { ColumnTest, Role } from "./readings.ts";
import { countScript, describeScript, type Side, type Tables } from "./sql.ts";
import { columnTests } from "./tests.ts";

/** Two tables of the same columns. */
export interface Comparison extends ColumnOptions {
  /** Names its commands. */
  readonly name: string;
  readonly tables: Readonly<Record<Side, Tables>>;
  readonly roleOf: (column: string) => Role;
}

export interface Compared extends Pick<TablePlan, "faults"> {
  readonly rows: Readonly<Record<Side, number>>;
  readonly skipped: readonly { readonly column: string; readonly reason: string }[];
  readonly tests: readonly ColumnTest[];
  readonly runs: readonly CommandsResult[];
}

const WORK = "/tmp/drift";
const DATABASE = `${WORK}/tables.duckdb`;

/**
 * Compares two tables, column by column.
 *
 * @param container has DuckDB and the files of both
 * @throws UserError when one cannot be read
 */
export async function compareTables(container: Container, comparison: Comparison, since: number): Promise<Compared> {
  const { name, tables, roleOf } = comparison;
  const describing = await runScript(container, `describe ${name}`, describeScript(DATABASE, RESULTS, tables), since);
  const [reference, current] = await readFacts(readerOf(describing));
  const { columns, faults } = planColumns(reference, current, comparison);
  const rows = { reference: reference.rows, current: current.rows };
  const skipped = columns.flatMap(({ name: column, skipped: reason }) =>
    reason === undefined ? [] : [{ column, reason }],
  );
  if (columns.length === 0) return { rows, faults, skipped, tests: [], runs: [describing] };
  const counting = await runScript(
    describing.container,
    `compare ${name}`,
    countScript(DATABASE, RESULTS, columns),
    since,
  );
  const counts = await readCounts(readerOf(counting), rows);
  return { rows, faults, skipped, tests: columnTests(columns, counts, roleOf), runs: [describing, counting] };
}

async function runScript(container: Container, name: string, sql: string, since: number): Promise<CommandsResult> {
  const script = withScript(container, name.replaceAll(" ", "-"), sql);
  const run = await runCommands(script.container, [script.command], { since, folders: [WORK] });
  if (!run.ok) throw new UserError(`the tables cannot be read: ${reasonOf(run.commands[0]?.tail ?? "")}`);
  return run;
}

const readerOf =
  ({ results }: CommandsResult): Reader =>
  (file) =>
    results.file(file).contents();
