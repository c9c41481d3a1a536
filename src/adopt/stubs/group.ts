import type { Plan } from "../plan.ts";
import { type RankedColumns, RELEVANCE, rankedColumns } from "../ranked-columns.ts";
import { evaluatedTable } from "./parts.ts";

/** The column of the data that rows are ranked within, which a written evaluation writes beside its answers. */
export function stubGroup(plan: Plan): RankedColumns | undefined {
  const { path } = evaluatedTable(plan);
  const columns = plan.tables.find((table) => table.path === path)?.columns;
  const { column: label } = plan.label;
  if (columns === undefined || columns === null || label === undefined) return undefined;
  // Of the columns, the label alone may say how relevant a row is.
  const ranked = rankedColumns([label, ...columns.filter((name) => !RELEVANCE.test(name))], plan.modelling, path);
  return ranked?.group === label ? undefined : ranked;
}
