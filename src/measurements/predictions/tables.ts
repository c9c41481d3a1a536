import { z } from "zod";
import { parseRows } from "../../tables/duckdb.ts";
import type { MeasurementPlan } from "./plan.ts";
import { QUANTILE_NUMBERS } from "./quantiles.ts";
import { RANKING_METRICS } from "./ranking.ts";
import type {
  AnswerRows,
  ClassAnswers,
  ClassRows,
  QuantileAnswers,
  QuantileRows,
  RankedGroups,
  RegressionAnswers,
  RegressionRows,
} from "./rows.ts";
import { hasQuantiles, type PartName, TABLES } from "./sql.ts";

/** The columns of a table by name. */
export type Columns = Readonly<Record<string, Float64Array>>;

/** Reads a CSV of numbers, as DuckDB writes it; an empty field is NaN. */
export function readNumbers(csv: string): Columns {
  const [header = "", ...lines] = csv.trimEnd().split("\n");
  const names = header.split(",");
  const columns = names.map(() => new Float64Array(lines.length));
  lines.forEach((line, row) => {
    line.split(",").forEach((field, index) => {
      const column = columns[index];
      if (column !== undefined) column[row] = field === "" ? Number.NaN : Number(field);
    });
  });
  return Object.fromEntries(names.map((name, index) => [name, columns[index] ?? new Float64Array()]));
}

/** The columns of rows that all have the same names. */
export function columnsOfRows(rows: readonly Readonly<Record<string, unknown>>[]): Columns {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, Float64Array.from(rows, (row) => Number(row[name] ?? Number.NaN))]),
  );
}

/** A column that the script wrote. */
const writtenIn =
  (columns: Columns) =>
  (name: string): Float64Array => {
    const values = columns[name];
    if (values === undefined) throw new Error(`the measurement has no column ${name}`);
    return values;
  };

/** The suffixes of the columns of so many models. */
const suffixesOf = (models: number): string[] => ["", "_b"].slice(0, models);

/** Turns the cells of quantiles that the script wrote into rows of so many models. */
export function toQuantileRows(columns: Columns, plan: Pick<MeasurementPlan, "models">, models: number): QuantileRows {
  const column = writtenIn(columns);
  const levels = levelsOf(plan);
  return {
    task: "quantiles",
    counts: column("rows"),
    weights: columns.weight,
    nominal: (levels.at(-1) ?? Number.NaN) - (levels[0] ?? Number.NaN),
    models: suffixesOf(models).map((suffix) => {
      const [pinball, covered, crossing] = QUANTILE_NUMBERS.map((name) => column(`${name}${suffix}`));
      return { pinball, covered, crossing } as QuantileAnswers;
    }),
  };
}

/** Turns the groups that the script ranked into those of so many models. */
export function toRankedGroups(columns: Columns, models: number): RankedGroups {
  const column = writtenIn(columns);
  return {
    task: "ranking",
    counts: column("rows"),
    models: suffixesOf(models).map((suffix) =>
      Object.fromEntries(RANKING_METRICS.map((name) => [name, column(`${name}${suffix}`)])),
    ),
  };
}

/** The quantiles that are measured, the lowest first. */
export const levelsOf = ({ models }: Pick<MeasurementPlan, "models">): number[] =>
  (models[0]?.quantiles ?? []).map(({ level }) => level);

/** Turns the cells of labels and answers that the script wrote into rows of so many models. */
export function toRows(columns: Columns, { task, classes, positive }: MeasurementPlan, models: number): AnswerRows {
  const column = writtenIn(columns);
  const suffixes = suffixesOf(models);
  if (task === "regression") {
    return {
      task,
      counts: column("rows"),
      weights: columns.weight,
      labels: column("label"),
      squaredLabels: column("squared_label"),
      models: suffixes.map(
        (suffix): RegressionAnswers => ({
          absoluteErrors: column(`absolute_error${suffix}`),
          squaredErrors: column(`squared_error${suffix}`),
          relativeErrors: column(`relative_error${suffix}`),
        }),
      ),
    } satisfies RegressionRows;
  }
  // A column without values is undefined for these predictions.
  const optional = (name: string, suffix: string): Float64Array | undefined => {
    const values = columns[`${name}${suffix}`];
    return values === undefined || Number.isNaN(values[0]) ? undefined : values;
  };
  return {
    task,
    classes,
    positive: positive === undefined ? undefined : classes.indexOf(positive),
    counts: column("rows"),
    weights: columns.weight,
    labels: Int32Array.from(column("label")),
    models: suffixes.map((suffix): ClassAnswers => {
      const [scores, logLosses, squaredErrors, areas, labelPlaces] = [
        ...["score", "log_loss", "squared_error", "area", "label_place"],
      ].map((name) => optional(name, suffix));
      return {
        predictions: Int32Array.from(column(`prediction${suffix}`)),
        ...(scores === undefined
          ? {}
          : { scores: meansOfBins(column(`bin${suffix}`), weighedCounts(columns), scores) }),
        ...(logLosses === undefined ? {} : { logLosses }),
        ...(squaredErrors === undefined ? {} : { squaredErrors }),
        ...(areas === undefined ? {} : { areas }),
        ...(labelPlaces === undefined ? {} : { labelPlaces }),
      };
    }),
  } satisfies ClassRows;
}

/** How much the rows of each cell count together. */
function weighedCounts({ rows, weight }: Columns): Float64Array {
  const counts = rows ?? new Float64Array();
  return weight === undefined ? counts : counts.map((count, cell) => count * (weight[cell] as number));
}

/**
 * Gives all rows of a bin the same score, whatever their labels. With a mean for each cell, a bin's positives would
 * rank above its negatives, and the areas under the curves would be too large.
 */
function meansOfBins(bins: Float64Array, counts: Float64Array, scores: Float64Array): Float64Array {
  const sums = new Map<number, { rows: number; score: number; readonly first: number; equal: boolean }>();
  bins.forEach((bin, cell) => {
    const score = scores[cell] ?? 0;
    const sum = sums.get(bin) ?? { rows: 0, score: 0, first: score, equal: true };
    sum.rows += counts[cell] ?? 0;
    sum.score += (counts[cell] ?? 0) * score;
    sum.equal &&= score === sum.first;
    sums.set(bin, sum);
  });
  return scores.map((score, cell) => {
    const { rows, score: sum, equal } = sums.get(bins[cell] ?? Number.NaN) ?? { rows: 0, score, equal: true };
    return equal || rows === 0 ? score : sum / rows;
  });
}

/** How the rows of both models match. */
export interface PairFacts {
  readonly candidate: number;
  readonly baseline: number;
  readonly candidateKeys: number;
  readonly baselineKeys: number;
  readonly matched: number;
  readonly differing: number;
}

const pairFactsSchema: z.ZodType<PairFacts> = z.object({
  candidate: z.number(),
  baseline: z.number(),
  candidateKeys: z.number(),
  baselineKeys: z.number(),
  matched: z.number(),
  differing: z.number(),
});

/** Why the rows of the two models cannot be compared one by one; undefined when they can. */
export function reasonAgainstPairing(
  facts: PairFacts,
  { models, weight }: Pick<MeasurementPlan, "models" | "weight">,
): string | undefined {
  const by = models.every((model) => model.hasId) ? "id" : "place in the file";
  if (facts.candidate !== facts.baseline) {
    return `the candidate has ${facts.candidate} predictions and the baseline ${facts.baseline}`;
  }
  if (facts.candidateKeys !== facts.candidate || facts.baselineKeys !== facts.baseline)
    return "the column id has a value twice";
  if (facts.matched !== facts.candidate)
    return `${facts.candidate - facts.matched} rows of the candidate have no row of the same ${by} in the baseline's predictions`;
  if (facts.differing > 0)
    return `${facts.differing} rows of the same ${by} have other labels${weight === undefined ? "" : " or weights"}`;
  return undefined;
}

export interface RawGroup {
  readonly grouping: number;
  /** The group's values as a JSON list of texts. */
  readonly key: string;
  readonly rows: number;
  readonly judged: boolean;
  /** Groups of this grouping, listed or not. */
  readonly total: number;
}

const rawGroupSchema: z.ZodType<RawGroup> = z.object({
  grouping: z.number(),
  key: z.string(),
  rows: z.number(),
  judged: z.boolean(),
  total: z.number(),
});

/** A column that has several values in some of the groups that rows are ranked within. */
export interface VaryingColumn {
  readonly grouping: number;
  /** Of the column, among those of the grouping. */
  readonly place: number;
  /** The ranked groups with several values, and all. */
  readonly groups: number;
  readonly total: number;
}

const varyingColumnSchema: z.ZodType<VaryingColumn> = z.object({
  grouping: z.number(),
  place: z.number(),
  groups: z.number(),
  total: z.number(),
});

/** The other columns depend on the plan. */
const rawGroupCellSchema = z.looseObject({ grouping: z.number(), key: z.string() });
export type RawGroupCell = Readonly<z.output<typeof rawGroupCellSchema>>;

/** What the script wrote for some of the metrics. */
export interface PartTables {
  readonly cells: Columns;
  readonly baselineCells?: Columns | undefined;
  readonly groupCells: readonly RawGroupCell[];
  /** One for each model. */
  readonly values: readonly Columns[];
}

/** Everything that the script wrote. */
export interface MeasuredTables {
  readonly answers: PartTables;
  readonly quantiles?: PartTables | undefined;
  readonly ranking?: PartTables | undefined;
  readonly pairs?: PairFacts | undefined;
  readonly groups: readonly RawGroup[];
  readonly varying?: readonly VaryingColumn[] | undefined;
  readonly scatters?: readonly (readonly ScatterRow[])[] | undefined;
}

const scatterRowSchema = z.object({ label: z.number(), prediction: z.number() });
type ScatterRow = Readonly<z.output<typeof scatterRowSchema>>;

/** @param text reads a table that the script wrote, by its name */
export async function readTables(
  plan: MeasurementPlan,
  text: (name: string) => Promise<string>,
): Promise<MeasuredTables> {
  const json = async <Row>(name: string, row: z.ZodType<Row>): Promise<Row[]> => parseRows(await text(name), row, name);
  const numbers = async (name: string): Promise<Columns> => readNumbers(await text(name));
  const paired = plan.models.length > 1;
  const grouped = plan.groupings.length > 0;
  const part = async (name: PartName): Promise<PartTables> => {
    const files = TABLES.of(name);
    const [cells, baselineCells, groupCells, values] = await Promise.all([
      numbers(files.cells),
      paired ? numbers(files.baselineCells) : undefined,
      grouped ? json(files.groupCells, rawGroupCellSchema) : [],
      Promise.all(plan.models.map(({ role }) => numbers(files.values(role)))),
    ]);
    return { cells, baselineCells, groupCells, values };
  };
  const [answers, quantiles, ranking, pairs, groups, varying, scatters] = await Promise.all([
    part("answers"),
    hasQuantiles(plan) ? part("quantiles") : undefined,
    plan.group === undefined ? undefined : part("ranking"),
    paired ? json(TABLES.pairs, pairFactsSchema) : [],
    grouped ? json(TABLES.groups, rawGroupSchema) : [],
    grouped && plan.group !== undefined ? json(TABLES.varying, varyingColumnSchema) : undefined,
    plan.task === "regression"
      ? Promise.all(plan.models.map(({ role }) => json(TABLES.scatter(role), scatterRowSchema)))
      : undefined,
  ]);
  return { answers, quantiles, ranking, pairs: pairs[0], groups, varying, scatters };
}
