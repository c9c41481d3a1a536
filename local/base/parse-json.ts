import type { z } from "zod";

/** JSON of the form that is expected, or undefined: damaged, cut off, of another version, or of somebody else. */
export function parseJson<Form extends z.ZodType>(form: Form, text: string): z.infer<Form> | undefined {
  try {
    return form.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON at all.
    return undefined;
  }
}
