import { identifier, literal } from "../../tables/sql.ts";
import type { MeasurementPlan, ModelPlan } from "./plan.ts";
import { quantileQueries } from "./quantile-sql.ts";
import { QUANTILE_NUMBERS, quantileNumbers } from "./quantiles.ts";
import { RANKING_QUERIES, rankedColumns } from "./ranking.ts";
import { rankingSlices } from "./ranking-slices.ts";
import { scoredRows } from "./several-classes.ts";
import { binOf, ERROR_BINS, GROUP_ERROR_BINS, type PartQueries, suffixOf } from "./sql-parts.ts";
import { cellMean, weightCells, weightColumn } from "./weights.ts";

/*
 * One script for everything that is counted in predictions: DuckDB reads each file once, pairs the rows of both models,
 * and writes small tables. Up to EXACT_ROWS rows a row is a cell of its own; beyond, rows with similar scores (or
 * errors) share one, so that the tables stay small whatever the number of rows.
 */

export const EXACT_ROWS = 40_000;

/** Bins of each model's score for more rows: fine ones for the values of one model, coarse ones for the intervals. */
const FINE_BINS = 10_000;
const COARSE_BINS = 128;
/** Bins of the labels of numbers. */
const LABEL_BINS = 8;
/** Groups of one grouping that are measured, the largest first. */
const MAX_GROUPS = 1000;
const SCATTER_ROWS = 1000;

/** scikit-learn keeps probabilities this far from 0 and 1, and labels this far from 0 in MAPE. */
const EPSILON = 2.220446049250313e-16;

const clip = (probability: string): string => `greatest(least(${probability}, ${1 - EPSILON}), ${EPSILON})`;

/** The values of some columns as one text; an empty field is an empty text. */
export const groupKey = (columns: readonly string[]): string =>
  `to_json([${columns.map((column) => `coalesce(${identifier(column)}::VARCHAR, '')`).join(", ")}])::VARCHAR`;

/** Metrics that are computed from tables of their own: those of labels and answers, of quantiles, and of ranked groups. */
export type PartName = "answers" | "quantiles" | "ranking";

/** Names of the tables that the script writes into a folder. */
export const TABLES = {
  pairs: "pairs.json",
  groups: "groups.json",
  /** Of each grouping, and each of its columns, the ranked groups in which it has several values. */
  varying: "ranking-varying.json",
  scatter: (role: ModelPlan["role"]) => `scatter-${role}.json`,
  of: (part: PartName) => ({
    /** One model alone: its values are computed from these. */
    values: (role: ModelPlan["role"]) => `${part}-values-${role}.csv`,
    /** Both models side by side, or the candidate alone: intervals are computed from these. */
    cells: `${part}-cells.csv`,
    /** As `cells`, for the baseline alone; used when rows cannot be paired. */
    baselineCells: `${part}-cells-baseline.csv`,
    groupCells: `${part}-group-cells.json`,
  }),
};

/** Whether the predictions have quantiles. */
export const hasQuantiles = ({ models }: Pick<MeasurementPlan, "models">): boolean =>
  (models[0]?.quantiles ?? []).length > 0;

export function measurementScript(plan: MeasurementPlan, folder: string): string {
  const [candidate, baseline] = plan.models;
  if (candidate === undefined) throw new Error("a plan without a candidate");
  const exact = candidate.rows <= EXACT_ROWS;
  const paired = baseline !== undefined;
  const queries = plan.task === "classification" ? classification(plan) : regression(plan);
  const ofRows: [PartName, PartQueries][] = [
    ["answers", queries],
    ...(hasQuantiles(plan) ? [["quantiles", quantileQueries(plan.weight)] satisfies [PartName, PartQueries]] : []),
  ];
  const parts: [PartName, Pick<PartQueries, "values" | "cells">][] = [
    ...ofRows,
    ...(plan.group === undefined ? [] : [["ranking", RANKING_QUERIES] satisfies [PartName, unknown]]),
  ];
  const write = (file: string, sql: string): string =>
    `COPY (${sql}) TO ${literal(`${folder}/${file}`)} ${file.endsWith(".csv") ? "(FORMAT csv, HEADER true)" : "(FORMAT json, ARRAY true)"};`;
  return [
    ...classType(plan),
    ...plan.models.map((model) => queries.load(model, plan)),
    paired ? joined(plan) : "CREATE TEMP VIEW joined AS SELECT * FROM candidate;",
    ...(paired ? [write(TABLES.pairs, pairFacts(plan))] : []),
    ...parts.flatMap(([part, { values, cells }]) => [
      ...plan.models.map((model) => write(TABLES.of(part).values(model.role), values(model, exact))),
      write(TABLES.of(part).cells, cells("joined", plan.models, exact)),
      ...(paired
        ? [write(TABLES.of(part).baselineCells, cells("baseline", [{ ...baseline, role: "candidate" }], exact))]
        : []),
    ]),
    ...(plan.groupings.length > 0 ? groupTables(plan, ofRows, exact, write) : []),
    ...(plan.task === "regression"
      ? plan.models.map((model) => write(TABLES.scatter(model.role), scatter(model)))
      : []),
  ].join("\n");
}

interface TaskQueries extends PartQueries {
  load(model: ModelPlan, plan: MeasurementPlan): string;
}

function joined(plan: MeasurementPlan): string {
  const [, baseline] = plan.models;
  if (baseline === undefined) throw new Error("nothing to join");
  const both = [
    ...["label", "prediction", "score"],
    ...(hasSeveralScores(plan) ? ["log_loss", "area", "label_place"] : []),
    ...(hasQuantiles(plan) ? QUANTILE_NUMBERS : []),
    ...(plan.group === undefined ? [] : ["rank_score"]),
    ...(plan.weight === undefined ? [] : ["weight"]),
  ];
  return `
    CREATE TEMP TABLE joined AS
    SELECT candidate.*, other.key IS NOT NULL AS matched, other.* EXCLUDE (key) RENAME (${both.map((column) => `${column} AS ${column}_b`).join(", ")})
    FROM candidate LEFT JOIN (
      SELECT DISTINCT ON (key) key, ${both.join(", ")} FROM baseline
    ) other USING (key);`;
}

/** Whether a model has a score for each of more than two classes. */
const hasSeveralScores = ({ classes, models }: MeasurementPlan): boolean =>
  classes.length > 2 && models.some(({ score }) => score !== "none");

/** Whether the rows of both models are the same ones. */
const pairFacts = ({ weight }: MeasurementPlan): string => `
  SELECT (SELECT count(*) FROM candidate) AS candidate, (SELECT count(*) FROM baseline) AS baseline,
    (SELECT count(DISTINCT key) FROM candidate) AS candidateKeys, (SELECT count(DISTINCT key) FROM baseline) AS baselineKeys,
    count(*) FILTER (matched) AS matched, count(*) FILTER (matched AND (label IS DISTINCT FROM label_b${weight === undefined ? "" : " OR weight IS DISTINCT FROM weight_b"})) AS differing
  FROM joined`;

/** What `classCode` needs: a type of the spellings of all classes. */
export const classType = ({ spellings }: MeasurementPlan): string[] =>
  spellings.length === 0
    ? []
    : [`CREATE TYPE class AS ENUM (${spellings.map(({ spelling }) => literal(spelling)).join(", ")});`];

/** The place among the classes of what a column has, as SQL. */
export function classCode({ spellings }: MeasurementPlan): (column: string) => string {
  const places = `[${spellings.map(({ at }) => at).join(", ")}]`;
  const inOrder = spellings.every(({ at }, index) => at === index);
  return (column) => {
    const spelling = `enum_code(${identifier(column)}::VARCHAR::class)`;
    return inOrder ? spelling : `${places}[${spelling} + 1]`;
  };
}

/** Rows are identified by their id when every row of every model has one, and otherwise by their position. */
export const keyOf = (plan: MeasurementPlan): string =>
  plan.models.every((model) => model.hasId) ? `${identifier("id")}::VARCHAR` : "row_number() OVER ()";

/** The columns to group by, which only the candidate's file must have. */
const groupColumns = (model: ModelPlan, { groupings }: MeasurementPlan): string =>
  model.role === "candidate"
    ? groupings.map(({ columns }, index) => `, ${groupKey(columns)} AS group_${index}`).join("")
    : "";

/** What the metrics of quantiles are means of, of each row. */
function quantileColumns({ quantiles }: ModelPlan, plan: MeasurementPlan): string {
  if (!hasQuantiles(plan)) return "";
  const numbers = quantileNumbers(quantiles);
  return QUANTILE_NUMBERS.map((name) => `, ${numbers[name]} AS ${name}`).join("");
}

/**
 * What a model's rows are ranked by, each column after a comma: of two classes the score of the positive one, and of numbers the answer
 * itself, whose centring on the labels might make small differences none. Nothing where rows are not ranked.
 */
export function rankedBy({ scores: [score = "score"] }: ModelPlan, plan: MeasurementPlan): string {
  const { group, task, classes, positive = "" } = plan;
  if (group === undefined) return "";
  if (task === "regression")
    return rankedColumns(group, {
      label: `${identifier("label")}::DOUBLE`,
      score: `${identifier("prediction")}::DOUBLE`,
    });
  return rankedColumns(group, {
    label: `(${classCode(plan)("label")} = ${classes.indexOf(positive)})::INTEGER`,
    score: `try_cast(${identifier(score)} AS DOUBLE)`,
  });
}

function classification(plan: MeasurementPlan): TaskQueries {
  const { classes, positive, weight } = plan;
  const mean = cellMean(weight);
  const code = classCode(plan);
  const positiveCode = positive === undefined ? -1 : classes.indexOf(positive);
  const scoreMeans = (model: ModelPlan): string[] => {
    const suffix = suffixOf(model);
    if (model.score === "none") return [];
    const score = `score${suffix}`;
    const clipped = clip(score);
    return [
      // The mean of equal numbers may be off by a rounding, and beyond the edge of a bin of scores.
      `if(min(${score}) = max(${score}), min(${score}), ${mean(score)}) AS ${score}`,
      ...(model.score === "probability"
        ? [
            `${mean(`-ln(CASE WHEN label = ${positiveCode} THEN ${clipped} ELSE 1 - ${clipped} END)`)} AS log_loss${suffix}`,
            `${mean(`(${score} - (label = ${positiveCode})::INTEGER) ** 2`)} AS squared_error${suffix}`,
          ]
        : []),
    ];
  };
  const cells = (table: string, models: readonly ModelPlan[], bins: number | undefined): string => {
    const scored = models.filter((model) => model.score !== "none");
    const weights = weightCells(weight, bins === undefined);
    const binned = scored.map((model) => {
      const score = `score${suffixOf(model)}`;
      return `${bins === undefined ? score : binOf(score, bins)} AS bin${suffixOf(model)}`;
    });
    const keys = [
      "label",
      ...models.map((model) => `prediction${suffixOf(model)}`),
      ...scored.map((model) => `bin${suffixOf(model)}`),
      ...weights.keys,
    ];
    return `
      SELECT ${keys.join(", ")}, count(*) AS rows${[...scored.flatMap(scoreMeans), ...weights.means]
        .map((mean) => `, ${mean}`)
        .join("")}
      FROM (SELECT *${[...binned, ...weights.bins].map((bin) => `, ${bin}`).join("")} FROM ${table}) GROUP BY ALL ORDER BY ALL`;
  };
  if (hasSeveralScores(plan)) return severalClasses(code, weight);
  return {
    load: (model, plan) => `
      CREATE TEMP TABLE ${model.role} AS
      SELECT ${keyOf(plan)} AS key, ${code("label")} AS label, ${code("prediction")} AS prediction,
        ${model.score === "none" ? "NULL::DOUBLE" : `try_cast(${identifier(model.scores[0] ?? "score")} AS DOUBLE)`} AS score${weightColumn(weight)}${rankedBy(model, plan)}${groupColumns(model, plan)}
      FROM ${model.table};`,
    values: (model, exact) => cells(model.role, [{ ...model, role: "candidate" }], exact ? undefined : FINE_BINS),
    cells: (table, models, exact) => cells(table, models, exact ? undefined : COARSE_BINS),
    groupCells: (models) => ({ keys: ["label", ...models.map((model) => `prediction${suffixOf(model)}`)], means: [] }),
    groupBins: () => [],
  };
}

/** @param code the place among the classes of what a column has */
function severalClasses(code: (column: string) => string, weight: string | undefined): TaskQueries {
  const means = (models: readonly ModelPlan[], columns: readonly string[]): string =>
    models
      .flatMap((model) => columns.map((column) => `${column}${suffixOf(model)}`))
      .map((column) => `, ${cellMean(weight)(column)} AS ${column}`)
      .join("");
  const cells = (
    table: string,
    models: readonly ModelPlan[],
    bins: Readonly<Record<string, string>>,
    averaged: readonly string[],
    exact: boolean,
  ): string => {
    const weights = weightCells(weight, exact);
    const keys = [
      "label",
      ...models.flatMap((model) => [`prediction${suffixOf(model)}`, `label_place${suffixOf(model)}`]),
      ...Object.keys(bins),
      ...weights.keys,
    ];
    const named = [...Object.entries(bins).map(([name, bin]) => `${bin} AS ${name}`), ...weights.bins].map(
      (one) => `, ${one}`,
    );
    return `
      SELECT ${keys.join(", ")}, count(*) AS rows${means(models, averaged)}${weights.means.map((mean) => `, ${mean}`).join("")}
      FROM (SELECT *${named.join("")} FROM ${table}) GROUP BY ALL ORDER BY ALL`;
  };
  return {
    load: (model, plan) => {
      const columns = { key: keyOf(plan), label: code("label"), prediction: code("prediction") };
      const groups = `${weightColumn(weight)}${groupColumns(model, plan)}`;
      const rows =
        model.score === "none"
          ? `SELECT ${columns.key} AS key, ${columns.label} AS label, ${columns.prediction} AS prediction, NULL::DOUBLE AS score, NULL::DOUBLE AS log_loss, NULL::DOUBLE AS area, NULL::INTEGER AS label_place${groups} FROM ${model.table}`
          : scoredRows(model, { ...columns, groups, weight: weight === undefined ? "1" : "weight" }, clip);
      return `CREATE TEMP TABLE ${model.role} AS ${rows};`;
    },
    values: (model, exact) =>
      cells(
        model.role,
        [{ ...model, role: "candidate" }],
        { bin: exact ? "score" : binOf("score", FINE_BINS) },
        [...["score", "log_loss", "area"]],
        exact,
      ),
    // Intervals are of means alone, so that rows need not be told apart by their score.
    cells: (table, models, exact) => {
      const bins = models.flatMap((model) => {
        const [loss, area] = [`log_loss${suffixOf(model)}`, `area${suffixOf(model)}`];
        return [
          [`bin_of_${loss}`, exact ? loss : binOf(loss, ERROR_BINS)],
          [`bin_of_${area}`, exact ? area : binOf(area, LABEL_BINS)],
        ];
      });
      return cells(table, models, Object.fromEntries(bins), ["log_loss", "area"], exact);
    },
    groupCells: (models) => ({ keys: ["label", ...models.map((model) => `prediction${suffixOf(model)}`)], means: [] }),
    groupBins: () => [],
  };
}

function regression({ weight }: MeasurementPlan): TaskQueries {
  const mean = cellMean(weight);
  const means = (models: readonly ModelPlan[]): string[] => [
    `${mean("label")} AS label`,
    `${mean("label ** 2")} AS squared_label`,
    ...models.flatMap((model) => {
      const error = `(prediction${suffixOf(model)} - label)`;
      return [
        `${mean(`abs(${error})`)} AS absolute_error${suffixOf(model)}`,
        `${mean(`${error} ** 2`)} AS squared_error${suffixOf(model)}`,
        // A relative error needs the original label, and is undefined where that is zero.
        `CASE WHEN NOT bool_or(actual = 0) THEN ${mean(`abs(${error}) / greatest(abs(actual), ${EPSILON})`)} END AS relative_error${suffixOf(model)}`,
      ];
    }),
  ];
  const errorBins = (models: readonly ModelPlan[], exact: boolean, bins: number): string[] =>
    models.map((model) => {
      const error = `(prediction${suffixOf(model)} - label)`;
      return `${exact ? "row_number() OVER ()" : binOf(error, bins)} AS bin${suffixOf(model)}`;
    });
  return {
    // Labels are centred on 0, so that the variance of large ones keeps its digits.
    load: (model, plan) => `
      CREATE TEMP TABLE ${model.role} AS
      SELECT * REPLACE (label - shift AS label, prediction - shift AS prediction), label AS actual FROM (
        SELECT ${keyOf(plan)} AS key, ${identifier("label")}::DOUBLE AS label, ${identifier("prediction")}::DOUBLE AS prediction, NULL::DOUBLE AS score${weightColumn(weight)}${quantileColumns(model, plan)}${rankedBy(model, plan)}${groupColumns(model, plan)}
        FROM ${model.table}
      ), (SELECT avg(${identifier("label")}::DOUBLE) AS shift FROM ${plan.models[0]?.table});`,
    values: (model) =>
      `SELECT count(*) AS rows, ${[...means([{ ...model, role: "candidate" }]), ...weightCells(weight, false).means].join(", ")} FROM ${model.role}`,
    cells: (table, models, exact) => {
      const weights = weightCells(weight, exact);
      const bins = [
        ...errorBins(models, exact, ERROR_BINS),
        ...weights.bins,
        ...(exact ? [] : [`${binOf("label", LABEL_BINS)} AS label_bin`]),
      ];
      const keys = [
        ...models.map((model) => `bin${suffixOf(model)}`),
        ...weights.keys,
        ...(exact ? [] : ["label_bin"]),
      ];
      return `SELECT count(*) AS rows, ${[...means(models), ...weights.means].join(", ")} FROM (SELECT *, ${bins.join(", ")} FROM ${table}) GROUP BY ${keys.join(", ")} ORDER BY ${keys.join(", ")}`;
    },
    groupCells: (models) => ({ keys: models.map((model) => `bin${suffixOf(model)}`), means: means(models) }),
    groupBins: (models, exact) => errorBins(models, exact, GROUP_ERROR_BINS),
  };
}

function groupTables(
  plan: MeasurementPlan,
  parts: readonly (readonly [PartName, PartQueries])[],
  exact: boolean,
  write: (file: string, sql: string) => string,
): string[] {
  const sizes = plan.groupings.map(
    (_, index) => `SELECT ${index} AS grouping, group_${index} AS key, count(*) AS rows FROM joined GROUP BY ALL`,
  );
  const weights = weightCells(plan.weight, exact);
  const bins = [...parts.flatMap(([_, queries]) => queries.groupBins(plan.models, exact)), ...weights.bins];
  const cellsOf = (queries: PartQueries): string => {
    const own = queries.groupCells(plan.models);
    const [keys, means] = [
      [...own.keys, ...weights.keys],
      [...own.means, ...weights.means],
    ];
    const cells = plan.groupings.map(
      (_, index) => `
      SELECT ${index} AS grouping, group_${index} AS key, count(*) AS rows, ${[...keys, ...means].join(", ")}
      FROM binned WHERE group_${index} IN (SELECT key FROM judged WHERE grouping = ${index})
      GROUP BY grouping, group_${index}, ${keys.join(", ")}`,
    );
    return `${cells.join(" UNION ALL ")} ORDER BY ALL`;
  };
  const minimum = `[${plan.groupings.map((grouping) => grouping.minimumSize).join(", ")}][grouping + 1]`;
  return [
    `CREATE TEMP TABLE sizes AS ${sizes.join(" UNION ALL ")};`,
    `CREATE TEMP TABLE listed AS SELECT *, rows >= ${minimum} AS judged FROM sizes QUALIFY row_number() OVER (PARTITION BY grouping ORDER BY rows DESC, key) <= ${MAX_GROUPS};`,
    "CREATE TEMP TABLE judged AS SELECT * FROM listed WHERE judged;",
    bins.length === 0
      ? "CREATE TEMP VIEW binned AS SELECT * FROM joined;"
      : `CREATE TEMP TABLE binned AS SELECT *, ${bins.join(", ")} FROM joined;`,
    write(
      TABLES.groups,
      "SELECT grouping, key, rows, judged, (SELECT count(*) FROM sizes WHERE sizes.grouping = listed.grouping) AS total FROM listed ORDER BY grouping, rows DESC, key",
    ),
    ...parts.map(([part, queries]) => write(TABLES.of(part).groupCells, cellsOf(queries))),
    ...(plan.group === undefined ? [] : rankedTables(plan, write)),
  ];
}

function rankedTables(plan: MeasurementPlan, write: (file: string, sql: string) => string): string[] {
  const { before, varying, cells } = rankingSlices(plan);
  return [...before, write(TABLES.varying, varying), write(TABLES.of("ranking").groupCells, cells)];
}

/** The same random rows of both models, chosen by a hash of their key. */
const scatter = ({ role }: ModelPlan): string =>
  `SELECT label + shift AS label, prediction + shift AS prediction FROM ${role} ORDER BY hash(key::VARCHAR), key LIMIT ${SCATTER_ROWS}`;
