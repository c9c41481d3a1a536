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
  const having = new Map<string, FileWithColumn[]>();
  for (const file of files) {
    for (const [name, index] of placesOf(file)) {
      const others = having.get(name);
      if (others === undefined) having.set(name, [{ file, index }]);
      else others.push({ file, index });
    }
  }
  return [...having].map(([name, filesWithColumn]) => {
    const types = new Set(filesWithColumn.map(typeIn));
    const commonType = types.size === 1 ? [...types][0] : undefined;
    const textual = commonType === undefined || commonType === null || isText(commonType);
    return {
      name,
      textual,
      kind: textual
        ? kindOfValues(
            withoutMissing(
              filesWithColumn.flatMap((one) => valuesIn(one, name)),
              missing,
            ),
          )
        : kindOfType(commonType ?? ""),
      absentIn: filesWithColumn.length === files.length ? [] : absentIn(files, filesWithColumn),
    };
  });
}

/** A file and the place of a column in it; undefined for the key of a partition. */
interface FileWithColumn {
  readonly file: DescribedFile;
  readonly index: number | undefined;
}

function absentIn(files: readonly DescribedFile[], filesWithColumn: readonly FileWithColumn[]): string[] {
  const having = new Set(filesWithColumn.map(({ file }) => file));
  return files.filter((file) => !having.has(file)).map(({ path }) => path);
}

function placesOf(file: DescribedFile): Map<string, number | undefined> {
  const places = new Map<string, number | undefined>(file.columns.map(({ name }, index) => [name, index]));
  for (const key of Object.keys(hiveValues(file.path))) if (!places.has(key)) places.set(key, undefined);
  return places;
}

/** The type with which a column is read; null for text, as which JSON lines are read too. */
function typeIn({ file, index }: FileWithColumn): string | null {
  if (file.format !== "parquet" || index === undefined) return null;
  return file.columns[index]?.type ?? null;
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

function valuesIn({ file, index }: FileWithColumn, name: string): string[] {
  if (index === undefined) {
    const value = hiveValues(file.path)[name];
    return value === undefined || value === null ? [] : [value];
  }
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
