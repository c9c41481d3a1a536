import type { SqlView } from "../tables/sql-view.ts";
import { exactSelects } from "./profile.ts";
import type { RuleCheck } from "./rules/rule.ts";

/*
 * DuckDB's time to plan a statement grows with the square of its expressions: of a thousand columns with four rules each it
 * plans for a minute what it then computes in a second. So the measures of a wide table are computed in several statements,
 * each of which is about some of the columns.
 */

/** A part of the pass: a table of one row with the measures of some columns. */
export interface PassPart {
  readonly table: string;
  readonly selects: readonly string[];
}

/**
 * The parts of a pass. The first one also has all that is not about a single column.
 *
 * @param common the selects of the first part that belong to no check
 * @param columnsAtOnce how many columns a part is about
 */
export function partsOf(
  view: SqlView,
  checks: readonly { readonly part: number; readonly selects: readonly string[] }[],
  common: readonly string[],
  { profiled, columnsAtOnce }: { readonly profiled: boolean; readonly columnsAtOnce: number },
): PassPart[] {
  const parts: string[][] = [[...common]];
  const add = (part: number, selects: readonly string[]): void => {
    const of = parts[part] ?? [];
    of.push(...selects);
    parts[part] = of;
  };
  for (const { part, selects } of checks) add(part, selects);
  if (profiled) exactSelects(view).forEach((selects, index) => void add(Math.floor(index / columnsAtOnce), selects));
  return parts.map((selects, part) => ({ table: partName(part), selects })).filter(({ selects }) => selects.length > 0);
}

const partName = (part: number): string => (part === 0 ? "pass" : `pass_${part}`);

/** The tables that have the measures of the checks of a part, and "rows". */
export const tablesOf = (part: number): string => (part === 0 ? partName(0) : `${partName(0)}, ${partName(part)}`);

/** Finds the part of the pass that a check belongs to: that of its column, or the first one. */
export function partFinder(view: SqlView, columnsAtOnce: number): (check: RuleCheck) => number {
  const places = new Map(view.columns.map(({ name }, index) => [name, index]));
  return ({ columns: [name, ...others] }) => {
    const place = name === undefined || others.length > 0 ? undefined : places.get(name);
    return place === undefined ? 0 : Math.floor(place / columnsAtOnce);
  };
}
