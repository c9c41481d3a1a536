import type { Config } from "../context/schema.ts";
import { evaluatedTable } from "../data/data-tables.ts";
import { maxDuplicatesRule, tooManyDuplicates } from "../data/rules/max-duplicates.ts";
import { minRowsRule, tooFewRows } from "../data/rules/min-rows.ts";
import { reasonText } from "../data/rules/words.ts";
import type { TableFiles } from "../data/table-files.ts";
import { GUESSED_LATENCY } from "../gates/latency.ts";
import { DEFAULT_THRESHOLDS } from "../gates/metrics.ts";
import type { EntryPoints } from "../project/commands/entry-point.ts";
import type { Table } from "./findings.ts";
import { fails, guess, type Remark } from "./remark.ts";

/* What the data and a model are held to, told before a run: limits that the data break, and those that nobody set. */

/** What of a project says what it is held to. */
interface Held {
  readonly config: Config;
  readonly project: { readonly entryPoints: EntryPoints };
}

/**
 * Limits that a run would find broken, and those that hold because nobody set others.
 *
 * @param checked the tables of the data with the files that each is of, as a run checks them
 * @param tables what is known of the files
 */
export function limitsOf(held: Held, checked: readonly TableFiles[], tables: readonly Table[]): readonly Remark[] {
  const { fetch, prepare } = held.project.entryPoints;
  // What such commands make is not there yet, and may have any number of rows.
  const counted = fetch === undefined && prepare === undefined ? checked : [];
  return [
    ...counted.flatMap((one) => broken(one, tables)),
    ...metricGuesses(held, counted, tables),
    ...latencyGuesses(held),
  ];
}

function broken({ table: { name, config }, paths }: TableFiles, tables: readonly Table[]): Remark[] {
  const files = paths.flatMap((path) => tables.find((one) => one.path === path) ?? []);
  const rows = rowsOf(files);
  if (rows === undefined || paths.length === 0 || files.length < paths.length) return [];
  const repeated = files.flatMap(({ repeats }) =>
    Object.entries(repeats).map(([first, count]) => (paths.includes(first) ? count : 0)),
  );
  const sum = repeated.reduce((total, one) => total + one, 0);
  const key = name === undefined ? "data" : `data.tables.${name}`;
  return [
    { reason: tooFewRows(rows, files.length, config[minRowsRule.key]), rule: minRowsRule.key },
    { reason: tooManyDuplicates(sum, rows, config[maxDuplicatesRule.key]), rule: maxDuplicatesRule.key },
  ].flatMap(({ reason, rule }) => (reason === undefined ? [] : [fails(`${reasonText(reason)} (${key}.${rule})`)]));
}

/** The number of rows of some files; undefined where not all of them were counted. */
const rowsOf = (files: readonly Table[]): number | undefined =>
  files.reduce<number | undefined>(
    (total, { rows }) => (total === undefined || rows === null ? undefined : total + rows),
    0,
  );

/** Limits of a server that hold because nobody set others. */
function latencyGuesses({ config, project }: Held): Remark[] {
  const open = Object.entries(GUESSED_LATENCY).filter(
    ([key]) => config.gates.latency?.[key as keyof typeof GUESSED_LATENCY] === undefined,
  );
  if (open.length === 0 || project.entryPoints.serve === undefined) return [];
  const lines = open.map(([key, limit]) => `gates.latency.${key} = ${limit}`).join(", ");
  return [guess(`a server passes with ${lines}, since nobody said how fast yours must be: write what it must keep`)];
}

/** Limits of a model that hold because nobody set others. */
function metricGuesses({ config, project }: Held, checked: readonly TableFiles[], tables: readonly Table[]): Remark[] {
  const { label } = evaluatedTable(config.data).config;
  const own = Object.keys(config.gates.metrics ?? {}).some((key) => key !== "required" && key !== "claim-tolerance");
  if (own || project.entryPoints.train === undefined) return [];
  const isNumbers =
    config.evaluation.task === "regression" ||
    isQuantity(
      label,
      checked.flatMap(({ paths }) => paths),
      tables,
    );
  const limits = Object.entries(DEFAULT_THRESHOLDS).filter(([metric]) => (metric === "r2") === isNumbers);
  const shown = limits.map(([metric, limit]) => `${metric} at least ${limit}`).join(", ");
  const lines = limits.map(([metric]) => `gates.metrics.${metric} = …`).join(", ");
  return [guess(`a model passes with ${shown}, since nobody said what yours must reach: write ${lines}`)];
}

/** Whether a label has decimals, as far as its values are known. */
const isQuantity = (label: string | undefined, paths: readonly string[], tables: readonly Table[]): boolean =>
  label !== undefined &&
  tables.some(
    ({ path, columns, rows, classes }) =>
      // Neither words nor codes have so many values.
      paths.includes(path) &&
      rows !== null &&
      rows > 0 &&
      columns?.includes(label) === true &&
      classes[label] === undefined,
  );
