import { z } from "zod";
import { parseRows } from "../../tables/duckdb.ts";
import { identifier, toJson } from "../../tables/sql.ts";
import type { MeasurementPlan } from "../predictions/plan.ts";
import { rankedGroups } from "../predictions/ranking.ts";
import { rankedBy } from "../predictions/sql.ts";
import type { SlicePlan } from "./plan.ts";
import type { ScriptRunner } from "./search.ts";

/*
 * Where rows are ranked within groups, the groups are searched in place of the rows: how far the ndcg of each is from 1, by the columns
 * that have one value in all of its rows.
 */

/** The groups that rows are ranked within. */
export interface RankedPlan {
  /** Their column. */
  readonly within: string;
  /** A query of the groups with a relevant row, `ranked_group`, and the `ndcg` of each. */
  readonly groups: string;
}

export function rankedPlan(plan: MeasurementPlan): RankedPlan | undefined {
  const [model] = plan.models;
  if (plan.group === undefined || model === undefined) return undefined;
  const rows = `(SELECT 1 AS one${rankedBy(model, plan)} FROM ${model.table})`;
  return { within: plan.group, groups: rankedGroups(rows, [model]) };
}

const COUNTS = "ranked.json";
const countsSchema = z.object({ groups: z.number(), varying: z.array(z.boolean()) });

const [GROUP, ERROR] = ["ml_pipeline_ranked", "ml_pipeline_error"];

/**
 * The plan of a search of ranked groups; that of the rows where they are not ranked.
 *
 * @param named whether somebody named the columns: then each of them must be searched
 * @returns why there is nothing to search, where no column has one value in every group, or one that was named has several
 */
export async function searchedGroups(
  plan: SlicePlan,
  named: boolean,
  runner: ScriptRunner,
): Promise<SlicePlan | string> {
  const { ranked, columns } = plan;
  if (ranked === undefined) return plan;
  const read = await runner.run("ranked-groups", (folder) => countsScript(plan, ranked, folder));
  const [{ groups, varying: varies } = { groups: 0, varying: [] }] = parseRows(
    await read(COUNTS),
    countsSchema,
    COUNTS,
  );
  const varying = columns.flatMap(({ name }, at) => (varies[at] === true ? [name] : []));
  const kept = columns.filter((_, at) => varies[at] !== true);
  if (kept.length === 0 || (named && varying.length > 0))
    return `${varying.join(", ")} ${varying.length === 1 ? "has" : "have"} several values within groups of ${ranked.within}, and rankings are searched by columns with one value for each ${ranked.within}; write such a column beside the predictions${named ? ", or leave it out of gates.worst-slice.columns" : ""}`;
  const values = kept.map(({ name }) => `any_value(${identifier(name)}) AS ${identifier(name)}`);
  return {
    ...{ metric: "ndcg", rows: groups, before: plan.before, columns: kept, unsearched: plan.unsearched, varying },
    table: `(
      SELECT * FROM (SELECT ranked_group AS ${GROUP}, greatest(0, 1 - ndcg) AS ${ERROR} FROM (${ranked.groups}))
      JOIN (SELECT ${identifier(ranked.within)}::VARCHAR AS ${GROUP}, ${values.join(", ")} FROM ${plan.table} GROUP BY 1) USING (${GROUP})
    )`,
    ...{ error: ERROR, key: GROUP },
  };
}

/** Counts the groups with a relevant row, and finds the columns that have several values within a group; no value is one of them. */
function countsScript({ before, table, columns }: SlicePlan, { within, groups }: RankedPlan, folder: string): string {
  const varies = columns.map(({ name }, at) => {
    const value = `coalesce(${identifier(name)}::VARCHAR, '')`;
    return `min(${value}) <> max(${value}) AS varies_${at}`;
  });
  const any = columns.map((_, at) => `bool_or(varies_${at})`);
  return [
    ...before,
    toJson(
      `SELECT (SELECT count(*) FROM (${groups})) AS groups, [${any.join(", ")}] AS varying
       FROM (SELECT ${varies.join(", ")} FROM ${table} GROUP BY ${identifier(within)})`,
      `${folder}/${COUNTS}`,
    ),
  ].join("\n");
}
