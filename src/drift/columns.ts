/*
 * What each column is, decided once for both sides from a sample of each, so that both are counted alike.
 */

/** What a sample of one column holds. */
export interface ColumnFacts {
  readonly name: string;
  /** Rows of the sample that have a value, and how many different values. */
  readonly present: number;
  readonly distinct: number;
  /** Values that are numbers (NaN and infinity included), those with decimals, and those that are a date or a time. */
  readonly numeric: number;
  readonly decimals: number;
  readonly times: number;
  /** Words of a value on average. */
  readonly words: number;
  readonly low: number | null;
  readonly high: number | null;
  /** The values below which 5, 25, 50, 75 and 95 % of the numbers lie. */
  readonly quantiles: readonly number[] | null;
}

/** One side of a comparison. */
export interface TableFacts {
  readonly rows: number;
  /** All columns with their types as DuckDB has them. */
  readonly types: Readonly<Record<string, string>>;
  /** Those with a value in the sample. */
  readonly columns: readonly ColumnFacts[];
}

export type ColumnKind = "number" | "category" | "text" | "skipped";

/** Why nothing but a column's missing values is compared. */
export type SkipCode =
  | "names-rows"
  | "nested"
  | "no-values"
  | "point-in-time"
  | "value-of-each-row"
  | "number-of-each-row";

/** How a column is counted. */
export interface ColumnPlan {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Its values are numbers: of a category, 1 and 1.0 are the same one. */
  readonly numeric: boolean;
  /** Counted value by value; otherwise in bins around `center`, of a width that grows with the distance from it. */
  readonly exact: boolean;
  readonly center: number;
  readonly scale: number;
  /** Why nothing but its missing values is compared. */
  readonly skipped?: SkipCode;
}

/** A column that cannot be compared. */
export interface ColumnFault {
  readonly column: string;
  readonly fault: "gone" | "new" | "no longer numbers";
}

export interface TablePlan {
  readonly columns: readonly ColumnPlan[];
  readonly faults: readonly ColumnFault[];
}

/** A column is of a kind when this share of its values is: a few stray texts do not turn numbers into categories. */
const MIN_SHARE_OF_KIND = 0.95;
/** Whole numbers with at most so many values are codes or counts of few things. */
const MAX_NUMERIC_CODES = 20;
const MAX_CATEGORIES = 1000;
/** Words of a value, on average, from which on it is text. */
const MIN_TEXT_WORDS = 3;
/** Nearly all values are different. */
const MIN_UNIQUE_SHARE = 0.99;
/** Of so many values that are all different, whole numbers are names of rows: a measure would repeat some. */
const MIN_UNIQUE_NUMBERS = 1000;
/** Different values of both samples up to which numbers are counted one by one. */
const MAX_EXACT = 20_000;

export interface ColumnOptions {
  /** The columns that are compared; all when absent. */
  readonly only?: readonly string[] | undefined;
  /** Label, prediction and score: one side may lack them, as production data have no labels yet; they are never names of rows. */
  readonly outcomes?: readonly string[];
  /** The column that names the rows. */
  readonly id?: string;
}

export function planColumns(
  reference: TableFacts,
  current: TableFacts,
  { only, outcomes = [], id }: ColumnOptions = {},
): TablePlan {
  const names = only ?? [...new Set([...Object.keys(reference.types), ...Object.keys(current.types)])];
  const plans = names.flatMap((name): (ColumnPlan | ColumnFault)[] => {
    const [before, now] = [Object.hasOwn(reference.types, name), Object.hasOwn(current.types, name)];
    if (!(before && now) && outcomes.includes(name)) return [];
    if (!now) return [{ column: name, fault: "gone" }];
    if (!before) return [{ column: name, fault: "new" }];
    if (name === id) return [{ ...uncomparedPlan(name), skipped: "names-rows" }];
    return [planColumn(name, reference, current, outcomes.includes(name))];
  });
  return {
    columns: plans.filter((one) => "kind" in one),
    faults: plans.filter((one) => "fault" in one),
  };
}

const uncomparedPlan = (name: string): ColumnPlan => ({
  name,
  ...{ kind: "skipped", numeric: false, exact: true, center: 0, scale: 1 },
});

/** Types of Parquet and JSON that hold more than one value, or no text. */
const NESTED = /\[|^(STRUCT|MAP|UNION|BLOB|VARIANT)/;

function planColumn(
  name: string,
  reference: TableFacts,
  current: TableFacts,
  outcome: boolean,
): ColumnPlan | ColumnFault {
  const sides = [reference, current];
  const column = uncomparedPlan(name);
  if (sides.some(({ types }) => NESTED.test(types[name] ?? ""))) return { ...column, skipped: "nested" };
  const known = sides.map(({ columns }) => columns.find((one) => one.name === name));
  const facts = known.filter((one) => one !== undefined);
  // The reference says what a column is, unless it has no value.
  const [first] = facts;
  if (first === undefined) return { ...column, skipped: "no-values" };
  if (isNumeric(first)) {
    if (!facts.every(isNumeric)) return { column: name, fault: "no longer numbers" };
    return planNumbers({ ...column, numeric: true }, facts, reference, outcome);
  }
  if (!outcome && facts.every(({ times, present }) => times >= MIN_SHARE_OF_KIND * present)) {
    return { ...column, skipped: "point-in-time" };
  }
  if (facts.every((one) => one.distinct <= MAX_CATEGORIES && one.distinct <= one.present / 2)) {
    return { ...column, kind: "category" };
  }
  if (facts.every(({ words }) => words < MIN_TEXT_WORDS)) {
    if (!outcome && facts.every(isUnique)) return { ...column, skipped: "value-of-each-row" };
    if (facts.every(({ distinct }) => distinct <= MAX_CATEGORIES)) return { ...column, kind: "category" };
  }
  return { ...column, kind: "text" };
}

function planNumbers(
  column: ColumnPlan,
  facts: readonly ColumnFacts[],
  { rows }: TableFacts,
  outcome: boolean,
): ColumnPlan {
  const whole = facts.every(({ decimals }) => decimals === 0);
  const isRowId = (one: ColumnFacts): boolean =>
    isUnique(one) && (one.present >= MIN_UNIQUE_NUMBERS || isDense(one, rows));
  if (whole && !outcome && facts.every(isRowId)) {
    return { ...column, skipped: "number-of-each-row" };
  }
  if (whole && facts.every(({ distinct }) => distinct <= MAX_NUMERIC_CODES)) return { ...column, kind: "category" };
  const exact = facts.reduce((sum, { distinct }) => sum + distinct, 0) <= MAX_EXACT;
  const [low, , center, , high] = facts[0]?.quantiles ?? [];
  return { ...column, kind: "number", exact, center: center ?? 0, scale: scaleOf(facts[0], low, high) };
}

/** About a standard deviation, which outliers do not move: from the quartiles, or else from what lies outside of them. */
function scaleOf(facts: ColumnFacts | undefined, fifth = 0, last = 0): number {
  const [, lower = 0, , upper = 0] = facts?.quantiles ?? [];
  const scales = [(upper - lower) / 1.35, (last - fifth) / 3.3, ((facts?.high ?? 0) - (facts?.low ?? 0)) / 2];
  return scales.find((scale) => scale > 0 && Number.isFinite(scale)) ?? 1;
}

const isNumeric = ({ numeric, present }: ColumnFacts): boolean => numeric >= MIN_SHARE_OF_KIND * present;
const isUnique = ({ distinct, present }: ColumnFacts): boolean => distinct >= MIN_UNIQUE_SHARE * present;
/** Numbered one after the other. */
const isDense = ({ low, high }: ColumnFacts, rows: number): boolean => (high ?? 0) - (low ?? 0) < 2 * rows;
