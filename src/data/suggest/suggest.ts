import type { Runtime } from "../../containers/runtime.ts";
import { UserError } from "../../errors.ts";
import { counted } from "../../text.ts";
import { findingText } from "../findings.ts";
import { type Inspection, type InspectionInputs, inspectData } from "../inspect.ts";
import { openData } from "../open.ts";
import type { DataConfig } from "../settings.ts";
import { corrected, draftOf } from "./draft.ts";
import { tomlComment } from "./toml.ts";
import { type Reading, readingLines, writeDraft } from "./write.ts";

/** Each pass over the data may show that another rule does not hold; more than a few never came up. */
const MOST_PASSES = 6;

/** The data that rules are suggested for, and what the project says of it. */
export interface SuggestInputs extends Pick<InspectionInputs, "data" | "config" | "task"> {
  /** Reads the `data` table of an ml-pipeline.toml: what is suggested is tried as the project would have it. */
  readonly parse: (toml: string) => DataConfig;
}

/**
 * A `data` table that the data keeps, with comments on what was seen. What the first look gives is held against all rows, and
 * what they do not keep is widened or left out, until nothing is broken.
 *
 * @param table its name in the file that it is for
 * @throws UserError when a table cannot be read
 */
export async function suggestRules(runtime: Runtime, inputs: SuggestInputs, table: string): Promise<string> {
  const { files, encoding, delimiter, label } = inputs.config;
  const reading: Reading = { files, encoding, delimiter };
  const loose = ["[data]", "min-rows = 0", "max-duplicates = 1", "finite = false", ...readingLines(reading)];
  let draft = draftOf(await inspect(runtime, inputs, loose.join("\n")), label);
  for (let pass = 1; ; pass++) {
    const { findings, rows, files: tables } = await inspect(runtime, inputs, writeDraft(draft, reading, "data"));
    if (findings.length === 0) {
      const title = `What ${counted(rows, "row")} in ${counted(tables.length, "file")} look like, and keep. Look it through: a limit is a promise, and what was seen need not be right.`;
      return `${tomlComment(title)}\n${writeDraft(draft, reading, table)}`;
    }
    if (pass === MOST_PASSES) throw new UserError(`The data keeps no rules: ${findings.map(findingText).join("; ")}`);
    draft = corrected(draft, findings);
  }
}

/** Holds the rules of a `data` table against the data. */
async function inspect(runtime: Runtime, { data, task, parse }: SuggestInputs, toml: string): Promise<Inspection> {
  const config = parse(toml);
  const { subject, problems, run } = await openData(runtime, data, config);
  const failed = run.commands.find((command) => command.exitCode !== 0);
  if (failed !== undefined) throw new UserError(`The tables could not be described: ${failed.tail}`);
  if (problems.length > 0)
    throw new UserError(`The data cannot be read as it is: ${problems.join("; ")}`, "data-rules");
  const { inspection, problem } = await inspectData(runtime, { data, subject, config, task });
  if (inspection === undefined) throw new UserError(`The data cannot be read as it is: ${problem}`, "data-rules");
  return inspection;
}
