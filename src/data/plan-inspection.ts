import { columnsOf as groupedColumns } from "../config/forms.ts";
import { columnsOf } from "../tables/columns.ts";
import type { DescribedFile } from "../tables/describe.ts";
import { MISSING } from "../tables/missing.ts";
import { numberForm } from "../tables/number-form.ts";
import { inReadingOrder, readingSettings, selectRows } from "../tables/read.ts";
import { SqlView } from "../tables/sql-view.ts";
import { type Counts, planPass } from "./pass.ts";
import { RULES } from "./rules/list.ts";
import type { RuleReason } from "./rules/reasons.ts";
import type { Rule, RuleCheck, RuleContext } from "./rules/rule.ts";
import type { TableConfig } from "./settings.ts";

/** The files of an inspection. */
export interface DataFiles {
  /** The files whose rows are checked. */
  readonly checked: readonly DescribedFile[];
  /** All described files, including those that references point to. */
  readonly described: readonly DescribedFile[];
  /** The paths that match each pattern of a rule. */
  readonly matches: ReadonlyMap<string, readonly string[]>;
}

/** The queries of an inspection, made before any table is read as a whole. */
export interface InspectionPlan {
  /** The checked files in reading order. */
  readonly checked: readonly DescribedFile[];
  readonly view: SqlView;
  readonly checks: readonly RuleCheck[];
  /** The statements that every script must begin with. */
  readonly settings: string;
  /** The script of the one pass over all rows. */
  readonly pass: string;
}

/**
 * @param folder the folder for the results of the pass
 * @param profiled whether the columns are profiled too
 * @param columnsAtOnce how many columns one statement is about
 */
export function planInspection(
  given: DataFiles,
  config: TableConfig,
  task: RuleContext["task"],
  folder: string,
  profiled = true,
  columnsAtOnce = COLUMNS_AT_ONCE,
): InspectionPlan {
  const subject = { ...given, checked: inReadingOrder(given.checked) };
  const { checked } = subject;
  const columns = columnsOf(checked, config.missing);
  const rows = checked.reduce((total, file) => total + file.rows, 0);
  const isWide = columns.length > columnsAtOnce;
  const { source, setup, atOnce } = isWide
    ? planWide(checked, columns.length * rows, columnsAtOnce)
    : { source: `(${selectRows(checked)})`, setup: "", atOnce: columnsAtOnce };
  const view = new SqlView(source, columns, config.types, config.missing);
  const checks = checksOf(config, ruleContext(view, subject, config, task));
  const threads = isWide && rows <= ROW_GROUP ? "SET threads = 1;\n" : "";
  const settings = readingSettings(subject.described, isWide ? SLOW_OPTIMIZERS : []) + threads + setup;
  const size = { rows, files: checked.length, profiled, columnsAtOnce: atOnce };
  return { checked, view, checks, settings, pass: planPass(view, checks, size, folder) };
}

/** How many columns one statement is about. */
const COLUMNS_AT_ONCE = 50;
/** For statements that each parse all of the text again. */
const PARSED_COLUMNS_AT_ONCE = 1000;
/** Text with more cells than this is not imported, because it might not fit on the disk. */
const IMPORTED_CELLS = 100_000_000;
const IMPORTED = "ml_pipeline_rows";
/** The rows that DuckDB gives to one thread. With fewer, a second one only waits, and takes as much of a processor for that. */
const ROW_GROUP = 122_880;
/** They compare each expression with all others, and save little where few are alike. */
const SLOW_OPTIMIZERS = ["common_subexpressions"];

/** How several statements read the rows: in place where they only read their own columns so, or else from a table. */
function planWide(files: readonly DescribedFile[], cells: number, columnsAtOnce: number) {
  const rows = selectRows(files);
  const source = `(${rows})`;
  if (files.every(({ format }) => format === "parquet")) return { source, setup: "", atOnce: columnsAtOnce };
  if (cells > IMPORTED_CELLS) return { source, setup: "", atOnce: PARSED_COLUMNS_AT_ONCE };
  const setup = `CREATE TEMP TABLE ${IMPORTED} AS ${rows};\n`;
  return { source: IMPORTED, setup, atOnce: columnsAtOnce };
}

export interface BrokenCheck {
  readonly check: RuleCheck;
  readonly reason: RuleReason;
}

/** The checks that fail by the results of the pass. */
export const brokenChecks = (checks: readonly RuleCheck[], { measured, rows }: Counts): BrokenCheck[] =>
  checks.flatMap((check, index) => {
    const reason = check.judge(measured[index] ?? {}, rows);
    return reason === undefined ? [] : [{ check, reason }];
  });

function ruleContext(
  view: SqlView,
  { checked, described, matches }: DataFiles,
  config: TableConfig,
  task: RuleContext["task"],
): RuleContext {
  return {
    view,
    files: checked.map(({ path }) => path),
    matching: (pattern) => matches.get(pattern) ?? [],
    table: (paths) => {
      const files = described.filter(({ path }) => paths.includes(path));
      return { columns: columnsOf(files, config.missing), rows: selectRows(files) };
    },
    label: config.label,
    unique: (config.unique ?? []).map(groupedColumns),
    mandatory: [...new Set([...(config.required ?? []), ...(config.label === undefined ? [] : [config.label])])],
    missing: config.missing ?? MISSING,
    numbers: numberForm(config),
    task,
    types: config.types ?? {},
    sampleOf: (column) => checked.flatMap((file) => sampleOf(file, column)),
  };
}

function sampleOf(file: DescribedFile, column: string): string[] {
  const index = file.columns.findIndex(({ name }) => name === column);
  return file.sample.map((row) => row[index]).filter((value): value is string => value !== undefined && value !== null);
}

/** The checks of all configured rules. */
const checksOf = (config: TableConfig, context: RuleContext): RuleCheck[] =>
  RULES.flatMap((rule: Rule) => rule.checks(config[rule.key as keyof TableConfig], context));

/** The file patterns that the configured rules need matched. */
export const patternsOf = (config: TableConfig): string[] =>
  RULES.flatMap((rule: Rule) => rule.patterns?.(config[rule.key as keyof TableConfig]) ?? []);
