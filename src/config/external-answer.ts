import type { z } from "zod";
import { unambiguousJson } from "../json.ts";
import { oneLine } from "../text.ts";

/** What a command of somebody else wrote, or why that cannot be used, as the end of a sentence about the command. */
export type Written<Form> = { readonly answer: Form } | { readonly unusable: string };

/** In letters. What is shown of a place in an answer, and of what is wrong there. */
const MAX_PLACE = 100;
const MAX_WRONG = 1000;

/**
 * Reads what a command wrote. Whatever is not exactly of the form is not used, since nobody knows what was meant.
 *
 * @param noJson what is said of words that are no JSON object
 */
export function readWritten<Form extends z.ZodType>(
  written: string,
  form: Form,
  noJson: (written: string) => string,
): Written<z.output<Form>> {
  if (written.trim() === "") return { unusable: "wrote nothing to its standard output" };
  const value = unambiguousJson(written);
  if (value === undefined) return { unusable: `wrote what is no JSON${noJson(written)}` };
  const read = form.safeParse(value);
  if (read.success) return { answer: read.data };
  const [issue] = read.error.issues;
  const where = oneLine((issue?.path ?? []).map(String).join(".")).slice(0, MAX_PLACE);
  return {
    unusable: `wrote JSON of another form${where === "" ? "" : ` at ${where}`}: ${oneLine(issue?.message ?? "").slice(0, MAX_WRONG)}`,
  };
}
