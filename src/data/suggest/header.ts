import type { Draft } from "./draft.ts";
import { tomlComment, tomlText } from "./toml.ts";
import type { Unit } from "./units.ts";
import { line, type ReadingOptions, readingOptionLines } from "./write.ts";

/** Rules for a table that its rows keep. */
export interface SuggestedTable {
  readonly unit: Unit;
  readonly draft: Draft;
  /** The size of the table. */
  readonly rows: number;
  readonly columns: number;
}

/** The first line of a suggestion where the file has the table already, which TOML allows once. */
export const replacesTable = (table: string, file: string): string =>
  `${tomlComment(`It takes the place of [${table}] in ${file}, and of that table's own tables: keep of those what you wrote by hand.`)}\n`;

/** Whether the text of a file has a table of that name. */
export const hasTable = (text: string, table: string): boolean =>
  new RegExp(`^\\s*\\[\\s*${table.replaceAll(".", "\\s*\\.\\s*")}\\s*[.\\]]`, "m").test(text);

/** What stands above the sections of several tables: which there are, and what holds for all of them. */
export function writeHeader(tables: readonly SuggestedTable[], config: ReadingOptions, table: string): string {
  const shown = tables.map(({ unit: { name, files } }) => {
    const others = files.length > 1 ? ` and ${files.length - 1} more` : "";
    return `${name ?? "without a name"} (${files[0]}${others})`;
  });
  const comments = [
    `There are ${tables.length} tables with columns of their own, and each has a section: ${shown.join(", ")}.`,
    "Where only some of them are to be checked, data.files says which, in place of sections for the others.",
  ];
  // Files without a name have a section of that table.
  const own = tables.some(({ unit }) => unit.name === undefined)
    ? []
    : [...readingOptionLines(config), ...evaluatedLine(tables)];
  return [...comments.map(tomlComment), ...(own.length === 0 ? [] : [`[${table}]`, ...own]), ""].join("\n");
}

/** Which table the model is about, where the labels do not say it. */
function evaluatedLine(tables: readonly SuggestedTable[]): string[] {
  const labelled = tables
    .filter(({ draft }) => draft.label !== undefined)
    .sort((a, b) => b.columns - a.columns || b.rows - a.rows);
  const [first, ...others] = labelled;
  if (first === undefined) return [tomlComment('label = "…" in one of the tables: which column is predicted?')];
  if (others.length === 0) return [];
  const comment = `or ${others.map(({ unit }) => unit.name).join(", ")}? The label is there too; the model is evaluated on the rows of one of them`;
  return [line("evaluated-table", tomlText(first.unit.name ?? ""), comment)];
}
