import type { Runtime } from "../../containers/runtime.ts";
import { UserError } from "../../errors.ts";
import { counted } from "../../text.ts";
import { findingText } from "../findings.ts";
import { type Inspection, type InspectionInputs, inspectData } from "../inspect.ts";
import { openData } from "../open.ts";
import type { DataConfig } from "../settings.ts";
import { corrected, draftOf } from "./draft.ts";
import { tomlComment } from "./toml.ts";
import { type ReadingOptions, readingOptionLines, writeDraft } from "./write.ts";

/** The largest number of passes. Each may find another broken rule, but more than a few have never been needed. */
const MAX_PASSES = 6;

/** The data to suggest rules for, and its configuration. */
export interface SuggestInputs extends Pick<InspectionInputs, "data" | "config" | "task"> {
  /** Parses the `data` table of an ml-pipeline.toml, so that suggestions are tried exactly as the project would use them. */
  readonly parse: (toml: string) => DataConfig;
}

/**
 * Profiles the data and writes validation rules that it satisfies, as a `data` table with comments. The first draft is
 * checked against all rows; broken rules are widened or left out, until all hold.
 *
 * @param table the name of the table in the file that it is for
 * @throws UserError when a table cannot be read
 */
export async function suggestRules(runtime: Runtime, inputs: SuggestInputs, table: string): Promise<string> {
  const { files, encoding, delimiter, escape: mark, label } = inputs.config;
  const reading: ReadingOptions = { files, encoding, delimiter, escape: mark };
  const permissive = ["[data]", "min-rows = 0", "max-duplicates = 1", "finite = false", ...readingOptionLines(reading)];
  let draft = draftOf(await inspect(runtime, inputs, permissive.join("\n"), true), label);
  for (let pass = 1; ; pass++) {
    const { findings, rows, files: tables } = await inspect(runtime, inputs, writeDraft(draft, reading, "data"), false);
    if (findings.length === 0) {
      const title = `What ${counted(rows, "row")} in ${counted(tables.length, "file")} look like, and keep. Look it through: a limit is a promise, and what was seen need not be right.`;
      return `${tomlComment(title)}\n${writeDraft(draft, reading, table)}`;
    }
    if (pass === MAX_PASSES) throw new UserError(`The data keeps no rules: ${findings.map(findingText).join("; ")}`);
    draft = corrected(draft, findings);
  }
}

/** Checks the data against the rules of a `data` table. */
async function inspect(
  runtime: Runtime,
  { data, task, parse }: SuggestInputs,
  toml: string,
  profiled: boolean,
): Promise<Inspection> {
  const config = parse(toml);
  const { subject, problems, run } = await openData(runtime, data, config);
  const failed = run.commands.find((command) => command.exitCode !== 0);
  if (failed !== undefined) throw new UserError(`The tables could not be described: ${failed.tail}`);
  if (problems.length > 0)
    throw new UserError(`The data cannot be read as it is: ${problems.join("; ")}`, "data-rules");
  const { inspection, problem } = await inspectData(runtime, { data, subject, config, task, profiled });
  if (inspection === undefined) throw new UserError(`The data cannot be read as it is: ${problem}`, "data-rules");
  return inspection;
}
