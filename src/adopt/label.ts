import { dataOf, type Findings, type Script } from "./findings.ts";

/** What is known of the column that is predicted. */
export interface Label {
  /** The column; undefined where it cannot be known. */
  readonly column: string | undefined;
  /** What spoke for it. */
  readonly why: string;
  /** Columns that it may be, the likeliest first. */
  readonly candidates: readonly string[];
}

/** How the program that reads projects calls the last column of a table. */
const LAST = "[-1]";

/** What files of settings call the name of the column that is predicted. */
const TARGET_KEY = /(^|\.)(target|label)([_-](column|col|feature|variable|var|field))?([_-]name)?$/i;

const LIKELY =
  /^(label|labels|target|targets|y|class|classes|outcome|species|income|churn|churned|survived|price|quality|diagnosis|sentiment|category|is_fraud|fraud|default|response|rating|saleprice|medv|median_house_value|variety|exited|approved|loan_status|stroke|defects?)$/i;

/**
 * Which column of the tables is predicted: the one that programs call so (`y = df["price"]`, `drop(columns=["price"])`), or else the
 * only one whose name says so.
 *
 * @param scripts the programs that train and evaluate, with what they import, the most telling first
 * @param told the file of settings that training is told
 */
export function findLabel(findings: Findings, scripts: readonly Script[], told?: string): Label {
  const tables = (dataOf(findings)?.tables ?? []).flatMap(({ columns }) => (columns === null ? [] : [columns]));
  // What a row ends with after a last comma has no name.
  const columns = [...new Set(tables.flat())].filter((name) => name !== "");
  const isColumn = (name: string): boolean => columns.length === 0 || columns.includes(name);
  const spoken = new Map<string, { score: number; why: string }>();
  const add = (name: string, score: number, why: string): void => {
    const before = spoken.get(name);
    if (isColumn(name)) spoken.set(name, { score: (before?.score ?? 0) + score, why: before?.why ?? why });
  };
  // Of tables with different columns, nobody can tell which one a place is in.
  const last = new Set(tables.map((names) => names.at(-1))).size === 1 ? tables[0]?.at(-1) : undefined;
  for (const { path, labels, dropped } of scripts) {
    for (const name of labels) if (name !== LAST) add(name, 4, `${path} predicts it`);
    // The last of an array is the last column only where nothing names another one: the array may be made in another order.
    if (labels.includes(LAST) && last !== undefined) add(last, 3, `${path} predicts the last column`);
    if (dropped.length === 1 && dropped[0] !== undefined) add(dropped[0], 2, `${path} drops it from the features`);
  }
  for (const [name, path] of settingsLabels(findings, told)) add(name, columns.length === 0 ? 0 : 3, `${path} says so`);
  for (const name of columns) if (LIKELY.test(name)) add(name, columns.length === 0 ? 0 : 1, "its name says so");
  const ranked = [...spoken].sort(([, a], [, b]) => b.score - a.score);
  const [best, second] = ranked;
  const candidates = [...new Set([...ranked.map(([name]) => name), ...columns.toReversed()])];
  const isClear = best !== undefined && best[1].score > (second?.[1].score ?? 0);
  return isClear ? { column: best[0], why: best[1].why, candidates } : { column: undefined, why: "", candidates };
}

/** Columns that files of settings name as what is predicted, each with the first file that does. */
function settingsLabels({ settings }: Findings, told: string | undefined): ReadonlyMap<string, string> {
  const files = Object.entries(settings).sort(([a], [b]) => Number(b === told) - Number(a === told));
  const named = files.flatMap(([path, values]) =>
    Object.entries(values).flatMap(([key, value]): [string, string][] => (TARGET_KEY.test(key) ? [[value, path]] : [])),
  );
  return new Map(named.toReversed());
}
