import { z } from "zod";
import { printable } from "../text.ts";

/**
 * A text of a cluster on one line: whoever may change what is deployed to, or answers there, writes it. It gives a terminal no commands, makes
 * no lines of its own, and turns no letters around.
 */
export const line = z.string().transform((text) =>
  printable(text)
    .replaceAll(/\p{Bidi_Control}/gu, "")
    .replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, " "),
);
