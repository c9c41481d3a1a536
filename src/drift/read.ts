import { z } from "zod";
import { parseRows } from "../tables/duckdb.ts";
import type { ColumnFacts, TableFacts } from "./columns.ts";
import type { CategoryCells, Counts, NumberCells, WordCounts } from "./counts.ts";
import { FILES, SIDES, type Side } from "./sql.ts";

/** Reads the text of a file that a script wrote. */
export type Reader = (file: string) => Promise<string>;

const rows = async <Row>(read: Reader, file: string, row: z.ZodType<Row>): Promise<Row[]> =>
  parseRows(await read(file), row, file);

const numbersOrNull = z.array(z.number()).nullable();

const sizeSchema = z.object({ rows: z.number() });
const typeSchema = z.object({ name: z.string(), type: z.string() });

const columnFactsSchema: z.ZodType<ColumnFacts> = z.object({
  name: z.string(),
  present: z.number(),
  distinct: z.number(),
  numeric: z.number(),
  gaps: z.number(),
  decimals: z.number(),
  times: z.number(),
  otherDates: z.number(),
  words: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  quantiles: numbersOrNull,
});

const numberCellsSchema: z.ZodType<NumberCells> = z.object({
  column: z.number(),
  values: numbersOrNull,
  reference: numbersOrNull,
  current: numbersOrNull,
});

const categoryCellsSchema: z.ZodType<CategoryCells> = z.object({
  column: z.number(),
  values: z.array(z.string().nullable()).nullable(),
  reference: numbersOrNull,
  current: numbersOrNull,
});

const wordCountsSchema: z.ZodType<WordCounts> = z.object({
  column: z.number(),
  reference: z.number(),
  current: z.number(),
  words: z.array(z.object({ word: z.string(), reference: z.number(), current: z.number() })).nullable(),
  otherHalf: z.number(),
  unseenInOtherHalf: z.number(),
  unseenInCurrent: z.number(),
});

const presentSchema = z.object({ present: z.array(z.number()) });

/** Reads the results of `describeScript` for the reference and the current table. */
export const readFacts = (read: Reader): Promise<[TableFacts, TableFacts]> =>
  Promise.all([factsOf(read, "reference"), factsOf(read, "current")]);

async function factsOf(read: Reader, side: Side): Promise<TableFacts> {
  const [[size], types, columns] = await Promise.all([
    rows(read, FILES.rows(side), sizeSchema),
    rows(read, FILES.types(side), typeSchema),
    rows(read, FILES.facts(side), columnFactsSchema),
  ]);
  return { rows: size?.rows ?? 0, types: Object.fromEntries(types.map(({ name, type }) => [name, type])), columns };
}

/** Reads the results of `countScript`. */
export async function readCounts(read: Reader, sizes: Counts["rows"]): Promise<Counts> {
  const [numbers, categories, lengths, words, ...present] = await Promise.all([
    rows(read, FILES.numbers, numberCellsSchema),
    rows(read, FILES.categories, categoryCellsSchema),
    rows(read, FILES.lengths, numberCellsSchema),
    rows(read, FILES.words, wordCountsSchema),
    ...SIDES.map((side) => rows(read, FILES.present(side), presentSchema)),
  ]);
  const [reference = [], current = []] = present.map(([row]) => row?.present);
  return { numbers, categories, lengths, words, rows: sizes, present: { reference, current } };
}
