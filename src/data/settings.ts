import { z } from "zod";
import { byExternalName, externalTable } from "../config/external-command.ts";
import { byName, delimiter, name, names } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { dataFolderSetting } from "../project/commands/data-folders.ts";
import { MISSING } from "../tables/missing.ts";
import { DECIMALS, THOUSANDS } from "../tables/number-form.ts";
import { RULES } from "./rules/list.ts";

type RuleSettings = {
  [Rule in (typeof RULES)[number] as Rule["key"]]: Rule["settings"];
};

/** How a table is read, and the rules for it; each rule declares its own key. */
const ofTable = {
  /** The column that is predicted; every row must have it. */
  label: name.optional(),
  /** The encoding of CSV files; when absent UTF-8, or UTF-16 where the file says so. */
  encoding: z.enum(["utf-8", "utf-16", "latin-1", "windows-1252"]).optional(),
  /** The character between the fields of a CSV file; when absent, comma, semicolon, tab and vertical bar are tried. */
  delimiter: delimiter.optional(),
  /** The decimal point of numbers in CSV files: `","` for 3,14; a point when absent. Numbers in another form are none. */
  decimal: z.enum(DECIMALS).optional(),
  /** What stands between the thousands of numbers in CSV files, such as the point of 1.234,5; nothing when absent. */
  thousands: z.enum(THOUSANDS).optional(),
  /**
   * Texts that stand for a missing value in mandatory columns and in those of numbers, dates and truth values, unless they are
   * text by `types`; when absent NA, N/A, null, None, ? and the like.
   */
  missing: stricter("more", z.array(z.string()), MISSING).optional(),
  /** The character before a quotation mark within a field of a CSV file: another one, or a backslash as Spark writes. */
  escape: z.enum(['"', "\\"]).optional(),
  ...(Object.fromEntries(RULES.map((rule) => [rule.key, rule.settings])) as RuleSettings),
};

const tableSettings = z.strictObject({
  /** Its files below the data folder, as glob patterns; when absent `NAME.*`, and all that is in a folder `NAME`. */
  files: names.optional(),
  ...ofTable,
});
export type TableConfig = z.output<typeof tableSettings>;

/** How the tables of the data are read, and the rules for them; each rule declares its own key. */
export const dataSettings = z.strictObject({
  /**
   * The project's folder of data, where `--data` gives no other: `data` when absent. It is no part of the code, but for the Python
   * files in it; `.` stands for the tables beside the code, at the project's top.
   */
  folder: dataFolderSetting.optional(),
  /** Which files below the data folder are checked, as glob patterns; all tabular files when absent. */
  files: names.optional(),
  ...ofTable,
  /** Tables of other kinds in the same folder, by names of your own. Each has its files, and rules that are keys of its own. */
  tables: byName(tableSettings).optional(),
  /** The table whose rows the model is evaluated on, by its name in `tables`; when absent, the one that has a `label`. */
  "evaluated-table": name.optional(),
  /** Rules of your own that are no SQL, by names of your own: a command each, whose checks the data must keep. */
  external: byExternalName(externalTable).optional(),
});
export type DataConfig = z.output<typeof dataSettings>;
