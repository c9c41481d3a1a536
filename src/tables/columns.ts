import type { DescribedFile } from "./describe.ts";
import { hiveValues } from "./hive.ts";
import { MISSING, withoutMissing } from "./missing.ts";

export type ColumnKind = "integer" | "number" | "boolean" | "date" | "timestamp" | "text" | "other";

/** A column of the data, over all files. */
export interface Column {
  readonly name: string;
  /**
   * The kind of a typed column by its type. For a column of text, as in CSV and JSON lines, a guess from the first rows:
   * `number`, `date` or `timestamp` if all of them fit that are not missing, else `text`; a later value may not fit.
   */
  readonly kind: ColumnKind;
  /** Whether its values are text in the files. */
  readonly textual: boolean;
  /** The files without this column. */
  readonly absentIn: readonly string[];
}

/**
 * All columns in the order of their first appearance.
 *
 * @param missing texts that stand for a missing value
 */
export function columnsOf(files: readonly DescribedFile[], missing: readonly string[] = MISSING): Column[] {
  const having = new Map<string, DescribedFile[]>();
  for (const file of files) for (const name of namesOf(file)) having.set(name, [...(having.get(name) ?? []), file]);
  return [...having].map(([name, filesWithColumn]) => {
    const types = new Set(filesWithColumn.map((file) => typeIn(file, name)));
    const commonType = types.size === 1 ? [...types][0] : undefined;
    const textual = commonType === undefined || commonType === null || isText(commonType);
    return {
      name,
      textual,
      kind: textual
        ? kindOfValues(
            withoutMissing(
              filesWithColumn.flatMap((file) => valuesIn(file, name)),
              missing,
            ),
          )
        : kindOfType(commonType ?? ""),
      absentIn: files.filter((file) => !filesWithColumn.includes(file)).map((file) => file.path),
    };
  });
}

const namesOf = (file: DescribedFile): string[] => {
  const names = file.columns.map(({ name }) => name);
  return [...names, ...Object.keys(hiveValues(file.path)).filter((key) => !names.includes(key))];
};

/** The type with which a column is read; null for text, as which JSON lines are read too. */
function typeIn(file: DescribedFile, name: string): string | null {
  if (file.format !== "parquet") return null;
  return file.columns.find((column) => column.name === name)?.type ?? null;
}

const isText = (type: string): boolean => /^(VARCHAR|ENUM)/.test(type);

const TYPES: readonly (readonly [RegExp, ColumnKind])[] = [
  [/[[\](]|^MAP|^UNION/, "other"],
  [/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/, "integer"],
  [/^(FLOAT|DOUBLE)$/, "number"],
  [/^BOOLEAN$/, "boolean"],
  [/^DATE$/, "date"],
  [/^TIMESTAMP/, "timestamp"],
];

const kindOfType = (type: string): ColumnKind => {
  if (/^DECIMAL/.test(type)) return "number";
  return TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? "other";
};

function valuesIn(file: DescribedFile, name: string): string[] {
  const index = file.columns.findIndex((column) => column.name === name);
  const hive = hiveValues(file.path)[name];
  if (index < 0) return hive === undefined || hive === null ? [] : [hive];
  return file.sample.map((row) => row[index]).filter((value): value is string => value !== null && value !== undefined);
}

/** The first kind that all values fit; `number` if there are none. */
const kindOfValues = (values: readonly string[]): ColumnKind =>
  VALUE_KINDS.find(([looks]) => values.every(looks))?.[1] ?? "text";

/** Accepts the texts that `numberOf` takes for numbers. Accepting a few more does no harm, missing one would. */
const isNumber = (value: string): boolean =>
  /^[ \t-\r]*[+-]?(\d*\.?\d*([eE][+-]?\d+)?|nan|inf|infinity)[ \t-\r]*$/i.test(value);

const VALUE_KINDS: readonly (readonly [(value: string) => boolean, ColumnKind])[] = [
  [isNumber, "number"],
  [(value) => /^\d{4}-\d{2}-\d{2}$/.test(value), "date"],
  [(value) => /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(value), "timestamp"],
];
