import { type Container, withConfig } from "../../../engine/values/container.ts";
import { flag, texts } from "../arguments.ts";
import { makes, reads } from "../define.ts";

const keepDefaultArgs = flag("Keep the default arguments, which otherwise go with the old entrypoint.");

function withEntrypoint(container: Container, entrypoint: readonly string[], keepDefaultArgs: boolean): Container {
  if (keepDefaultArgs) return withConfig(container, { entrypoint });
  return { ...withConfig(container, { entrypoint, cmd: [] }), replacedArgs: false };
}

/** The entrypoint of the image. Commands of `withExec` only run with it when they ask for it. */
export const entrypoint = [
  makes("Container", "Container", "withEntrypoint", {
    doc: "Sets the entrypoint.",
    args: { args: texts("The command."), keepDefaultArgs },
    apply: (container, { args, keepDefaultArgs }) => withEntrypoint(container, args, keepDefaultArgs),
  }),
  makes("Container", "Container", "withoutEntrypoint", {
    doc: "Removes the entrypoint.",
    args: { keepDefaultArgs },
    apply: (container, { keepDefaultArgs }) => withEntrypoint(container, [], keepDefaultArgs),
  }),
  reads("Container", "[String!]!", "entrypoint", {
    doc: "The entrypoint.",
    read: (container) => container.config.entrypoint,
  }),
];
