import type { Directory } from "@dagger.io/dagger";
import type { CommandsResult } from "../containers/commands.ts";
import { DATA, REFERENCE } from "../containers/paths.ts";
import type { DataContext } from "../context/context.ts";
import { type DataTable, evaluatedTable } from "../data/data-tables.ts";
import { findTables, type TableFiles } from "../data/table-files.ts";
import { type ComparisonResult, compareTables } from "../drift/compare.ts";
import { dataColumns } from "../drift/model-columns.ts";
import { UserError } from "../errors.ts";
import { matchingTables, tabularFiles } from "../tables/files.ts";
import { openTable, type Table, tableRows } from "../tables/table.ts";

/** A table of the current data and the same one of the reference. */
export interface ComparedTable {
  readonly table: DataTable;
  readonly current: Table;
  readonly reference: Table;
}

/** Opens the tables of both sides, the one that the model is about first. */
export async function openCompared(
  context: DataContext,
  reference: Directory,
): Promise<{ readonly tables: readonly ComparedTable[]; readonly runs: readonly CommandsResult[] }> {
  const config = context.config.data;
  const [now, before] = await Promise.all([
    filesOf(context.data, context, "data"),
    filesOf(reference, context, "reference"),
  ]);
  const opened = await Promise.all(
    pairedTables(now, before, evaluatedTable(config).name).map(async ({ table, current, past }) => {
      const [ours, theirs] = await Promise.all([
        openTable(context, {
          ...{ name: "data", directory: context.data, mount: DATA },
          ...{ paths: current, dialect: table.config },
        }),
        openTable(context, {
          ...{ name: "reference", directory: reference, mount: REFERENCE },
          ...{ paths: past, dialect: table.config },
        }),
      ]);
      return { table, current: ours.table, reference: theirs.table, runs: [theirs.run, ours.run] };
    }),
  );
  return { tables: opened, runs: opened.flatMap(({ runs }) => runs) };
}

/** The tables that data.files names, or all where none has such a name: files of production are often called otherwise. */
async function filesOf(
  folder: Directory,
  { config: { data: config } }: DataContext,
  argument: string,
): Promise<readonly TableFiles[]> {
  const all = await tabularFiles(folder, undefined, argument);
  if (config.tables !== undefined) return (await findTables(folder, config)).tables;
  const found = config.files === undefined ? all : await matchingTables(folder, config.files);
  return [{ table: { name: undefined, config }, paths: found.length > 0 ? found : all }];
}

export interface PairedTable {
  readonly table: DataTable;
  readonly current: readonly string[];
  readonly past: readonly string[];
}

/**
 * Pairs the tables of both sides by their names. One with a label may be on one side only, since production has no labels yet.
 *
 * @throws UserError when another one is on one side only, or nothing is left to compare
 */
export function pairedTables(
  now: readonly TableFiles[],
  before: readonly TableFiles[],
  evaluated: string | undefined,
): PairedTable[] {
  const all = new Map([...before, ...now].map(({ table }) => [table.name, table]));
  const pairs = [...all.values()].flatMap((table): PairedTable[] => {
    const [current, past] = [now, before].map((side) => side.find((one) => one.table.name === table.name)?.paths);
    if (current !== undefined && past !== undefined) return [{ table, current, past }];
    if (table.config.label !== undefined && all.size > 1) return [];
    const what = table.name === undefined ? "files that no table takes" : `files of data.tables.${table.name}`;
    const [has, lacks] = current === undefined ? ["reference", "data"] : ["data", "reference"];
    throw new UserError(`The ${has} folder has ${what}, and the ${lacks} folder has none.`, "drift-and-monitoring");
  });
  if (pairs.length === 0) throw new UserError("No table is in both folders.", "drift-and-monitoring");
  return pairs.sort((a, b) => Number(b.table.name === evaluated) - Number(a.table.name === evaluated));
}

/** Compares all tables, one after another. Columns of a named table are called `NAME.COLUMN`. */
export async function compareAll(context: DataContext, tables: readonly ComparedTable[]): Promise<ComparisonResult> {
  const { data, monitoring, predictions } = context.config;
  const names = Object.keys(data.tables ?? {});
  const evaluated = evaluatedTable(data).name;
  const found: ComparisonResult[] = [];
  for (const { table, current, reference } of tables) {
    const only = columnsOfTable(data.drift.columns, table.name, names);
    if (only?.length === 0) continue;
    const label = table.config.label ?? (table.name === evaluated ? "label" : undefined);
    const sides = [reference, current].flatMap((side) => tableRows(side).columns);
    const compared = await compareTables(context, {
      name: "data",
      tables: { reference, current },
      only,
      // Production data have no labels yet, and the log holds the predictions.
      ...dataColumns(predictions, [...new Set(sides)], label),
      id: monitoring.id,
    });
    found.push(withTable(compared, table.name));
  }
  const rowsOf = (side: "reference" | "current"): number => found.reduce((total, { rows }) => total + rows[side], 0);
  return {
    rows: { reference: rowsOf("reference"), current: rowsOf("current") },
    faults: found.flatMap(({ faults }) => faults),
    skipped: found.flatMap(({ skipped }) => skipped),
    tests: found.flatMap(({ tests }) => tests),
    runs: found.flatMap(({ runs }) => runs),
  };
}

/** The columns of `data.drift.columns` that are of a table: those of a named one are written `NAME.COLUMN`. */
export function columnsOfTable(
  columns: readonly string[] | undefined,
  name: string | undefined,
  names: readonly string[],
): readonly string[] | undefined {
  if (columns === undefined || names.length === 0) return columns;
  const ownerOf = (column: string): string | undefined => names.find((one) => column.startsWith(`${one}.`));
  return columns
    .filter((column) => ownerOf(column) === name)
    .map((column) => (name === undefined ? column : column.slice(name.length + 1)));
}

function withTable({ tests, faults, skipped, ...rest }: ComparisonResult, name: string | undefined): ComparisonResult {
  const named = <Reading extends { readonly column: string }>(all: readonly Reading[]): Reading[] =>
    all.map((one) => (name === undefined ? one : { ...one, column: `${name}.${one.column}` }));
  return { ...rest, tests: named(tests), faults: named(faults), skipped: named(skipped) };
}
