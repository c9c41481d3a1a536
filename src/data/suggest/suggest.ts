import type { CommandsResult } from "../../containers/commands.ts";
import type { Runtime } from "../../containers/runtime.ts";
import { UserError } from "../../errors.ts";
import { fingerprint } from "../../model/fingerprint.ts";
import { formIn } from "../../tables/number-form.ts";
import { counted } from "../../text.ts";
import { findingText } from "../findings.ts";
import { type Inspection, type InspectionInputs, inspectData } from "../inspect.ts";
import { type OpenedData, openData } from "../open.ts";
import type { DataConfig } from "../settings.ts";
import { contentText, isUntabular, linksText } from "../untabular.ts";
import { corrected, type Draft, draftOf } from "./draft.ts";
import { type SuggestedTable, writeHeader } from "./header.ts";
import { tomlComment, tomlKey } from "./toml.ts";
import { type Unit, unitsOf } from "./units.ts";
import { readingOptionLines, writeDraft } from "./write.ts";

/** The largest number of passes. Each may find another broken rule, but more than a few have never been needed. */
const MAX_PASSES = 6;

/** The data to suggest rules for, and its configuration. */
export interface SuggestInputs extends Pick<InspectionInputs, "data" | "task"> {
  readonly config: DataConfig;
  /** Parses the `data` table of an ml-pipeline.toml, so that suggestions are tried exactly as the project would use them. */
  readonly parse: (toml: string) => DataConfig;
}

/**
 * Profiles the data and writes validation rules that it satisfies, as a `data` table with comments; tables of several kinds have
 * a table of rules each. The first draft is checked against all rows; broken rules are widened or left out, until all hold.
 *
 * @param table the name of the table in the file that it is for
 * @throws UserError when a table cannot be read
 */
export async function suggestRules(runtime: Runtime, inputs: SuggestInputs, table: string): Promise<string> {
  const { data } = inputs;
  if (await isUntabular(data, inputs.config, false)) return untabular(runtime, inputs);
  const { tables, config } = await withNumberForm(runtime, inputs, await opened(runtime, inputs, inputs.config));
  const units = unitsOf(tables, config);
  const suggested: SuggestedTable[] = [];
  // One after another, since each pass may need nearly all of the memory.
  for (const unit of units) suggested.push(await suggestTable(runtime, inputs, unit));
  const [only] = suggested;
  if (suggested.length === 1 && only !== undefined && only.unit.name === undefined) return section(only, table, true);
  const sections = suggested.map((one) =>
    section(one, one.unit.name === undefined ? table : sectionName(table, one.unit.name), false),
  );
  return [writeHeader(suggested, config, table), ...sections].join("\n");
}

/** The tables as they are read with the form that their numbers have, where nobody has said one and all of them can be read so. */
async function withNumberForm(
  runtime: Runtime,
  { data, config }: SuggestInputs,
  { tables }: OpenedData,
): Promise<Pick<OpenedData, "tables"> & { readonly config: DataConfig }> {
  const isSaid = [config, ...Object.values(config.tables ?? {})].some(
    ({ decimal, thousands }) => decimal !== undefined || thousands !== undefined,
  );
  const form = isSaid ? undefined : formIn(tables.flatMap(({ subject }) => subject.checked));
  if (form === undefined) return { tables, config };
  const said: DataConfig = {
    ...config,
    ...(form.decimal === "," ? { decimal: form.decimal } : {}),
    ...(form.thousands === "" ? {} : { thousands: form.thousands }),
  };
  const read = await openData(runtime, data, said);
  return read.problems.length > 0 ? { tables, config } : { tables: read.tables, config: said };
}

const sectionName = (table: string, name: string): string => `${table}.tables.${tomlKey(name)}`;

function section({ unit, draft, rows }: SuggestedTable, table: string, asks: boolean): string {
  const title = `What ${counted(rows, "row")} in ${counted(unit.files.length, "file")} look like, and keep. Look it through: a limit is a promise, and what was seen need not be right.`;
  return `${tomlComment(title)}\n${writeDraft(draft, unit.written, table, asks)}`;
}

/** What is said of data that no rule is about. */
async function untabular(runtime: Runtime, { data }: SuggestInputs): Promise<string> {
  const found = await fingerprint(runtime, { data });
  return [
    `There are no tables (.csv, .tsv, .jsonl, .parquet) that rules could be suggested for: ${contentText(found.data)}${linksText(found.data) || "."}`,
    "Their number and their hash are kept with each model and in each report; tests/data and commands.validate-data are for checks of your own.",
  ]
    .map((line) => `${tomlComment(line)}\n`)
    .join("");
}

/** Finds rules for one table that all of its rows keep. */
async function suggestTable(runtime: Runtime, inputs: SuggestInputs, unit: Unit): Promise<SuggestedTable> {
  const permissive = ["min-rows = 0", "max-duplicates = 1", "finite = false", ...readingOptionLines(unit.reading)];
  const profiled = await inspect(runtime, inputs, ["[data]", ...permissive].join("\n"), true);
  let draft = labelled(draftOf(profiled, unit.label), unit);
  for (let pass = 1; ; pass++) {
    const { findings, rows } = await inspect(runtime, inputs, writeDraft(draft, unit.reading, "data"), false);
    if (findings.length === 0) return { unit, draft, rows, columns: profiled.columns.length };
    if (pass === MAX_PASSES) throw new UserError(`The data keeps no rules: ${findings.map(findingText).join("; ")}`);
    draft = corrected(draft, findings);
  }
}

/** Without a label that was guessed although another table has the one that is predicted. */
function labelled(draft: Draft, { label, guesses }: Unit): Draft {
  if (label !== undefined || guesses) return draft;
  const { label: _guessed, ...others } = draft;
  return others;
}

/** Opens tables, all of which must be readable. */
async function opened(
  runtime: Runtime,
  { data }: Pick<SuggestInputs, "data">,
  config: DataConfig,
): Promise<OpenedData> {
  const found = await openData(runtime, data, config);
  const failed = found.runs.flatMap((run: CommandsResult) => run.commands).find((command) => command.exitCode !== 0);
  if (failed !== undefined) throw new UserError(`The tables could not be described: ${failed.tail}`);
  if (found.problems.length > 0)
    throw new UserError(`The data cannot be read as it is: ${found.problems.join("; ")}`, "data-rules");
  return found;
}

/** Checks the data against the rules of a `data` table. */
async function inspect(
  runtime: Runtime,
  { data, task, parse }: SuggestInputs,
  toml: string,
  profiled: boolean,
): Promise<Inspection> {
  const config = parse(toml);
  const { data: read, tables } = await opened(runtime, { data }, config);
  const [table] = tables;
  if (table === undefined) throw new Error("a table of the data was not found again");
  const { inspection, problem } = await inspectData(runtime, {
    ...{ data: read, subject: table.subject, config, task, profiled },
  });
  if (inspection === undefined) throw new UserError(`The data cannot be read as it is: ${problem}`, "data-rules");
  return inspection;
}
