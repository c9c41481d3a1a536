import { filePatterns } from "../data-tables.ts";
import { kindsOf, nameKinds } from "../kinds.ts";
import type { OpenedTable } from "../open.ts";
import type { DataConfig } from "../settings.ts";
import type { ReadingOptions } from "./write.ts";

/** A table that rules are suggested for. */
export interface Unit {
  /** Its name in `data.tables`; undefined for the files that no name takes. */
  readonly name: string | undefined;
  /** How its files are found and read. */
  readonly reading: ReadingOptions;
  /** What of that its own section says. */
  readonly written: ReadingOptions;
  /** The configured label, if it has that column. */
  readonly label: string | undefined;
  /** Whether its label may be guessed: nobody says which column is predicted. */
  readonly guesses: boolean;
  /** Its first file and how many there are, for comments. */
  readonly files: readonly string[];
}

/** The tables among the files: those that have a name already, and one for each kind of the others. */
export function unitsOf(
  tables: readonly OpenedTable[],
  config: Pick<DataConfig, "files" | "label" | "tables" | keyof ReadingOptions>,
): Unit[] {
  const { files } = config;
  const common = { ...readingOf(config), files: undefined };
  const isSaid =
    config.label !== undefined || Object.values(config.tables ?? {}).some(({ label }) => label !== undefined);
  return tables.flatMap(({ table, subject: { checked } }): Unit[] => {
    const paths = checked.map(({ path }) => path);
    if (table.name !== undefined) {
      const { label } = table.config;
      const reading = { ...readingOf(table.config), files: [...filePatterns(table.name, table.config)] };
      const written = { ...config.tables?.[table.name], label: undefined };
      return [{ name: table.name, reading, written: readingOf(written), label, guesses: !isSaid, files: paths }];
    }
    const kinds = kindsOf(checked);
    if (kinds.length === 1) {
      // Where other tables have names, its files are those that are left.
      const left = tables.length === 1 ? files : paths;
      const reading = { ...common, files: left };
      return [
        {
          name: undefined,
          reading,
          written: { ...common, files },
          label: config.label,
          guesses: !isSaid,
          files: paths,
        },
      ];
    }
    return nameKinds(kinds).map(({ name, patterns, columns, files: own }) => ({
      name,
      reading: { ...common, files: filePatterns(name, { files: patterns && [...patterns] }) },
      written: { files: patterns },
      label: config.label !== undefined && columns.has(config.label) ? config.label : undefined,
      guesses: !isSaid,
      files: own.map(({ path }) => path),
    }));
  });
}

const readingOf = ({
  files,
  encoding,
  delimiter,
  escape: mark,
  decimal,
  thousands,
}: ReadingOptions): ReadingOptions => ({ files, encoding, delimiter, escape: mark, decimal, thousands });
