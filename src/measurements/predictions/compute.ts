import { z } from "zod";
import { sameColumns } from "../../config/forms.ts";
import { parseJson } from "../../json.ts";
import type { Estimate } from "../../statistics/estimate.ts";
import { histogramOf } from "../../statistics/histogram.ts";
import { wilson } from "../../statistics/proportion.ts";
import type { MeasurementRequest } from "../request.ts";
import { estimateParts, type RowsEstimate } from "./bootstrap.ts";
import { calibrationErrorInterval, calibrationOf, scoresOf } from "./calibration.ts";
import { classNamed } from "./class-names.ts";
import { fairnessOf } from "./fairness.ts";
import { mcnemar } from "./mcnemar.ts";
import { metricsOf } from "./metrics.ts";
import { canonicalMetric, possibleRange } from "./names.ts";
import type { MeasurementPlan } from "./plan.ts";
import type {
  FairnessResults,
  GroupResults,
  ModelResults,
  PairedResults,
  PredictionResults,
  SliceResults,
  VaryingSlices,
} from "./results.ts";
import type { AnswerRows, ClassRows, PredictionRows } from "./rows.ts";
import type { EvaluationConfig, PredictionsRequest } from "./settings.ts";
import {
  type Columns,
  columnsOfRows,
  levelsOf,
  type MeasuredTables,
  type PartTables,
  type RawGroup,
  type RawGroupCell,
  reasonAgainstPairing,
  toQuantileRows,
  toRankedGroups,
  toRows,
} from "./tables.ts";
import { effectiveRows } from "./weights.ts";

/** The seed is fixed, so that the same predictions give the same report. */
const SEED = 1;
const DIFFERENCE_BINS = 40;

interface Options {
  readonly resamples: number;
  readonly confidence: number;
  readonly seed: number;
}

/** The rows of labels and answers, and those of all other metrics. */
type Parts = readonly [AnswerRows, ...PredictionRows[]];

/** @param columnsOf the table of each part that is turned into rows of so many models; a part without one is left out */
function partsOf(
  plan: MeasurementPlan,
  tables: Pick<MeasuredTables, "answers" | "quantiles" | "ranking">,
  columnsOf: (tables: PartTables) => Columns | undefined,
  models: number,
): Parts {
  const [answers = {}, quantiles, ranking] = [tables.answers, tables.quantiles, tables.ranking].map((part) =>
    part === undefined ? undefined : columnsOf(part),
  );
  return [
    toRows(answers, plan, models),
    ...(quantiles === undefined ? [] : [toQuantileRows(quantiles, plan, models)]),
    ...(ranking === undefined ? [] : [toRankedGroups(ranking, models)]),
  ];
}

/** Computes metrics, differences and groups from the tables that the script wrote. */
export function computeResults(
  plan: MeasurementPlan,
  tables: MeasuredTables,
  { confidence, resamples }: EvaluationConfig,
  { comparison, predictions }: MeasurementRequest,
): PredictionResults {
  const options: Options = { confidence, resamples, seed: SEED };
  const unpaired = tables.pairs === undefined ? undefined : reasonAgainstPairing(tables.pairs, plan);
  const compared = plan.models.length > 1 && unpaired === undefined;
  const cells = partsOf(plan, tables, (part) => part.cells, compared ? 2 : 1);
  const estimates = estimateParts(cells, options);
  const alone =
    tables.answers.baselineCells === undefined || compared
      ? undefined
      : estimateParts(
          partsOf(plan, tables, (part) => part.baselineCells, 1),
          options,
        ).models[0];
  const models = tables.answers.values.map((_, index) =>
    modelResults(
      partsOf(plan, tables, ({ values }) => values[index], 1),
      estimates.models[index] ?? alone ?? {},
      tables.scatters?.[index],
      options,
    ),
  );
  const [candidate, baseline] = models;
  if (candidate === undefined) throw new Error("a measurement without a candidate");
  return {
    task: plan.task,
    rows: plan.models[0]?.rows ?? 0,
    ...(plan.task === "classification" ? { classes: plan.classes } : {}),
    ...(plan.positive === undefined ? {} : { positive: plan.positive }),
    ...(plan.guessedLabels === undefined ? {} : { guessedLabels: plan.guessedLabels }),
    ...(plan.task === "regression" && plan.zeroLabels > 0 ? { zeroLabels: plan.zeroLabels } : {}),
    ...(tables.quantiles === undefined ? {} : { quantiles: levelsOf(plan) }),
    ...(tables.ranking === undefined ? {} : { ranking: rankingOf(tables.ranking) }),
    ...(plan.weight === undefined ? {} : { weight: { column: plan.weight, effectiveRows: effectiveRows(cells[0]) } }),
    confidence,
    resamples,
    candidate,
    ...(baseline === undefined ? {} : { baseline }),
    ...(compared && baseline !== undefined
      ? {
          pairs: {
            ...pairedResults(cells[0], estimates, candidate, baseline, comparison?.metric),
            ...(tables.ranking === undefined ? {} : { groups: rankedIn(tables.ranking) }),
          },
        }
      : {}),
    ...(unpaired === undefined ? {} : { unpaired }),
    slices: sliceResults(plan, tables, predictions?.slices, compared, options),
    fairness: fairnessResults(plan, tables, predictions?.fairness, compared, options),
    absentColumns: plan.absentColumns,
  };
}

/** The candidate's groups with a relevant row. */
const rankedIn = ({ values }: PartTables): number => values[0]?.rows?.[0] ?? 0;

function rankingOf(ranking: PartTables): NonNullable<PredictionResults["ranking"]> {
  const groups = ranking.values[0]?.groups?.[0] ?? 0;
  return { groups, withoutRelevant: groups - rankedIn(ranking) };
}

/**
 * One model's metrics. Values come from the model's own fine table. Intervals come from the coarser table that both
 * models share, and are shifted by the small difference of the two.
 */
function modelResults(
  parts: Parts,
  estimates: Readonly<Record<string, Estimate>>,
  scatter: ModelResults["scatter"],
  options: Options,
): ModelResults {
  const [rows] = parts;
  const metrics = Object.fromEntries(
    Object.entries(Object.assign({}, ...parts.map((part) => metricsOf(part, 0))) as Record<string, number>).map(
      ([name, value]) => [
        name,
        rows.task === "classification" && name === "calibration_error" && rows.weights === undefined
          ? { value, interval: calibrationErrorInterval(rows, 0, options) }
          : within(possibleRange(name), shifted(estimates[name], value)),
      ],
    ),
  );
  if (rows.task === "regression") return { metrics, ...(scatter === undefined ? {} : { scatter }) };
  const { scores, logLosses } = rows.models[0] ?? {};
  const scored = scores !== undefined && logLosses !== undefined;
  return {
    metrics,
    confusion: confusionOf(rows),
    ...(scored ? { calibration: calibrationOf(rows, 0, options.confidence) } : {}),
    ...(scored && rows.positive !== undefined ? { scores: scoresOf(rows, 0) } : {}),
  };
}

function shifted(estimate: Estimate | undefined, value: number): Estimate {
  if (estimate?.interval === undefined) return { value };
  const by = value - estimate.value;
  return { value, interval: { low: estimate.interval.low + by, high: estimate.interval.high + by } };
}

/** The shift of an interval may lead beyond what the metric can be. */
function within(range: readonly [number, number] | undefined, estimate: Estimate): Estimate {
  const { value, interval } = estimate;
  if (interval === undefined || range === undefined) return estimate;
  return { value, interval: { low: Math.max(range[0], interval.low), high: Math.min(range[1], interval.high) } };
}

function confusionOf({ classes, counts, labels, models: [answers] }: ClassRows): number[][] {
  const table = classes.map(() => classes.map(() => 0));
  counts.forEach((count, cell) => {
    const row = table[labels[cell] ?? -1];
    const column = answers?.predictions[cell] ?? -1;
    if (row?.[column] !== undefined) row[column] += count;
  });
  return table;
}

function pairedResults(
  cells: AnswerRows,
  { differences = {} }: RowsEstimate,
  candidate: ModelResults,
  baseline: ModelResults,
  wanted: string | undefined,
): PairedResults {
  const metric = wanted === undefined && differences.ndcg !== undefined ? "ndcg" : shownMetric(cells, wanted);
  const shown = differences[metric];
  return {
    rows: cells.counts.reduce((total, count) => total + count, 0),
    differences: Object.fromEntries(
      Object.entries(differences).map(([name, { value, interval }]) => {
        const exact = (candidate.metrics[name]?.value ?? Number.NaN) - (baseline.metrics[name]?.value ?? Number.NaN);
        return [
          name,
          shifted({ value, ...(interval === undefined ? {} : { interval }) }, Number.isNaN(exact) ? value : exact),
        ];
      }),
    ),
    ...(shown === undefined ? {} : { resampled: { metric, ...histogramOf(shown.resampled, DIFFERENCE_BINS) } }),
    ...(cells.task === "classification" ? { mcnemar: mcnemar(cells) } : {}),
  };
}

/** The metric whose resampled differences are kept. */
const shownMetric = (rows: AnswerRows, wanted: string | undefined): string => {
  if (rows.task === "regression") return wanted === undefined ? "mae" : canonicalMetric(wanted);
  return wanted === undefined ? "accuracy" : canonicalMetric(wanted, rows.classes);
};

const groupKeySchema = z.array(z.string());

interface Group {
  readonly values: readonly string[];
  readonly rows: number;
  /** Ranked groups with a relevant row; absent where rankings are not measured. */
  readonly ranked: number | undefined;
  readonly cells: Parts;
}

interface Grouped {
  readonly groups: readonly Group[];
  readonly tooSmall: SliceResults["tooSmall"];
  readonly unlisted: number;
  readonly varying: VaryingSlices | undefined;
}

/** The groups of one grouping; those under the minimum size are listed separately. */
function groupsOf(
  plan: MeasurementPlan,
  tables: MeasuredTables,
  columns: readonly string[],
  minimumSize: number,
  compared: boolean,
): Grouped {
  const index = plan.groupings.findIndex((grouping) => sameColumns(grouping.columns, columns));
  const listed = tables.groups.filter((group) => group.grouping === index);
  const valuesOf = ({ key }: RawGroup): string[] => parseJson(key, groupKeySchema, "the key of a group");
  const judged = listed.filter((group) => group.rows >= minimumSize);
  const cellsOf = new Map<PartTables, Map<string, RawGroupCell[]>>();
  const varying = varyingOf(plan, tables, index);
  for (const part of [tables.answers, tables.quantiles, varying === undefined ? tables.ranking : undefined]) {
    if (part === undefined) continue;
    cellsOf.set(part, byKey(part.groupCells.filter((cell) => cell.grouping === index)));
  }
  return {
    groups: judged.map((group) => ({
      values: valuesOf(group),
      rows: group.rows,
      ranked:
        varying !== undefined || tables.ranking === undefined
          ? undefined
          : rankedOf(cellsOf.get(tables.ranking), group.key),
      cells: partsOf(plan, tables, (part) => groupColumns(cellsOf.get(part), group.key), compared ? 2 : 1),
    })),
    tooSmall: listed
      .filter((group) => group.rows < minimumSize)
      .map((group) => ({ values: valuesOf(group), rows: group.rows })),
    unlisted: (listed[0]?.total ?? 0) - listed.length,
    varying,
  };
}

/** A group's cells of a part; undefined for a part of which nothing is counted in it. */
function groupColumns(
  cells: ReadonlyMap<string, readonly RawGroupCell[]> | undefined,
  key: string,
): Columns | undefined {
  const own = cells?.get(key);
  return own === undefined ? undefined : columnsOfRows(own);
}

/** The ranked groups of a group; 0 where none of them has a relevant row. */
const rankedOf = (cells: ReadonlyMap<string, readonly RawGroupCell[]> | undefined, key: string): number =>
  Number(cells?.get(key)?.[0]?.groups ?? 0);

/** The columns of a grouping that have several values within ranked groups. */
function varyingOf(plan: MeasurementPlan, tables: MeasuredTables, grouping: number): VaryingSlices | undefined {
  const found = tables.varying?.filter((one) => one.grouping === grouping) ?? [];
  if (plan.group === undefined || found[0] === undefined) return undefined;
  const columns = found.map(({ place, groups }) => ({
    column: plan.groupings[grouping]?.columns[place] ?? "",
    groups,
  }));
  return { within: plan.group, columns, total: found[0].total };
}

function byKey(cells: readonly RawGroupCell[]): Map<string, RawGroupCell[]> {
  const found = new Map<string, RawGroupCell[]>();
  for (const cell of cells) {
    const known = found.get(cell.key);
    if (known === undefined) found.set(cell.key, [cell]);
    else known.push(cell);
  }
  return found;
}

function sliceResults(
  plan: MeasurementPlan,
  tables: MeasuredTables,
  requests: PredictionsRequest["slices"] = [],
  compared: boolean,
  options: Options,
): SliceResults[] {
  return requests.flatMap(({ columns, minimumSize, metrics: requested }) => {
    if (columns.some((column) => plan.absentColumns.includes(column))) return [];
    const { groups, tooSmall, unlisted, varying } = groupsOf(plan, tables, columns, minimumSize, compared);
    const named = requested.map((name) => canonicalMetric(name, plan.classes));
    const metrics = [...new Set([plan.task === "classification" ? "accuracy" : "mae", ...named])];
    return [
      {
        ...{ columns, groups: groups.map((group) => groupResults(group, { ...options, metrics })), tooSmall, unlisted },
        ...(varying === undefined ? {} : { varying }),
      },
    ];
  });
}

function groupResults(
  { values, rows, ranked, cells }: Group,
  options: Options & { readonly metrics: readonly string[] },
): GroupResults {
  const { models, differences } = estimateParts(cells, options);
  const [candidate = {}, baseline] = models.map((metrics) =>
    withWilson(metrics, effectiveRows(cells[0]), options.confidence),
  );
  return {
    values,
    rows,
    ...(ranked === undefined ? {} : { ranked }),
    candidate,
    ...(baseline === undefined ? {} : { baseline }),
    ...(differences === undefined
      ? {}
      : {
          differences: Object.fromEntries(
            Object.entries(differences).map(([name, { resampled: _all, ...estimate }]) => [name, estimate]),
          ),
        }),
  };
}

/**
 * When all answers of a small group are right, the bootstrap interval has no width, while Wilson's has.
 *
 * @param rows how many the group has; where they do not count alike, how many that do say as much
 */
function withWilson(
  metrics: Readonly<Record<string, Estimate>>,
  rows: number,
  confidence: number,
): Readonly<Record<string, Estimate>> {
  const { accuracy } = metrics;
  if (accuracy === undefined) return metrics;
  const { value } = accuracy;
  return {
    ...metrics,
    accuracy: {
      value,
      interval: wilson(Number.isInteger(rows) ? Math.round(value * rows) : value * rows, rows, confidence),
    },
  };
}

function fairnessResults(
  plan: MeasurementPlan,
  tables: MeasuredTables,
  requests: PredictionsRequest["fairness"] = [],
  compared: boolean,
  options: Options,
): FairnessResults[] {
  if (plan.task === "regression") return [];
  return requests.flatMap(({ columns, favorable, minimumSize }) => {
    const named = classNamed(plan.classes, favorable);
    if (named === undefined || columns.some((column) => plan.absentColumns.includes(column))) return [];
    const { groups, tooSmall } = groupsOf(plan, tables, columns, minimumSize, compared);
    const judged = groups.flatMap(({ values, cells: [cells] }) =>
      cells.task === "classification" ? [{ values, cells }] : [],
    );
    const [candidate, baseline] = fairnessOf(judged, plan.classes.indexOf(named), options);
    if (candidate === undefined) return [];
    return [{ columns, favorable: named, candidate, ...(baseline === undefined ? {} : { baseline }), tooSmall }];
  });
}
