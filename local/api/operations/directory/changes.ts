import { object } from "../arguments.ts";
import { makes } from "../define.ts";

export const directoryChanges = makes("Directory", "Changeset", "changes", {
  doc: "How the directory differs from another one.",
  args: { from: object("Directory", "The directory before the changes.") },
  apply: (after, { from }) => ({ before: from, after }),
});
