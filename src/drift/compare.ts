import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { type CommandsResult, runCommands } from "../commands/run.ts";
import { reasonOf, scriptFile } from "../data/duckdb.ts";
import { HELPERS, RESULTS } from "../environment/paths.ts";
import { UserError } from "../errors.ts";
import { type ColumnFacts, type ColumnOptions, planColumns, type TableFacts, type TablePlan } from "./columns.ts";
import type { Counts } from "./counts.ts";
import type { ColumnTest, Role } from "./readings.ts";
import { countScript, describeScript, FILES, SIDES, type Side, type Tables } from "./sql.ts";
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
  const [reference, current] = await Promise.all([
    readFacts(describing.results, "reference"),
    readFacts(describing.results, "current"),
  ]);
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
  const counts = await readCounts(counting.results, rows);
  return { rows, faults, skipped, tests: columnTests(columns, counts, roleOf), runs: [describing, counting] };
}

async function runScript(container: Container, name: string, sql: string, since: number): Promise<CommandsResult> {
  const file = `${name.replaceAll(" ", "-")}.sql`;
  const ready = container.withMountedFile(`${HELPERS}/${file}`, dag.directory().withNewFile(file, sql).file(file));
  const run = await runCommands(ready, [scriptFile(name.replaceAll(" ", "-"), `${HELPERS}/${file}`)], {
    since,
    folders: [WORK],
  });
  if (!run.ok) throw new UserError(`the tables cannot be read: ${reasonOf(run.commands[0]?.tail ?? "")}`);
  return run;
}

const readJson = async <T>(results: Directory, file: string): Promise<T[]> =>
  JSON.parse(await results.file(file).contents()) as T[];

async function readFacts(results: Directory, side: Side): Promise<TableFacts> {
  const [[size], types, columns] = await Promise.all([
    readJson<Pick<TableFacts, "rows" | "sampled">>(results, FILES.rows(side)),
    readJson<{ readonly name: string; readonly type: string }>(results, FILES.types(side)),
    readJson<ColumnFacts>(results, FILES.facts(side)),
  ]);
  return factsOf(size, types, columns);
}

/** What `describeScript` wrote about one side. */
export const factsOf = (
  size: Pick<TableFacts, "rows" | "sampled"> | undefined,
  types: readonly { readonly name: string; readonly type: string }[],
  columns: readonly ColumnFacts[],
): TableFacts => ({
  rows: size?.rows ?? 0,
  sampled: size?.sampled ?? 0,
  types: Object.fromEntries(types.map(({ name, type }) => [name, type])),
  columns,
});

async function readCounts(results: Directory, rows: Counts["rows"]): Promise<Counts> {
  const [numbers, categories, lengths, words, ...present] = await Promise.all([
    readJson<Counts["numbers"][number]>(results, FILES.numbers),
    readJson<Counts["categories"][number]>(results, FILES.categories),
    readJson<Counts["lengths"][number]>(results, FILES.lengths),
    readJson<Counts["words"][number]>(results, FILES.words),
    ...SIDES.map((side) => readJson<{ readonly present: readonly number[] }>(results, FILES.present(side))),
  ]);
  const [reference = [], current = []] = present.map(([row]) => row?.present);
  return { numbers, categories, lengths, words, rows, present: { reference, current } };
}
