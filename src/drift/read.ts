import type { ColumnFacts, TableFacts } from "./columns.ts";
import type { Counts } from "./counts.ts";
import { FILES, SIDES, type Side } from "./sql.ts";

/** The text of a file that a script wrote. */
export type Reader = (file: string) => Promise<string>;

const readJson = async <T>(read: Reader, file: string): Promise<T[]> => JSON.parse(await read(file)) as T[];

/** What `describeScript` wrote: of the reference, and of the current table. */
export const readFacts = (read: Reader): Promise<[TableFacts, TableFacts]> =>
  Promise.all([factsOf(read, "reference"), factsOf(read, "current")]);

async function factsOf(read: Reader, side: Side): Promise<TableFacts> {
  const [[size], types, columns] = await Promise.all([
    readJson<Pick<TableFacts, "rows">>(read, FILES.rows(side)),
    readJson<{ readonly name: string; readonly type: string }>(read, FILES.types(side)),
    readJson<ColumnFacts>(read, FILES.facts(side)),
  ]);
  return { rows: size?.rows ?? 0, types: Object.fromEntries(types.map(({ name, type }) => [name, type])), columns };
}

/** What `countScript` wrote. */
export async function readCounts(read: Reader, rows: Counts["rows"]): Promise<Counts> {
  const [numbers, categories, lengths, words, ...present] = await Promise.all([
    readJson<Counts["numbers"][number]>(read, FILES.numbers),
    readJson<Counts["categories"][number]>(read, FILES.categories),
    readJson<Counts["lengths"][number]>(read, FILES.lengths),
    readJson<Counts["words"][number]>(read, FILES.words),
    ...SIDES.map((side) => readJson<{ readonly present: readonly number[] }>(read, FILES.present(side))),
  ]);
  const [reference = [], current = []] = present.map(([row]) => row?.present);
  return { numbers, categories, lengths, words, rows, present: { reference, current } };
}
