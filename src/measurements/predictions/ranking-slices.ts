import type { MeasurementPlan } from "./plan.ts";
import { BAGS, MAX_GROUPS, rankedGroups, rankingColumns } from "./ranking.ts";

/** A slice with fewer ranked groups has each of them by itself, and one with more at least so many bags of them. */
const FEW_GROUPS = 800;
const LEAST_BAGS = 200;

/**
 * What is counted of rankings by slice, by the columns that have one value in all rows of a ranked group: of others nobody could say in
 * which slice a group is. A cell is a group, or in a large slice of many a bag of groups, moved by the same number as all its bags so
 * that their mean is that of the groups.
 *
 * @param plan has groupings, and a column of groups
 * @returns statements to run first, a query of the columns with several values, and one of the cells of each slice
 */
export function rankingSlices(plan: Pick<MeasurementPlan, "groupings" | "models">): {
  readonly before: readonly string[];
  readonly varying: string;
  readonly cells: string;
} {
  const columns = rankingColumns(plan.models);
  const places = plan.groupings.flatMap((grouping, index) => grouping.columns.map((_, place) => ({ index, place })));
  const value = ({ index, place }: (typeof places)[number]): string =>
    `json_extract_string(group_${index}, '$[${place}]')`;
  const varies = ({ index, place }: (typeof places)[number]): string => `varies_${index}_${place}`;
  const within = plan.groupings.map(
    (_, index) => `
      SELECT ${index} AS grouping, any_value(group_${index}) AS key, ranked_group FROM joined
      WHERE group_${index} IN (SELECT key FROM judged WHERE grouping = ${index})
        AND NOT (SELECT ${places.flatMap((one) => (one.index === index ? [`bool_or(${varies(one)})`] : [])).join(" OR ")} FROM ranked_within)
      GROUP BY ranked_group`,
  );
  return {
    before: [
      `CREATE TEMP TABLE ranked_within AS SELECT ${places
        .map((one) => `min(${value(one)}) <> max(${value(one)}) AS ${varies(one)}`)
        .join(", ")} FROM joined GROUP BY ranked_group;`,
    ],
    varying: `SELECT * FROM (${places
      .map(
        (one) =>
          `SELECT ${one.index} AS grouping, ${one.place} AS place, count(*) FILTER (${varies(one)}) AS groups, count(*) AS total FROM ranked_within`,
      )
      .join(" UNION ALL ")}) WHERE groups > 0 ORDER BY grouping, place`,
    cells: `
      WITH ranked AS (
        SELECT * FROM (${within.join(" UNION ALL ")}) JOIN (${rankedGroups("joined", plan.models)}) USING (ranked_group)
      ), slices AS (
        SELECT *, if(groups < ${FEW_GROUPS} OR total <= ${MAX_GROUPS}, groups, greatest(${LEAST_BAGS}, ${BAGS} * groups // total)) AS bags
        FROM (SELECT grouping, key, count(*) AS groups, sum(count(*)) OVER (PARTITION BY grouping) AS total FROM ranked GROUP BY grouping, key)
      ), bagged AS (
        SELECT grouping, key, groups, bags, bag, count(*) AS size, ${columns.map((name) => `avg(${name}) AS ${name}`).join(", ")}
        FROM (
          SELECT *, (row_number() OVER (PARTITION BY grouping, key ORDER BY hash(ranked_group), ranked_group) - 1) % bags AS bag
          FROM ranked JOIN slices USING (grouping, key)
        ) GROUP BY grouping, key, groups, bags, bag
      )
      SELECT grouping, key, 1 AS rows, groups, ${columns
        .map(
          (name) =>
            `${name} + if(groups > bags, sum(${name} * size) OVER slice / groups - avg(${name}) OVER slice, 0) AS ${name}`,
        )
        .join(", ")}
      FROM bagged WINDOW slice AS (PARTITION BY grouping, key) ORDER BY grouping, key, bag`,
  };
}
