import { readNumbers } from "../predictions/tables.ts";
import { areaOf, explainedOf } from "./power.ts";
import type { ColumnPower, ColumnPowers } from "./results.ts";
import type { PowerPlan } from "./sql.ts";

/** Columns that are named, the strongest first. */
const MAX_NAMED = 10;

/**
 * What single columns say of the label.
 *
 * @param csv as the script wrote it
 * @param limit from this power on a column alone predicts the label
 */
export function columnPowers(
  { task, columns }: Pick<PowerPlan, "task" | "columns">,
  csv: string,
  limit: number,
): Omit<ColumnPowers, "of"> {
  const { feature = [], half = [], bin = [], label = [], rows = [], sum = [], squares = [] } = readNumbers(csv);
  const cells = Array.from(feature, (column, index) => ({
    column,
    ...{
      half: half[index] as number,
      bin: bin[index] as number,
      label: label[index] ?? 0,
      rows: rows[index] as number,
    },
    ...{ sum: sum[index] ?? 0, squares: squares[index] ?? 0 },
  }));
  const powers = columns
    .flatMap((name, index): ColumnPower[] => {
      const own = cells.filter(({ column }) => column === index);
      const power = task === "classification" ? areaOf(own) : explainedOf(own);
      return power === undefined ? [] : [{ name, power }];
    })
    .sort((one, other) => other.power - one.power);
  const leaking = powers.filter(({ power }) => power >= limit);
  const next = powers[leaking.length];
  return {
    measure: task === "classification" ? "roc_auc" : "r2",
    rows: cells.reduce((all, cell) => all + (cell.column === 0 ? cell.rows : 0), 0),
    columns: columns.length,
    limit,
    leaking: leaking.slice(0, MAX_NAMED),
    ...(next === undefined ? {} : { next }),
  };
}
