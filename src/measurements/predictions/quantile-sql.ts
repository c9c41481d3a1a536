import type { ModelPlan } from "./plan.ts";
import { QUANTILE_NUMBERS } from "./quantiles.ts";
import { binOf, ERROR_BINS, GROUP_ERROR_BINS, type PartQueries, suffixOf } from "./sql-parts.ts";
import { cellMean, weightCells } from "./weights.ts";

/**
 * What is counted of quantiles. Its cells are not those of the answers: an answer that is as wrong as another one may have other
 * quantiles.
 */
export const quantileQueries = (weight: string | undefined): PartQueries => ({
  values: (model) =>
    `SELECT count(*) AS rows, ${[...means([{ ...model, role: "candidate" }], weight), ...weightCells(weight, false).means].join(", ")} FROM ${model.role}`,
  cells: (table, models, exact) => {
    const weights = weightCells(weight, exact);
    const keys = [...models.map(binName), ...weights.keys].join(", ");
    return `SELECT count(*) AS rows, ${[...means(models, weight), ...weights.means].join(", ")} FROM (SELECT *, ${[...bins(models, exact, ERROR_BINS), ...weights.bins].join(", ")} FROM ${table}) GROUP BY ${keys} ORDER BY ${keys}`;
  },
  groupCells: (models) => ({ keys: models.map(binName), means: means(models, weight) }),
  groupBins: (models, exact) => bins(models, exact, GROUP_ERROR_BINS),
});

const binName = (model: ModelPlan): string => `quantile_bin${suffixOf(model)}`;

const means = (models: readonly ModelPlan[], weight: string | undefined): string[] =>
  models
    .flatMap((model) => QUANTILE_NUMBERS.map((name) => `${name}${suffixOf(model)}`))
    .map((column) => `${cellMean(weight)(column)} AS ${column}`);

/** Rows of a bin have about the same loss, and are all covered or all not. */
const bins = (models: readonly ModelPlan[], exact: boolean, count: number): string[] =>
  models.map((model) => {
    const [pinball, covered, crossing] = QUANTILE_NUMBERS.map((name) => `${name}${suffixOf(model)}`);
    const bin = exact
      ? "row_number() OVER ()"
      : `4 * ${binOf(pinball ?? "", count)} + 2 * coalesce(${covered}, 0) + coalesce(${crossing}, 0)`;
    return `${bin} AS ${binName(model)}`;
  });
