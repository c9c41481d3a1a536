import type { TableConfig } from "../../data/settings.ts";
import { columnsOf } from "../../tables/columns.ts";
import type { DescribedFile } from "../../tables/describe.ts";
import type { PredictionSummary } from "../predictions/summary.ts";
import type { PairingFacts } from "./decide.ts";
import { rowSets } from "./row-sets.ts";
import type { PairingPlan } from "./sql.ts";

/** Names that the column of labels has where the project does not say. */
const LABEL_NAMES = ["label", "target"];
/** Names of columns that may hold ids, beside those that `data.unique` names. */
const ID_NAME = /^(id|uuid|guid|key|index|unnamed: 0)$|[_\s-]id$|[a-z]I[dD]$/i;
const MAX_IDS = 3;

export interface PlannedPairing {
  readonly plan: Omit<PairingPlan, "predictions" | "sample">;
  readonly facts: PairingFacts;
}

/** The data as it was described, and where it is mounted. */
export interface DataFiles {
  readonly files: readonly DescribedFile[];
  readonly mount: string;
  /** The files that the project names as its evaluation data. */
  readonly named: readonly string[] | undefined;
}

/** The column of the labels: the configured one, or one with a usual name. */
export const labelColumn = (columns: readonly string[], configured: string | undefined): string | undefined =>
  configured ?? LABEL_NAMES.find((name) => columns.includes(name));

/** The columns that may hold ids. */
export const idColumns = (
  columns: readonly string[],
  label: string,
  unique: Pick<TableConfig, "unique">["unique"] = [],
): string[] => columns.filter((name) => name !== label && (ID_NAME.test(name) || unique.flat().includes(name)));

/** How rows of predictions and of data can be paired, or why they cannot. */
export function planPairing(
  { files, mount, named }: DataFiles,
  { label: configured, unique = [] }: Pick<TableConfig, "label" | "unique">,
  { rows, columns: predicted, missing, task }: Pick<PredictionSummary, "rows" | "columns" | "missing" | "task">,
): PlannedPairing | { readonly unheld: string } {
  const columns = columnsOf(files).map(({ name }) => name);
  const label = labelColumn(columns, configured);
  if (label === undefined) return { unheld: "data.label does not say which column of the data has the labels" };
  if (!columns.includes(label)) return { unheld: `no table of the data has the column ${label} (data.label)` };
  if (!predicted.includes("label") || !predicted.includes("prediction") || rows === 0) {
    return { unheld: "the predictions have no rows, or no column label or prediction" };
  }
  const labelled = files.filter((file) => columnsOf([file]).some(({ name }) => name === label));
  const sets = rowSets(
    labelled.map(({ path }) => path),
    named,
  );
  const ids = idColumns(columns, label, unique).slice(0, MAX_IDS);
  const hasId = predicted.includes("id") && (missing.id ?? 0) === 0;
  const mounted = (path: string): string => `${mount}/${path}`;
  const regression = task === "regression";
  return {
    plan: {
      files: files.map((file) => ({ ...file, path: mounted(file.path) })),
      ...{ columns, label, ids, named: named !== undefined, regression },
      sets: sets.map((set) => ({ ...set, files: set.files.map(mounted) })),
      has: { id: hasId, score: predicted.includes("score") },
    },
    facts: { predictions: rows, sets, named: named !== undefined, hasId, labelColumn: label, regression },
  };
}
