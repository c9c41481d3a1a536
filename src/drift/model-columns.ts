import { CLASS } from "../measurements/predictions/class-scores.ts";
import { type PredictionsSettings, renamedColumns } from "../measurements/predictions/file-settings.ts";
import type { ColumnSettings } from "../measurements/predictions/plan.ts";
import { isQuantile } from "../measurements/predictions/quantiles.ts";
import { renamedPairs } from "../measurements/predictions/rename.ts";
import type { Table } from "../tables/table.ts";
import { tableRows } from "../tables/table.ts";
import type { SkipCode } from "./columns.ts";
import type { Role } from "./readings.ts";

/*
 * The columns that are no features: what the project calls its predictions (`[tool.ml-pipeline.predictions]`), in data, in the log of live
 * predictions and in the reference.
 */

/** The settings that name columns; the others are about files. */
export type ColumnSetting = Exclude<keyof PredictionsSettings, "files" | "delimiter" | "decimal">;

/** A column with a role is what the model says or should say; one that is skipped is no number or category that may drift. */
type Meaning = { readonly role: Exclude<Role, "feature"> } | { readonly skipped: SkipCode };

const MEANINGS: Readonly<Record<ColumnSetting, Meaning>> = {
  label: { role: "label" },
  prediction: { role: "prediction" },
  score: { role: "score" },
  scores: { role: "score" },
  quantiles: { role: "prediction" },
  group: { skipped: "names-groups" },
  weight: { skipped: "weighs-rows" },
  id: { skipped: "names-rows" },
};

/** Whether a column is what a setting names, or what it names when it is absent. */
const IS_NAMED: Readonly<Record<ColumnSetting, (settings: PredictionsSettings, column: string) => boolean>> = {
  // The data have a label of their own name.
  label: ({ label }, column) => column === label,
  prediction: ({ prediction }, column) => column === "prediction" || column === prediction,
  score: ({ score }, column) => column === "score" || column === score,
  // Without a setting, features may begin with "score_" as well.
  scores: ({ scores }, column) => scores !== undefined && isClassScore(scores, column),
  quantiles: ({ quantiles }, column) => isQuantile(quantiles, column),
  group: ({ group }, column) => column === group,
  weight: ({ weight }, column) => column === weight,
  id: ({ id }, column) => column === id,
};

function isClassScore(setting: NonNullable<PredictionsSettings["scores"]>, column: string): boolean {
  if (Array.isArray(setting)) return setting.includes(column);
  const [before = "", after = ""] = setting.split(CLASS);
  return column.length > before.length + after.length && column.startsWith(before) && column.endsWith(after);
}

/** What a column means by the settings; undefined for a feature. */
export function meaningOf(settings: PredictionsSettings, column: string): Meaning | undefined {
  const setting = (Object.keys(IS_NAMED) as ColumnSetting[]).find((one) => IS_NAMED[one](settings, column));
  return setting === undefined ? undefined : MEANINGS[setting];
}

/** How the columns of a table of data are compared. */
export interface DataColumns {
  /** What the model says or should say: production may lack it. */
  readonly outcomes: readonly string[];
  /** Columns that nobody compares by their values. */
  readonly unfeatured: ReadonlyMap<string, SkipCode>;
  readonly roleOf: (column: string) => Role;
}

/** @param label of the data, where they have one */
export function dataColumns(
  settings: PredictionsSettings,
  names: readonly string[],
  label: string | undefined,
): DataColumns {
  const others = names.filter((name) => name !== label);
  const known = others.flatMap((name) => {
    const meaning = meaningOf(settings, name);
    return meaning === undefined ? [] : [{ name, meaning }];
  });
  const roles = new Map(
    known.flatMap(({ name, meaning }) => ("role" in meaning ? [[name, meaning.role] as const] : [])),
  );
  return {
    outcomes: [...(label === undefined ? [] : [label]), ...roles.keys()],
    unfeatured: new Map(
      known.flatMap(({ name, meaning }) => ("skipped" in meaning ? [[name, meaning.skipped] as const] : [])),
    ),
    roleOf: (column) => (column === label ? "label" : (roles.get(column) ?? "feature")),
  };
}

/**
 * A table with its columns under the names that everything else uses, as far as it has those that the settings name: a log may be written
 * under either.
 *
 * @param monitoringId the column that labels are joined by, which keeps its name where it is not the usual one
 */
export function namedTable(table: Table, settings: PredictionsSettings, monitoringId = "id"): Table {
  const { columns } = tableRows(table);
  const there = Object.fromEntries(
    [...renamedColumns(settings)].filter(
      ([to, from]) => columns.includes(from) && (to !== "id" || monitoringId === "id"),
    ),
  );
  if (Object.keys(there).length === 0) return table;
  return { ...table, named: renamedPairs(columns, { ...there, quantiles: settings.quantiles }) };
}

/** The columns of a log that are compared and measured beside its label, answer and score, and the settings that name them. */
export interface LogColumns {
  /** Numbers that the model says: quantiles, and the scores of classes. */
  readonly compared: readonly string[];
  /** Those of them that are scores of classes. */
  readonly scores: readonly string[];
  /** These, and what metrics are computed with. */
  readonly measured: readonly string[];
  readonly settings: ColumnSettings;
}

/** Of those that the log and the accepted model's predictions both have: without one of them no metric could be compared. */
export function logColumns(
  settings: PredictionsSettings,
  log: readonly string[],
  accepted: readonly string[],
): LogColumns {
  const both = log.filter(
    (column) => accepted.includes(column) && !["label", "prediction", "score", "id"].includes(column),
  );
  const named = (setting: ColumnSetting): string[] => both.filter((column) => IS_NAMED[setting](settings, column));
  const scores = both.filter((column) => isClassScore(settings.scores ?? `score_${CLASS}`, column));
  const [quantiles, group, weight] = [named("quantiles"), named("group"), named("weight")];
  const compared = [...new Set([...quantiles, ...scores])];
  return {
    compared,
    scores,
    measured: [...new Set([...compared, ...group, ...weight])],
    settings: {
      ...(scores.length === 0 ? {} : { scores: settings.scores }),
      ...(quantiles.length === 0 ? {} : { quantiles: settings.quantiles }),
      ...(group.length === 0 ? {} : { group: settings.group }),
      ...(weight.length === 0 ? {} : { weight: settings.weight }),
    },
  };
}
