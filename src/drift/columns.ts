/*
 * Decides the kind of each column once for both sides, from a sample of each, so that both are counted alike.
 */

/** Statistics of one column in a sample. */
export interface ColumnFacts {
  readonly name: string;
  /** The numbers of values that are not missing, and of different values. */
  readonly present: number;
  readonly distinct: number;
  /** The numbers of values that are numbers (with NaN and infinity), and of texts that stand for a missing value. */
  readonly numeric: number;
  readonly gaps: number;
  /** The numbers of values that have decimals, and that are a date or a time. */
  readonly decimals: number;
  readonly times: number;
  /** The number of values that look like a date of another form than ISO 8601. */
  readonly otherDates: number;
  /** The average number of words in a value. */
  readonly words: number;
  readonly low: number | null;
  readonly high: number | null;
  /** The 5, 25, 50, 75 and 95 % quantiles of the numbers. */
  readonly quantiles: readonly number[] | null;
}

/** One side of a comparison. */
export interface TableFacts {
  readonly rows: number;
  /** DuckDB's types of all columns. */
  readonly types: Readonly<Record<string, string>>;
  /** The columns with a value in the sample. */
  readonly columns: readonly ColumnFacts[];
}

export type ColumnKind = "number" | "category" | "text" | "skipped";

/** Why only the missing values of a column are compared. */
export type SkipCode =
  | "names-rows"
  | "names-groups"
  | "weighs-rows"
  | "nested"
  | "no-values"
  | "point-in-time"
  | "value-of-each-row"
  | "number-of-each-row";

/** How a column is counted. */
export interface ColumnPlan {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Whether its values are numbers. Numeric categories are compared by value, so that 1 equals 1.0. */
  readonly numeric: boolean;
  /** Whether each value is counted, or bins around `center` whose width grows with the distance from it. */
  readonly exact: boolean;
  readonly center: number;
  readonly scale: number;
  /** Why only its missing values are compared. */
  readonly skipped?: SkipCode;
}

/** A column that cannot be compared. */
export interface ColumnFault {
  readonly column: string;
  readonly fault:
    | "gone"
    | "new"
    | "no longer numbers"
    /** Dates of another form than before. */
    | "dates of another form"
    /** The same values, spelled otherwise than before. */
    | "spelled otherwise"
    /** The labels' IDs, of which none is in the log. */
    | "in no prediction";
}

export interface TablePlan {
  readonly columns: readonly ColumnPlan[];
  readonly faults: readonly ColumnFault[];
}

/** The share of values that decides the kind of a column, so that a few stray texts do not make numbers a category. */
const MIN_SHARE_OF_KIND = 0.95;
/** Whole numbers with at most this many different values are treated as categories. */
const MAX_NUMERIC_CODES = 20;
const MAX_CATEGORIES = 1000;
/** The average number of words in a value from which on a column is text. */
const MIN_TEXT_WORDS = 3;
/** The share of different values from which on they are taken for unique. */
const MIN_UNIQUE_SHARE = 0.99;
/** From this many values on, whole numbers that are all different are row IDs: measurements would repeat. */
const MIN_UNIQUE_NUMBERS = 1000;
/** The largest number of different values, in both samples together, that are counted one by one. */
const MAX_EXACT = 20_000;

export interface ColumnOptions {
  /** The columns to compare; all when absent. */
  readonly only?: readonly string[] | undefined;
  /** Label, prediction and score. One side may lack them, as production has no labels yet, and they are never row IDs. */
  readonly outcomes?: readonly string[];
  /** The column of row IDs. */
  readonly id?: string;
  /** Columns that are skipped, and why. One side may lack them, as production has no groups and weights of an evaluation. */
  readonly unfeatured?: ReadonlyMap<string, SkipCode>;
}

export function planColumns(
  reference: TableFacts,
  current: TableFacts,
  { only, outcomes = [], id, unfeatured = new Map() }: ColumnOptions = {},
): TablePlan {
  const names = only ?? [...new Set([...Object.keys(reference.types), ...Object.keys(current.types)])];
  const plans = names.flatMap((name): (ColumnPlan | ColumnFault)[] => {
    const [before, now] = [Object.hasOwn(reference.types, name), Object.hasOwn(current.types, name)];
    const skipped = unfeatured.get(name);
    if (!(before && now) && (outcomes.includes(name) || skipped !== undefined)) return [];
    if (!now) return [{ column: name, fault: "gone" }];
    if (!before) return [{ column: name, fault: "new" }];
    if (name === id) return [{ ...uncomparedPlan(name), skipped: "names-rows" }];
    if (skipped !== undefined) return [{ ...uncomparedPlan(name), skipped }];
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

/** DuckDB's types of nested and binary values. */
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
  // The reference decides, unless it has no values.
  const [first] = facts;
  if (first === undefined) return { ...column, skipped: "no-values" };
  if (isNumeric(first)) {
    if (!facts.every(isNumeric)) return { column: name, fault: "no longer numbers" };
    return planNumbers({ ...column, numeric: true }, facts, reference, outcome);
  }
  if (!outcome && dateForm(first) !== undefined) {
    if (facts.some((one) => dateForm(one) !== dateForm(first))) return { column: name, fault: "dates of another form" };
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

/**
 * A robust estimate of the standard deviation: from the quartiles of a normal distribution (1.35 apart), or if those are equal
 * from its 5 and 95 % quantiles (3.3 apart), or else from the range.
 */
function scaleOf(facts: ColumnFacts | undefined, fifth = 0, last = 0): number {
  const [, lower = 0, , upper = 0] = facts?.quantiles ?? [];
  const scales = [(upper - lower) / 1.35, (last - fifth) / 3.3, ((facts?.high ?? 0) - (facts?.low ?? 0)) / 2];
  return scales.find((scale) => scale > 0 && Number.isFinite(scale)) ?? 1;
}

/** The form of the dates in a column; undefined for other values. */
function dateForm({ times, otherDates, present }: ColumnFacts): "iso" | "other" | undefined {
  if (times >= MIN_SHARE_OF_KIND * present) return "iso";
  return otherDates >= MIN_SHARE_OF_KIND * present ? "other" : undefined;
}

const isNumeric = ({ numeric, gaps, present }: ColumnFacts): boolean =>
  numeric > 0 && numeric >= MIN_SHARE_OF_KIND * (present - gaps);
const isUnique = ({ distinct, present }: ColumnFacts): boolean => distinct >= MIN_UNIQUE_SHARE * present;
/** Whether unique whole numbers look like consecutive row numbers. */
const isDense = ({ low, high }: ColumnFacts, rows: number): boolean => (high ?? 0) - (low ?? 0) < 2 * rows;
