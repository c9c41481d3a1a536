import { z } from "zod";
import { parseJson } from "../../json.ts";
import { parseRows } from "../../tables/duckdb.ts";
import { readNumbers } from "../predictions/tables.ts";
import { type Bins, conditionOf } from "./bins.ts";
import { type Cell, candidatesOf, isTried, promisingTriples } from "./candidates.ts";
import { confirmedSlices } from "./confirm.ts";
import type { SlicePlan } from "./plan.ts";
import type { WorstSlices } from "./results.ts";
import type { SearchedRows } from "./score.ts";
import { confirmScript, SEARCH_TABLES, searchScript, triplesScript } from "./sql.ts";

/** Where scripts run: beside the predictions, and with the files that an earlier one wrote. */
export interface ScriptRunner {
  /**
   * @param statements of the script, given the folder that it writes into and that of the files that the one before wrote
   * @returns reads a file that it wrote, by its name
   */
  run(name: string, statements: (folder: string, before: string) => string): Promise<(file: string) => Promise<string>>;
}

const binsSchema = z.object({ at: z.number(), edges: z.string(), few: z.boolean() });
const edgesSchema = z.union([z.array(z.number()), z.array(z.string())]);
const allSchema = z.object({
  ...{ rows: z.number(), sum: z.number().nullable(), squares: z.number().nullable(), greatest: z.number().nullable() },
});
const triedSchema = z.object({ tried: z.number() });
const maskSchema = z.object({
  ...{ part: z.enum(["searched", "held", "neither"]), mask: z.number() },
  ...{ rows: z.number(), sum: z.number(), squares: z.number() },
});

/** A group has at least this many rows, or this share of all, whatever is more. Half of them are among the searched ones. */
const LEAST_ROWS = 32;
const LEAST_SHARE = 0.01;

/** Looks for the groups of rows that a model is worst at, in one half of them, and confirms them on the other one. */
export async function searchSlices(plan: SlicePlan, confidence: number, runner: ScriptRunner): Promise<WorstSlices> {
  const first = await runner.run("worst-slices", (folder) => searchScript(plan, folder));
  const bins = await binsOf(plan, await first(SEARCH_TABLES.bins));
  const all = searchedOf(await first(SEARCH_TABLES.all));
  const cells = cellsOf(await first(SEARCH_TABLES.cells));
  const counts = { bins, all, cells };
  const triples = all.sum === 0 ? [] : promisingTriples(counts);
  const wider =
    triples.length === 0
      ? undefined
      : await runner.run("worst-slices-of-three", (folder, before) =>
          triplesScript(triples, all, `${before}/${SEARCH_TABLES.coded}`, folder),
        );
  const [ofThree, triedOfThree] =
    wider === undefined
      ? [[], 0]
      : [
          triplesOf(await wider(SEARCH_TABLES.triples)),
          parseRows(await wider(SEARCH_TABLES.tried), triedSchema, SEARCH_TABLES.tried)[0]?.tried ?? 0,
        ];
  const candidates = candidatesOf(counts, ofThree);
  const found = {
    metric: plan.metric,
    columns: plan.columns.map(({ name }) => name),
    unsearched: plan.unsearched,
    ...(plan.varying === undefined || plan.varying.length === 0 ? {} : { varying: plan.varying }),
    tried: cells.filter((cell) => isTried(cell, all)).length + triedOfThree,
    searchedRows: all.rows,
    minimumRows: all.minimum,
  };
  if (candidates.length === 0) return { ...found, heldRows: 0, candidates: 0, slices: [] };
  const groups = candidates.map(({ predicates }) => predicates);
  const last = await runner.run("worst-slices-held-out", (folder) => confirmScript(plan, bins, groups, folder));
  const masks = parseRows(await last(SEARCH_TABLES.masks), maskSchema, SEARCH_TABLES.masks);
  const conditions = groups.map((predicates) =>
    predicates.map((predicate) => conditionOf(bins[predicate.column] as Bins, predicate)),
  );
  return {
    ...found,
    heldRows: masks.reduce((sum, { part, rows }) => sum + (part === "held" ? rows : 0), 0),
    ...confirmedSlices(masks, conditions, { metric: plan.metric, confidence, minimum: all.minimum }),
  };
}

function binsOf({ columns }: SlicePlan, text: string): Bins[] {
  const found = parseRows(text, binsSchema, SEARCH_TABLES.bins);
  return columns.map((column, index) => {
    const one = found.find(({ at }) => at === index);
    const edges = one === undefined ? [] : parseJson(one.edges, edgesSchema, `the bins of ${column.name}`);
    return { ...column, edges, few: one?.few ?? false };
  });
}

function searchedOf(text: string): SearchedRows {
  const [one] = parseRows(text, allSchema, SEARCH_TABLES.all);
  const { rows = 0, sum, squares, greatest } = one ?? {};
  return {
    ...{ rows, sum: sum ?? 0, squares: squares ?? 0, greatest: greatest ?? 0 },
    minimum: Math.max(LEAST_ROWS / 2, rows * LEAST_SHARE),
  };
}

function cellsOf(csv: string): Cell[] {
  const { first = [], second = [], one = [], other = [], rows = [], sum = [], squares = [] } = readNumbers(csv);
  return Array.from(first, (column, at) => ({
    predicates: [
      predicateOf(column, one[at]),
      ...(second[at] === -1 ? [] : [predicateOf(second[at] as number, other[at])]),
    ],
    ...{ rows: rows[at] as number, sum: sum[at] as number, squares: squares[at] as number },
  }));
}

function triplesOf(csv: string): Cell[] {
  const columns = readNumbers(csv);
  const { rows = [], sum = [], squares = [] } = columns;
  return Array.from(rows, (count, at) => ({
    predicates: [0, 1, 2].map((place) =>
      predicateOf(columns[`column_${place}`]?.[at] as number, columns[`bin_${place}`]?.[at]),
    ),
    ...{ rows: count, sum: sum[at] as number, squares: squares[at] as number },
  }));
}

const predicateOf = (column: number, bin: number | undefined) => ({ column, from: bin ?? 0, to: bin ?? 0 });
