import { integer } from "../arguments.ts";
import { makes } from "../define.ts";

/** Accepts times without an effect, because files have none here. */
export const fileTimes = makes("File", "File", "withTimestamps", {
  doc: "The same file: times are no part of a file here.",
  args: { timestamp: integer("Seconds since 1970.") },
  apply: (file) => file,
});
