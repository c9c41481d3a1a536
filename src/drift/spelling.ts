import type { ColumnFault, ColumnPlan } from "./columns.ts";
import type { CategoryCells, Counts } from "./counts.ts";

/** The share of the current rows from which on another spelling is a fault of the data and not a slip. */
const MIN_RESPELLED = 0.01;

const BOOLEANS = new Map([
  ...["true", "t", "yes", "y", "1"].map((word) => [word, "true"] as const),
  ...["false", "f", "no", "n", "0"].map((word) => [word, "false"] as const),
]);

/** The counts with one category per value that is spelled in several ways, and the columns that the current data respell. */
export interface Spelled {
  readonly counts: Counts;
  readonly faults: readonly ColumnFault[];
}

/**
 * Counts values together that the current data spell otherwise than the reference: True and TRUE, yes and 1, Rome and ROME. A
 * model would take them for values that it has never seen, but to train it on them would be to learn the fault.
 *
 * @param isTyped whether the files of one side have a type for the column, so that its spelling is none of the data
 */
export function withOneSpelling(
  columns: readonly ColumnPlan[],
  counts: Counts,
  isTyped: (column: string) => boolean,
): Spelled {
  const faults: ColumnFault[] = [];
  const categories = counts.categories.map((cells) => {
    const name = columns[cells.column]?.name ?? "";
    if (respelledShare(cells) < MIN_RESPELLED) return cells;
    if (!isTyped(name)) faults.push({ column: name, fault: "spelled otherwise" });
    return merged(cells);
  });
  return { counts: { ...counts, categories }, faults };
}

/** The share of the current rows whose value the reference has in another spelling alone. */
function respelledShare(cells: CategoryCells): number {
  const all = rowsOf(cells);
  const known = new Set(all.filter(({ before }) => before > 0).map(({ folded }) => folded));
  const respelled = all.filter(({ folded, before, now }) => now > 0 && before === 0 && known.has(folded));
  return sumOf(respelled) / Math.max(1, sumOf(all));
}

const sumOf = (rows: readonly { readonly now: number }[]): number => rows.reduce((sum, { now }) => sum + now, 0);

/** The cells with one category for all spellings of a value: that which the reference has most. */
function merged({ column, ...cells }: CategoryCells): CategoryCells {
  const groups = new Map<string | null, { value: string | null; before: number; now: number; most: number }>();
  for (const { value, folded, before, now } of rowsOf({ column, ...cells })) {
    const group = groups.get(folded) ?? { value, before: 0, now: 0, most: -1 };
    const isMost = before > group.most;
    groups.set(folded, {
      value: isMost ? value : group.value,
      before: group.before + before,
      now: group.now + now,
      most: isMost ? before : group.most,
    });
  }
  const all = [...groups.values()];
  return {
    column,
    values: all.map(({ value }) => value),
    reference: all.map(({ before }) => before),
    current: all.map(({ now }) => now),
  };
}

function rowsOf({ values, reference, current }: CategoryCells) {
  const folds = (values ?? []).map((value) => (value === null ? null : folded(value)));
  const areBooleans = folds.every((fold) => fold !== null && BOOLEANS.has(fold));
  return (values ?? []).map((value, index) => {
    const fold = folds[index] ?? null;
    return {
      value,
      folded: areBooleans && fold !== null ? (BOOLEANS.get(fold) ?? fold) : fold,
      before: reference?.[index] ?? 0,
      now: current?.[index] ?? 0,
    };
  });
}

/** A value without its case, its blanks, its forms of characters, and the zeros of a whole number. */
const folded = (value: string): string =>
  value
    .normalize("NFKC")
    .trim()
    .replace(/\s+/g, " ")
    .toLowerCase()
    .replace(/^([+-]?\d+)\.0*$/, "$1");
