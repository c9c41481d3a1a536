import type { LabelComparison } from "./evaluated-rows.ts";

/** Rows that have one label in the data and another (or the same) in the predictions. */
export interface LabelPair {
  readonly data: string | null;
  readonly evaluated: string | null;
  readonly rows: number;
}

/** Numbers of both, where labels are numbers. */
export interface LabelNumbers {
  readonly compared: number;
  readonly equal: number;
  /** Pearson's correlation; null when one of the two never changes. */
  readonly correlation: number | null;
  readonly dataMean: number | null;
  readonly dataDeviation: number | null;
  readonly evaluatedMean: number | null;
  readonly evaluatedDeviation: number | null;
}

/** What a pairing of rows says about labels. */
export type LabelEvidence =
  /** They are those of the data, but for the rows that differ. */
  | { readonly aligned: true; readonly comparison: Omit<LabelComparison, "column"> }
  /** The rows are in another order, or of other data, or the labels are derived in a way that is not seen here. */
  | {
      readonly aligned: false;
      /** Rows whose label cannot be that of any row, since it is too frequent; absent when labels have other names. */
      readonly changed?: number;
    };

/** Standard deviations beyond chance from which labels are taken to be of the same rows. */
const BEYOND_CHANCE = 6;
const MAX_EXAMPLES = 3;
/** Other names for labels are believed from so many rows a label. */
const ROWS_OF_NAME = 5;

/** Compares the labels of rows that were paired by their order or by an id. */
export function compareClasses(pairs: readonly LabelPair[]): LabelEvidence {
  const data = countsOf(pairs, "data");
  const evaluated = countsOf(pairs, "evaluated");
  const sameNames = [...evaluated.keys()].every((name) => data.has(name));
  const names = sameNames ? undefined : namesOf(pairs);
  const compared = pairs.reduce((sum, { rows }) => sum + rows, 0);
  // Where nearly every row has a label of its own, each of them has one name, whatever the order.
  if (names !== undefined && data.size * ROWS_OF_NAME > compared) return { aligned: false };
  const expected = (label: string): string => (names === undefined ? label : (names.get(label) ?? label));
  const wrong = pairs.filter(({ data, evaluated }) => expected(keyOf(data)) !== keyOf(evaluated));
  const differing = wrong.reduce((total, { rows }) => total + rows, 0);
  if (differing > 0) {
    const chance = [...data].reduce(
      (total, [name, rows]) => total + (rows / compared) * ((evaluated.get(expected(name)) ?? 0) / compared),
      0,
    );
    const noise = Math.sqrt((chance * (1 - chance)) / compared);
    const beyond = (compared - differing) / compared - chance;
    // Labels that are swapped with one another agree less than by chance, which is no accident either.
    const aligned = (sameNames ? Math.abs(beyond) : beyond) > BEYOND_CHANCE * noise;
    const renamed = names === undefined || new Set(names.values()).size === names.size;
    if (!aligned || !renamed)
      return sameNames ? { aligned: false, changed: surplusOf(evaluated, data) } : { aligned: false };
  }
  return {
    aligned: true,
    comparison: {
      compared,
      differing,
      examples: [...wrong]
        .sort((a, b) => b.rows - a.rows)
        .slice(0, MAX_EXAMPLES)
        .map(({ data, evaluated, rows }) => ({ data: data ?? "nothing", evaluated: evaluated ?? "nothing", rows })),
      ...(names === undefined ? {} : { names: Object.fromEntries(names) }),
    },
  };
}

/** How many rows have a label that is more frequent than in the data. */
const surplusOf = (evaluated: ReadonlyMap<string, number>, data: ReadonlyMap<string, number>): number =>
  [...evaluated].reduce((total, [name, rows]) => total + Math.max(0, rows - (data.get(name) ?? 0)), 0);

const keyOf = (label: string | null): string => label ?? "";

function countsOf(pairs: readonly LabelPair[], side: "data" | "evaluated"): Map<string, number> {
  const counts = new Map<string, number>();
  for (const pair of pairs) {
    const key = keyOf(pair[side]);
    counts.set(key, (counts.get(key) ?? 0) + pair.rows);
  }
  return counts;
}

/** For each label of the data, what most of its rows are called in the predictions. */
function namesOf(pairs: readonly LabelPair[]): Map<string, string> {
  const most = new Map<string, LabelPair>();
  for (const pair of pairs) {
    const known = most.get(keyOf(pair.data));
    if (known === undefined || pair.rows > known.rows) most.set(keyOf(pair.data), pair);
  }
  return new Map([...most].map(([label, { evaluated }]) => [label, keyOf(evaluated)]));
}

/** Labels are derived by a formula, such as a logarithm, when their scale is another one than that of the data. */
const SAME_MEAN = 0.5;
const SAME_DEVIATION = 2.5;

/** The same for labels that are numbers: those of the data may have been rounded, which `equal` has let pass. */
export function compareNumbers(numbers: LabelNumbers): LabelEvidence {
  const { compared, equal } = numbers;
  const differing = compared - equal;
  if (compared === 0) return { aligned: false };
  const aligned = differing === 0 || (equal > 0.5 * compared ? true : isNear(numbers));
  return aligned ? { aligned, comparison: { compared, differing, examples: [] } } : { aligned };
}

/** Whether labels follow those of the data, on the same scale, without being equal: answers that stand for labels. */
function isNear({
  compared,
  correlation,
  dataMean,
  dataDeviation,
  evaluatedMean,
  evaluatedDeviation,
}: LabelNumbers): boolean {
  if (correlation === null || !dataDeviation || !evaluatedDeviation) return false;
  if (dataMean === null || evaluatedMean === null) return false;
  const ratio = evaluatedDeviation / dataDeviation;
  const sameScale =
    Math.abs(evaluatedMean - dataMean) < SAME_MEAN * dataDeviation &&
    ratio < SAME_DEVIATION &&
    ratio > 1 / SAME_DEVIATION;
  return sameScale && correlation * Math.sqrt(compared) > BEYOND_CHANCE;
}
