import { integer } from "../arguments.ts";
import { makes } from "../define.ts";

/** Accepts times without an effect, because directories have none here. */
export const directoryTimes = makes("Directory", "Directory", "withTimestamps", {
  doc: "The same directory: times are no part of a directory here.",
  args: { timestamp: integer("Seconds since 1970.") },
  apply: (directory) => directory,
});
