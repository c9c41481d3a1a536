import { withConfig } from "../../server/values/container.ts";
import { flag, texts } from "../arguments.ts";
import { makes, reads } from "../define.ts";

const keepDefaultArgs = flag("Keep the default arguments, which otherwise go with the old entrypoint.");

/** What the image runs; commands of `withExec` have it before them only when they ask. */
export const entrypoint = [
  makes("Container", "Container", "withEntrypoint", {
    doc: "Sets the entrypoint.",
    args: { args: texts("The command."), keepDefaultArgs },
    apply: (container, { args, keepDefaultArgs }) =>
      withConfig(container, { entrypoint: args, ...(!keepDefaultArgs && { cmd: [] }) }),
  }),
  makes("Container", "Container", "withoutEntrypoint", {
    doc: "Removes the entrypoint.",
    args: { keepDefaultArgs },
    apply: (container, { keepDefaultArgs }) =>
      withConfig(container, { entrypoint: [], ...(!keepDefaultArgs && { cmd: [] }) }),
  }),
  reads("Container", "[String!]!", "entrypoint", {
    doc: "The entrypoint.",
    read: (container) => container.config.entrypoint,
  }),
];
